"""Judges single rows: makes delivered text canonical; each error, warning and repair becomes a line of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from validations.contract import RECORD_KEY, Contract, Doubt, Doubts, Field, Profiles
from validations.deletions import DELETED, DELETED_ON, DELETION_UNREAD, doubtful, ended_on
from validations.delivery import Context, RawFile
from validations.evidence import QUARANTINE, REPAIRS, WARNINGS, Value, empty, sentences
from validations.field_types import how_name, raw_name
from validations.limits import CELL_CHARACTERS, JSON_TOO_DEEP
from validations.messages import Message
from validations.regions import PROVINCE
from validations.rules import Mend

ROW_SHAPE = Message(
    "row_shape",
    "Jumlah kolom baris ini tidak sama dengan judul kolom.",
    "This row does not have as many columns as the header.",
)
FILE_CUT = Message(
    "file_cut", "Berkas terpotong; baris ini tidak lengkap.", "The file is cut off; this row is not complete."
)
NUL_BYTE = Message("nul_byte", "Baris memuat byte NUL; berkas rusak.", "The row holds a NUL byte; the file is damaged.")
JSON_INVALID = Message(
    "json_invalid",
    "Baris ini bukan satu objek JSON yang utuh dengan kunci yang berbeda-beda.",
    "This row is not one whole JSON object whose keys all differ.",
)
CELL_TOO_LONG = Message(
    "cell_too_long",
    f"Satu sel di baris ini memuat lebih dari {CELL_CHARACTERS} karakter.",
    f"A cell of this row holds more than {CELL_CHARACTERS} characters.",
)
WRONG_JSON_TYPE = Message(
    "wrong_json_type",
    "{column} bukan teks atau bilangan JSON yang dapat dipakai di kolom ini. Yang diterima: {allowed}.",
    "{column} is no JSON text or number that this column takes. Allowed: {allowed}.",
)
BAD_SHAPES = {
    message.code: message for message in (ROW_SHAPE, FILE_CUT, NUL_BYTE, JSON_INVALID, JSON_TOO_DEEP, CELL_TOO_LONG)
}
OUTSIDE_COVERAGE = Message(
    "outside_coverage",
    "Baris berada di luar wilayah yang dicakup berkas.",
    "The row lies outside the region that the file covers.",
)
INDEX, ENDED_ON = "_index", "ended_on"
MANY_ROWS = 20_000
"""From this size on, repeated values are read once."""
WRONG_TYPE = "_wrong_type"
"""Column of raw Parquet: names of columns whose JSON value has an unsupported type, each between line feeds."""
OUR_COLUMNS = (INDEX, "_row_number", "_problem", "_line", DELETED_ON, DELETED, WRONG_TYPE)
"""Columns of raw Parquet that are not the agency's, and the batch's own."""


def profile(parts: Sequence[Path], contract: Contract) -> dict[str, dict[str, Any]]:
    """Facts about a file's whole columns that reading a row needs (rounded numbers, order of day and month, heaps)."""
    names = set(pl.scan_parquet(parts[0], glob=False).collect_schema()) if parts else set()
    profiles: dict[str, dict[str, Any]] = {}
    for field in contract.fields:
        profiles[field.name] = {}
        if field.type.profile and field.name in names:
            column = pl.concat([pl.read_parquet(part, columns=[field.name], glob=False) for part in parts])
            profiles[field.name] = field.type.profile(column[field.name])
    return profiles


def judge(
    raw: pl.DataFrame, file: RawFile, contract: Contract, doubts: Doubts, profiles: Profiles, context: Context
) -> dict[str, pl.DataFrame]:
    """Judge one batch of raw rows.

    All doubts are evaluated in one pass. Pandera decides which rows are rejected: it gets the contract's columns and
    the checks that some row of the batch raises (a check that no row raises passes by definition).

    Returns frames by kind: `rows` (canonical columns in lower case, key, origin, `ok`), `quarantine`, `warnings`,
    `repairs`.

    Raises:
        ValueError: the parser reports a problem that has no message here.
        RuntimeError: a check could not be evaluated.
    """
    batch = raw.with_row_index(INDEX)
    canonical, split = _canonical(batch, contract, profiles)
    problems = set(canonical["_problem"].drop_nulls().unique())
    if unknown := problems - BAD_SHAPES.keys():
        raise ValueError(f"no message for rows with the problem {sorted(unknown)}")
    coded = [field.name for field in contract.fields if field.type.coded]
    ended = ended_on(batch.columns, coded, contract.status_on, context.delivery_date)
    canonical = canonical.with_columns(ended.alias(ENDED_ON))
    whole, deleted = _split_deleted(canonical.filter(pl.col("_problem").is_null()))
    raised = _raised(whole, contract, doubts)
    errors = _errors(whole, contract, [doubt for doubt, _ in raised["errors"]])
    if deleted.height:
        errors += _errors(deleted, contract, [doubt for doubt in doubts["errors"] if _is_of_key(doubt, contract)])
    if file.coverage is not None and contract.place_column:
        region = _region_of(contract.place_column)
        outside = whole.filter(region.is_not_null() & ~region.is_in(sorted(file.coverage)))
        errors.append(_lines(outside, contract.place_column, OUTSIDE_COVERAGE))
    wrong_types = _wrong_types(whole, contract)
    errors = [*(_except_cells(wrong_types, lines) for lines in errors), wrong_types]
    for code in (code for code in BAD_SHAPES if code in problems):
        errors.append(_lines(canonical.filter(pl.col("_problem") == code), None, BAD_SHAPES[code]))
    found_errors = pl.concat(errors).unique([INDEX, "column_name", "check_name"], maintain_order=True)
    warnings = _except_cells(
        wrong_types, pl.concat([*_flagged(whole, raised["warnings"]), *_deletions_unread(canonical, whole)])
    )
    repairs = pl.concat([*_flagged(whole, raised["repairs"]), *split])
    kept = canonical.with_columns(ok=~pl.col(INDEX).is_in(found_errors[INDEX].implode()))
    evidence = {
        "quarantine": (found_errors, QUARANTINE),
        "warnings": (warnings, WARNINGS),
        "repairs": (repairs, REPAIRS),
    }
    return {
        "rows": _rows(kept, file, contract, context),
        **{kind: _evidence(lines, batch, canonical, file, context, shape) for kind, (lines, shape) in evidence.items()},
    }


def _split_deleted(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that state a record's content, and rows that state its deletion."""
    if not rows[ENDED_ON].count():
        return rows, rows.clear()
    return rows.filter(pl.col(ENDED_ON).is_null()), rows.filter(pl.col(ENDED_ON).is_not_null())


def _deletions_unread(batch: pl.DataFrame, whole: pl.DataFrame) -> list[pl.DataFrame]:
    """Warnings for deletion marks that say neither yes nor no, of rows in `whole`. Their columns are read as in
    `ended_on`: all of the batch.
    """
    kept = pl.col(INDEX).is_in(whole[INDEX].implode())
    found = []
    for name, flag in doubtful(batch.columns).items():
        value, rows = pl.col(name), batch.filter(flag & kept)
        found.append(_lines(rows, None, DELETION_UNREAD, value, original_value=value, new_value=pl.lit(None)))
    return found


def _is_of_key(doubt: Doubt, contract: Contract) -> bool:
    return set(doubt.column.split("|")) <= set(contract.key)


def _canonical(batch: pl.DataFrame, contract: Contract, profiles: Profiles) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Canonical columns by name, delivered ones as `raw:<name>`, companions, key; and the repairs made by mends."""
    absent = [pl.lit(None, pl.String).alias(field.name) for field in contract.fields if field.name not in batch.columns]
    frame = batch.with_columns(absent).with_columns(
        pl.col(field.name).alias(raw_name(field.name)) for field in contract.fields
    )
    repaired = []
    frame = _mend(frame, contract, "raw", repaired)
    if frame.height < MANY_ROWS:
        made = [_read(frame, contract.fields, profiles)]
    else:
        made = [_read_column(frame.select(field.name), field, profiles) for field in contract.fields]
    frame = frame.with_columns(column for columns in made for column in columns.get_columns())
    frame = _mend(frame, contract, "canonical", repaired)
    for derived in contract.derived:
        frame = derived.make(frame)
    parts = [pl.col(name).str.replace_all("|", r"\|", literal=True) for name in contract.key]
    return frame.with_columns(pl.concat_str(parts, separator="|").alias(RECORD_KEY)), repaired


def _read(given: pl.DataFrame, fields: Sequence[Field], profiles: Profiles) -> pl.DataFrame:
    """The canonical columns of fields and their companions, in one pass over the delivered ones."""
    values = [field.type.normalise(pl.col(field.name), profiles[field.name]) for field in fields]
    companions = [
        make(pl.col(raw_name(field.name)), pl.col(field.name), profiles[field.name]).alias(f"{field.name}_{suffix}")
        for field in fields
        for suffix, make in field.type.companions.items()
    ]
    companions += [
        field.type.how(pl.col(raw_name(field.name)), pl.col(field.name), profiles[field.name]).alias(
            how_name(field.name)
        )
        for field in fields
        if field.type.how
    ]
    names = [field.name for field in fields]
    return (
        given.lazy()
        .select(*(pl.col(name).alias(raw_name(name)) for name in names), *map(pl.Expr.alias, values, names))
        .with_columns(companions)
        .drop(map(raw_name, names))
        .collect()
    )


def _read_column(given: pl.DataFrame, field: Field, profiles: Profiles) -> pl.DataFrame:
    """The same for one field. If values repeat, each is read only once."""
    values = given.unique()
    if 2 * values.height >= given.height:
        return _read(given, [field], profiles)
    made = pl.concat([values.rename(raw_name), _read(values, [field], profiles)], how="horizontal")
    raw = raw_name(field.name)
    return given.rename(raw_name).join(made, on=raw, how="left", nulls_equal=True, maintain_order="left").drop(raw)


def _mend(frame: pl.DataFrame, contract: Contract, stage: str, repaired: list[pl.DataFrame]) -> pl.DataFrame:
    """Apply and record the mends of a stage."""
    for mend in (mend for mend in contract.mends if mend.stage == stage):
        when = mend.when.fill_null(False)
        changes = [pl.when(when).then(new).otherwise(pl.col(name)).alias(name) for name, new in mend.becomes.items()]
        mended = frame.with_columns(when.alias("_mended")).with_columns(changes)
        if mend.message is not None:
            repaired.append(_mended_lines(mended.filter("_mended"), mend, mend.message))
        frame = mended.drop("_mended")
    return frame


def _mended_lines(frame: pl.DataFrame, mend: Mend, message: Message) -> pl.DataFrame:
    raw, new = pl.col(raw_name(mend.column)), pl.col(mend.column)
    return _lines(frame, mend.column, message, raw, original_value=raw, new_value=new)


def _raised(frame: pl.DataFrame, contract: Contract, doubts: Doubts) -> dict[str, list[tuple[Doubt, pl.Series]]]:
    """By kind, the doubts that some row raises, with a flag per row. Possible doubts are evaluated in one pass."""
    every = [(kind, doubt) for kind, of_kind in doubts.items() for doubt in of_kind]
    possible = frame.lazy().select(doubt.possible().alias(str(n)) for n, (_, doubt) in enumerate(every)).collect()
    every = [one for one, may_be in zip(every, possible.row(0), strict=True) if may_be]
    flags = frame.lazy().select(doubt.when.fill_null(False).alias(str(n)) for n, (_, doubt) in enumerate(every))
    try:
        evaluated = flags.collect()
    except pl.exceptions.PolarsError as failed:  # its text may hold values
        raise RuntimeError(f"a check of {contract.source} could not be evaluated: {type(failed).__name__}") from None
    raised = {kind: [] for kind in doubts}
    for (kind, doubt), flag in zip(every, evaluated, strict=True):
        if flag.any():
            raised[kind].append((doubt, flag))
    return raised


def _errors(frame: pl.DataFrame, contract: Contract, raised: Sequence[Doubt]) -> list[pl.DataFrame]:
    """One frame of lines per failed check, from Pandera's failure cases."""
    from pandera.errors import SchemaErrors

    try:
        contract.schema(raised).validate(frame, lazy=True)
    except SchemaErrors as failed:
        cases = failed.failure_cases.select("check", "index")
    else:
        return [_no_lines()]
    if cases["index"].null_count():
        raise RuntimeError(f"a check of {contract.source} could not be evaluated: {cases['check'].unique().to_list()}")
    declared = {doubt.identity: doubt for doubt in raised}
    lines = [_no_lines()]
    for (identity,), found in cases.group_by("check", maintain_order=True):
        doubt = declared[identity]
        lines.append(_doubt_lines(frame[found["index"].cast(pl.UInt32)], doubt))
    return lines


def has_wrong_type(column: str) -> pl.Expr:
    """Whether a row's value in a column has an unsupported JSON type (`WRONG_TYPE`); null if none of the row has."""
    return pl.col(WRONG_TYPE).str.contains(f"\n{column}\n", literal=True)


def _wrong_types(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Lines for cells whose JSON type their column does not accept."""
    found = [_no_lines()]
    if WRONG_TYPE in frame.columns and frame[WRONG_TYPE].count():
        for field in contract.fields:
            wrong = frame.filter(has_wrong_type(field.name))
            allowed = (field.type.allowed_id, field.type.allowed_en)
            found.append(_lines(wrong, field.name, WRONG_JSON_TYPE, allowed=allowed))
    return pl.concat(found)


def _except_cells(known: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines, except on cells that `known` covers."""
    return lines.join(known, on=[INDEX, "column_name"], how="anti", maintain_order="left") if known.height else lines


def _flagged(frame: pl.DataFrame, raised: Sequence[tuple[Doubt, pl.Series]]) -> list[pl.DataFrame]:
    """Lines with both values for every row that raises a doubt."""
    found = [_no_lines(values=True)]
    for doubt, flag in raised:
        values = {"original_value": pl.col(raw_name(doubt.column)), "new_value": pl.col(doubt.column)}
        found.append(_doubt_lines(frame.filter(flag), doubt, **values))
    return found


def _doubt_lines(frame: pl.DataFrame, doubt: Doubt, **more: pl.Expr) -> pl.DataFrame:
    return _lines(frame, doubt.column, doubt.message, doubt.value, doubt.allowed, **more)


def _lines(
    frame: pl.DataFrame,
    column: str | None,
    message: Message,
    value: Value | None = None,
    allowed: tuple[str, str] = ("", ""),
    **more: pl.Expr,
) -> pl.DataFrame:
    """Evidence lines, still without file and raw row."""
    return frame.select(
        INDEX,
        pl.lit(column, pl.String).alias("column_name"),
        *sentences(message, column or "", value, allowed),
        *(expression.alias(name) for name, expression in more.items()),
    )


def _no_lines(values: bool = False) -> pl.DataFrame:
    more = ("original_value", "new_value") if values else ()
    names = ("column_name", "check_name", "message_id", "message_en", *more)
    return pl.DataFrame(schema={INDEX: pl.UInt32, **dict.fromkeys(names, pl.String)})


def raw_json(batch: pl.DataFrame) -> pl.Expr:
    """The delivered row as JSON, columns by their delivered names; the raw line if it could not be split."""
    delivered = [name for name in batch.columns if name not in OUR_COLUMNS]
    whole = pl.struct(delivered).struct.json_encode() if delivered else pl.lit("{}")
    if "_line" not in batch.columns:
        return whole
    broken = pl.struct(pl.col("_line").alias("_line")).struct.json_encode()
    return pl.when(pl.col("_line").is_not_null()).then(broken).otherwise(whole)


def _evidence(
    lines: pl.DataFrame, batch: pl.DataFrame, canonical: pl.DataFrame, file: RawFile, context: Context, shape: dict
) -> pl.DataFrame:
    """Lines with delivery, file, row, key and the delivered row; JSON is built only for rows that have lines."""
    flagged = batch.filter(pl.col(INDEX).is_in(lines[INDEX].unique().implode()))
    origin = flagged.select(
        INDEX, pl.col("_row_number").cast(pl.Int64).alias("row_number"), raw_json(batch).alias("raw_row")
    )
    keys = canonical.select(INDEX, RECORD_KEY)
    return (
        lines.join(origin, on=INDEX, how="left", maintain_order="left")
        .join(keys, on=INDEX, how="left", maintain_order="left")
        .with_columns(
            delivery_id=pl.lit(context.delivery_id), source=pl.lit(context.source), file_name=pl.lit(file.file_name)
        )
        .select(pl.col(name).cast(kind) for name, kind in shape.items())
        if lines.height
        else empty(shape)
    )


def _region_of(column: str) -> pl.Expr:
    """The kabupaten/kota of a village, kecamatan or kabupaten/kota code; null if it is not in Banten."""
    return pl.col(column).str.extract(rf"^({PROVINCE}\d{{2}})(?:\d{{2}}|\d{{6}})?$")


def _rows(frame: pl.DataFrame, file: RawFile, contract: Contract, context: Context) -> pl.DataFrame:
    """The batch as in accepted Parquet, with `ended_on` and `ok`: whether the row has no error of its own."""
    region = _region_of(contract.place_column) if contract.place_column else pl.lit(None, pl.String)
    only = next(iter(file.coverage)) if file.coverage and len(file.coverage) == 1 else PROVINCE
    return frame.select(
        *(pl.col(name).alias(name.lower()) for name in contract.columns),
        pl.col(RECORD_KEY),
        pl.lit(context.delivery_id).alias("delivery_id"),
        pl.lit(file.file_name).alias("file_name"),
        pl.col("_row_number").cast(pl.Int64).alias("row_number"),
        region.fill_null(only).alias("coverage_regency"),
        pl.col(ENDED_ON),
        pl.col("ok"),
    )
