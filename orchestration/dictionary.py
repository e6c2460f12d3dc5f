"""Generates files from the dbt project and the agreements: the pages in docs/kamus, the contracts in contracts/, and
the agencies in the dbt project.

python -m orchestration.dictionary        writes all; tests compare them with the project
"""

import sys
from pathlib import Path

from assets.generated import read_folder, write_folder
from assets.sharing import readers
from assets.sharing.agreement import read
from assets.sharing.dictionary import Described, described, of_quality
from assets.sharing.dictionary_pages import pages
from assets.sharing.released import FOLDER as CONTRACTS
from assets.sharing.released import SUFFIX
from orchestration.dbt_manifest import PROJECT, read_manifest
from orchestration.version import ROOT
from validations.errors import SadayaError

PAGES = ROOT / "docs" / "kamus"
PATTERN = f"*{SUFFIX}"
READERS = PROJECT / "models" / "readers"


class ContractError(SadayaError):
    """The tables changed in ways that their contracts' versions do not announce; one line for each."""


def tables() -> dict[str, Described]:
    """The published tables, by `schema.table`, as the dbt project describes them."""
    return described(read_manifest())


def write() -> list[Path]:
    """Write the agencies, which dbt then reads, the pages of the dictionary, and the contracts.

    Raises:
        ContractError: a contract would break the released one; neither pages nor contracts are written.
    """
    from assets.sharing.contracts import as_yaml, contract, file_of, unreleasable

    agreements = read()
    written = write_folder(READERS, readers.files(agreements), "*.yml")
    found = tables()
    made = {file_of(name): contract(table) for name, table in found.items()}
    if problems := unreleasable(read_folder(CONTRACTS, PATTERN), made):
        raise ContractError("\n".join(problems))
    texts = {name: as_yaml(each) for name, each in made.items()}
    written += write_folder(PAGES, pages(found | of_quality(), agreements), "*.md")
    return written + write_folder(CONTRACTS, texts, PATTERN)


if __name__ == "__main__":
    try:
        print("\n".join(str(path.relative_to(ROOT)) for path in write()))
    except ContractError as error:
        sys.exit(str(error))
