"""What is generated from the dbt project and the agreements for people to read: docs/kamus.

python -m orchestration.dictionary        writes it; tests hold it against the project
"""

from pathlib import Path

from assets.generated import write_folder
from assets.sharing.agreement import read
from assets.sharing.dictionary import Described, described
from assets.sharing.dictionary_pages import pages
from orchestration.dbt import read_manifest
from orchestration.version import ROOT

PAGES = ROOT / "docs" / "kamus"


def tables() -> dict[str, Described]:
    """The published tables, by `schema.table`, as the dbt project describes them."""
    return described(read_manifest())


def write() -> list[Path]:
    """Write the pages of the dictionary."""
    return write_folder(PAGES, pages(tables(), read()), "*.md")


if __name__ == "__main__":
    print("\n".join(str(path.relative_to(ROOT)) for path in write()))
