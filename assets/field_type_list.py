"""The list of field types in docs/sources.md, for authors of contracts.

python -m assets.field_type_list        writes the list; a test compares it with the code
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

from validations import field_types
from validations.field_types import FieldType

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sources.md"
_BEGIN, _END = "<!-- field types: python -m assets.field_type_list -->\n", "<!-- end -->"


def constructors() -> dict[str, Callable[..., FieldType]]:
    """Name -> function that makes a field type, for all in `validations.field_types`."""
    offered = {name: getattr(field_types, name) for name in field_types.__all__}
    return {
        name: made
        for name, made in offered.items()
        if inspect.isfunction(made) and inspect.signature(made).return_annotation in (FieldType, FieldType.__name__)
    }


def listing() -> str:
    """A Markdown table: each function's signature, and its arguments explained."""
    rows = [f"| {_call(name, made)} | {_says(made)} |" for name, made in constructors().items()]
    return "\n".join(["| type | what it takes |", "|---|---|", *rows]) + "\n"


def with_listing(page: str) -> str:
    """The page with its list of field types replaced.

    Raises:
        ValueError: the page has no markers for the list.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no place for the list of field types")
    return before + _BEGIN + listing() + _END + after


def _call(name: str, made: Callable[..., FieldType]) -> str:
    parameters = [
        each.name if each.default is each.empty else f"{each.name}={each.default}"
        for each in inspect.signature(made).parameters.values()
    ]
    return f"`{name}({', '.join(parameters)})`"


def _says(made: Callable[..., FieldType]) -> str:
    return " ".join((inspect.getdoc(made) or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(with_listing(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
