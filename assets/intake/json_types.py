"""Finds cells whose JSON type does not fit their column (ruling 37): an object, a list or a boolean instead of text, a
fraction in a number that is a label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from validations.contract import Contract, Field
from validations.rows import WRONG_TYPE

_NO_TEXT = r"^(?:[{\[]|true$|false$)"
_FRACTION = r"^-?\d+\.\d*[1-9]\d*$"
"""Excludes scientific notation: its digits are lost, but its type is not wrong."""


def with_wrong_types(
    connection: duckdb.DuckDBPyConnection,
    objects: pl.DataFrame,
    rows: pl.DataFrame,
    pointers: Mapping[str, Sequence[str]],
    contract: Contract,
) -> pl.DataFrame:
    """Add `WRONG_TYPE` to raw rows: the columns with a wrong JSON type in a row, each between line feeds, or null.

    objects: `number` and `line`, the objects that the rows were made from. pointers: JSON pointers to each column's
    value; the first that exists is used. Types are read only for columns with suspect texts.
    """
    wrong = [
        pl.when(pl.lit(_is_wrong(connection, objects, rows[field.name], pointers[field.name], field)))
        .then(pl.lit(f"\n{field.name}\n"))
        .fill_null("")
        for field in contract.fields
        if field.name in rows.columns and _suspect(rows[field.name], field).any()
    ]
    if not wrong:
        return rows.with_columns(pl.lit(None, pl.String).alias(WRONG_TYPE))
    found = pl.concat_str(wrong)
    return rows.with_columns(pl.when(found != "").then(found).alias(WRONG_TYPE))


def _suspect(cells: pl.Series, field: Field) -> pl.Series:
    """Cells whose text looks like a type that the field does not accept; it may still be a JSON text."""
    suspect = cells.str.contains(_NO_TEXT)
    return ((suspect | cells.str.contains(_FRACTION)) if field.type.whole else suspect).fill_null(False)


def _is_wrong(
    connection: duckdb.DuckDBPyConnection,
    objects: pl.DataFrame,
    cells: pl.Series,
    pointers: Sequence[str],
    field: Field,
) -> pl.Series:
    connection.register("objects", objects)
    names = [f"pointer{number}" for number in range(len(pointers))]
    kinds = ", ".join(f"json_type(object, ${name})" for name in names)
    found = connection.sql(
        f"select coalesce({kinds}) as kind from (select number,"
        " case when not deep and json_valid(line) then line end as object from objects) order by number",
        params=dict(zip(names, pointers, strict=True)),
    )
    kind = pl.DataFrame(found.to_arrow_table())["kind"]
    no_text = kind.is_in(list({"OBJECT", "ARRAY", "BOOLEAN"} - set(field.type.json)))
    return no_text | ((kind == "DOUBLE") & cells.str.contains(_FRACTION) & pl.Series([field.type.whole]))
