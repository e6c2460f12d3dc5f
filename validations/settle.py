"""Checks of the whole delivery: repeated keys (ruling 3), rules between rows and between members of a set.

Set operations in DuckDB over the judged batches; they write the same evidence as the rules of single rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl

from validations.contract import Contract
from validations.delivery import Context, RawFile
from validations.evidence import (
    DELETIONS,
    DUPLICATES,
    QUARANTINE,
    QUARANTINED_KEYS,
    REPAIRS,
    WARNINGS,
    Value,
    empty,
    sentences,
)
from validations.messages import Message
from validations.regions import PROVINCE
from validations.rows import OUTSIDE_COVERAGE, raw_json
from validations.rules import SetRule
from validations.sql import identifier, literal, pattern

KEY_CONFLICT = Message(
    "key_conflict",
    "Kunci data ini muncul juga di baris {value}, dengan isi berbeda; semua barisnya ditahan. Kirim satu yang benar.",
    "This record's key stands in row {value} too, with different content; all are held back. Send the right one.",
)
OTHERS_SHOWN = 3
MEMORY_LIMIT = "2GB"
_TABLES = {
    "quarantine": QUARANTINE,
    "warnings": WARNINGS,
    "repairs": REPAIRS,
    "duplicates": DUPLICATES,
    "deletions": DELETIONS,
    "quarantined_keys": QUARANTINED_KEYS,
}
_OUTCOME = {"file_name": pl.String, "row_number": pl.Int64}


def settle(files: Sequence[RawFile], contract: Contract, context: Context, work: Path, out_dir: Path) -> None:
    """Judge the whole delivery and write `accepted/`, `quarantine`, `warnings`, `repairs`, `duplicates`, `deletions`,
    `quarantined_keys`.
    """
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(work / "spill")}) as connection:
        connection.execute("set preserve_insertion_order = false")
        _open_rows(connection, files, contract, context, work)
        early, rules = _errors(contract, context)
        lines = [found for rule in early for found in _broken(connection, rule, among="judged", exclude=True)]
        outcomes = _settle_keys(connection)
        lines += [_conflicts(connection, contract)] if "conflict" in outcomes else []
        lines += _outside_partner_region(connection, files, contract)
        lines += [found for rule in rules for found in _broken(connection, rule, exclude=True)]
        doubts = [found for rule in _rules(contract, context, "warning") for found in _broken(connection, rule)]
        for kind, found, shape in (("quarantine", lines, QUARANTINE), ("warnings", doubts, WARNINGS)):
            if (evidence := _evidence(found, files, context, shape)).height:
                evidence.write_parquet(work / f"{kind}-set.parquet")
        _write(connection, work, out_dir, "duplicate" in outcomes)


def _open_rows(
    connection: duckdb.DuckDBPyConnection, files: Sequence[RawFile], contract: Contract, context: Context, work: Path
) -> None:
    """Create the views `judged` (all rows, with regions), `kept` (not excluded so far), its good rows split into `rows`
    and `deleted` (rows that end their record), and the partners' tables.
    """
    content = ", ".join(f"coalesce({identifier(name.lower())}, chr(0))" for name in contract.columns)
    texts = [*(name.lower() for name in contract.columns), "record_key", "delivery_id", "coverage_regency", "ended_on"]
    empty_rows = {**dict.fromkeys(texts, pl.String), **_OUTCOME, "ok": pl.Boolean}
    pl.DataFrame(schema=empty_rows).write_parquet(work / "rows-none.parquet")
    partners = {partner: folders for partner, folders in context.partners.items() if folders}
    for partner, folders in partners.items():
        _open_partner(connection, partner, folders)
    placed = "coverage_regency"
    join = ""
    if contract.region_of and contract.region_of.partner in partners:
        placed = "coalesce(there.coverage_regency, r.coverage_regency)"
        join = (
            f" left join {identifier(f'{contract.region_of.partner}_keys')} there"
            f" on there.record_key = replace(r.{identifier(contract.region_of.column.lower())}, '|', '\\|')"
        )
    connection.execute("create table excluded (file_name varchar, row_number bigint, outcome varchar)")
    connection.execute(
        f"create view judged as select r.* replace ({placed} as coverage_regency),"
        f" md5(concat_ws(chr(31), {content}, ended_on)) as row_hash"
        f" from read_parquet({pattern(work, 'rows-*.parquet')}) r{join}"
    )
    connection.execute(
        "create view kept as select * from judged where not exists"
        " (select 1 from excluded e where e.file_name = judged.file_name and e.row_number = judged.row_number)"
    )
    connection.execute("create view rows as select * exclude (ok, ended_on) from kept where ok and ended_on is null")
    connection.execute("create view deleted as select * from kept where ok and ended_on is not null")


def _open_partner(connection: duckdb.DuckDBPyConnection, partner: str, folders: Sequence[Path]) -> None:
    accepted = ", ".join(pattern(folder / "accepted", "*.parquet") for folder in folders)
    keys = ", ".join(literal(folder / "quarantined_keys.parquet") for folder in folders)
    rows, known = identifier(partner), identifier(f"{partner}_keys")
    connection.execute(f"create table {rows} as select * from read_parquet([{accepted}], union_by_name = true)")
    connection.execute(
        f"create table {known} as select record_key, any_value(coverage_regency) as coverage_regency from ("
        f" select record_key, coverage_regency from {rows}"
        f" union all select record_key, coverage_regency from read_parquet([{keys}])) group by record_key"
    )


def _settle_keys(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Among rows with one key, equal ones leave one, different ones leave none. Only rows with a repeated key are
    compared. Returns the outcomes that occurred: `conflict`, `duplicate`.
    """
    connection.execute(
        "insert into excluded with doubled as materialized ("
        "  select record_key from kept where record_key is not null group by record_key having count(*) > 1),"
        " met as (select record_key, row_hash, file_name, row_number, ok from kept"
        "   semi join doubled using (record_key)),"
        " ranked as (select *,"
        "   min(row_hash) over (partition by record_key) <> max(row_hash) over (partition by record_key) as differ,"
        "   row_number() over (partition by record_key, ok order by file_name, row_number) as place from met)"
        " select file_name, row_number, case when differ then 'conflict' else 'duplicate' end from ranked"
        " where differ or (ok and place > 1)"
    )
    return {outcome for (outcome,) in connection.execute("select distinct outcome from excluded").fetchall()}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(sql, params=parameters or None).to_arrow_table())


def _conflicts(connection: duckdb.DuckDBPyConnection, contract: Contract) -> pl.DataFrame:
    """One line per row with a conflicting key, which lists the other rows."""
    found = _rows(
        connection,
        rf"""
        with met as (
            select file_name, row_number, record_key from judged
            semi join (select * from excluded where outcome = 'conflict') using (file_name, row_number)
        ),
        every as (
            select record_key, list({{'file': file_name, 'row': row_number}} order by file_name, row_number) as places
            from met group by record_key
        ),
        others as (
            select met.*, list_filter(places, lambda x: x.file <> file_name or x.row <> row_number) as places
            from met join every using (record_key)
        )
        select file_name, row_number, record_key, array_to_string(list_transform(places[:{OTHERS_SHOWN}],
            lambda x: x.row || case when x.file <> file_name
                then ' (' || regexp_replace(x.file, '\d{{11,}}', '…', 'g') || ')' else '' end), ', ')
            || case when len(places) > {OTHERS_SHOWN} then ', …' else '' end as value
        from others
        """,
    )
    rows = pl.col("value").cast(pl.String)
    return _lines(found, "|".join(contract.key), KEY_CONFLICT, (rows, rows))


def _outside_partner_region(
    connection: duckdb.DuckDBPyConnection, files: Sequence[RawFile], contract: Contract
) -> Iterator[pl.DataFrame]:
    """Rows whose partner's record lies outside the coverage of their own file (ruling 10)."""
    if contract.region_of is None:
        return
    for file in files:
        if file.coverage is None:
            continue
        found = _rows(
            connection,
            "select file_name, row_number, record_key, cast(null as varchar) as value from rows"
            " where file_name = $file and coverage_regency <> $province"
            " and not list_contains($covered, coverage_regency)",
            file=file.file_name,
            province=PROVINCE,
            covered=sorted(file.coverage),
        )
        _exclude(connection, found)
        yield _lines(found, contract.region_of.column, OUTSIDE_COVERAGE)


def _rules(contract: Contract, context: Context, severity: str) -> list[SetRule]:
    """The set rules of a severity with available partners."""
    return [
        rule
        for rule in contract.set_rules
        if rule.severity == severity and all(context.partners.get(partner) for partner in rule.partners)
    ]


def _errors(contract: Contract, context: Context) -> tuple[list[SetRule], list[SetRule]]:
    """The rules that reject rows: those applied before keys are compared, and the others."""
    rules = _rules(contract, context, "error")
    return [rule for rule in rules if rule.before_keys], [rule for rule in rules if not rule.before_keys]


def _broken(
    connection: duckdb.DuckDBPyConnection, rule: SetRule, among: str = "rows", exclude: bool = False
) -> Iterator[pl.DataFrame]:
    found = _rows(
        connection,
        f"select o.file_name, o.row_number, r.record_key, cast(o.value as varchar) as value from ({rule.sql}) o"
        f" join {among} r using (file_name, row_number)",
    )
    if exclude:
        _exclude(connection, found)
    yield _lines(found, rule.column, rule.message)


def _exclude(connection: duckdb.DuckDBPyConnection, found: pl.DataFrame) -> None:
    connection.register("found", found.unique(["file_name", "row_number"]))
    connection.execute("insert into excluded select file_name, row_number, 'rule' from found")
    connection.unregister("found")


def _lines(found: pl.DataFrame, column: str, message: Message, value: Value | None = None) -> pl.DataFrame:
    return found.select(
        "file_name",
        pl.col("row_number").cast(pl.Int64),
        "record_key",
        pl.lit(column).alias("column_name"),
        *sentences(message, column, pl.col("value") if value is None else value),
        pl.col("value").alias("original_value"),
        pl.lit(None, pl.String).alias("new_value"),
    )


def _evidence(lines: list[pl.DataFrame], files: Sequence[RawFile], context: Context, shape: dict) -> pl.DataFrame:
    """The lines with their delivered rows, reading only the files and rows concerned."""
    said = pl.concat(lines, how="vertical_relaxed") if lines else pl.DataFrame()
    if said.is_empty():
        return empty(shape)
    said = said.unique(["file_name", "row_number", "column_name", "check_name"], keep="first", maintain_order=True)
    rows = [_delivered(file, said.filter(pl.col("file_name") == file.file_name)["row_number"]) for file in files]
    return (
        said.join(pl.concat(rows), on=["file_name", "row_number"], how="left")
        .with_columns(delivery_id=pl.lit(context.delivery_id), source=pl.lit(context.source))
        .select(pl.col(name).cast(kind) for name, kind in shape.items())
    )


def _delivered(file: RawFile, numbers: pl.Series) -> pl.DataFrame:
    wanted = numbers.unique().implode()
    parts = (
        pl.scan_parquet(part, glob=False).filter(pl.col("_row_number").is_in(wanted)).collect() for part in file.parts
    )
    frames = [
        part.select(
            pl.lit(file.file_name).alias("file_name"),
            pl.col("_row_number").cast(pl.Int64).alias("row_number"),
            raw_json(part).alias("raw_row"),
        )
        for part in parts
    ]
    return pl.concat([pl.DataFrame(schema={**_OUTCOME, "raw_row": pl.String}), *frames])


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    connection.execute(f"copy ({sql}) to {literal(path)} (format parquet)")


def _write(connection: duckdb.DuckDBPyConnection, work: Path, out_dir: Path, duplicates: bool) -> None:
    """Write the outcome of the rows. A query is run only for tables that have rows."""
    (out_dir / "accepted").mkdir(exist_ok=True)
    meta = "record_key, delivery_id, file_name, row_number, row_hash, coverage_regency"
    _copy(connection, f"select * exclude ({meta}), {meta} from rows", out_dir / "accepted" / "0.parquet")
    queries = {"deletions": f"select {', '.join(DELETIONS)} from deleted"}
    for kind in ("quarantine", "warnings", "repairs"):
        if any(work.glob(f"{kind}-*.parquet")):
            lines = f"select * from read_parquet({pattern(work, kind + '-*.parquet')})"
            queries[kind] = f"{lines} order by file_name, row_number, column_name"
    if duplicates:
        repeated = "(select * from excluded where outcome = 'duplicate')"
        queries["duplicates"] = (
            f"select record_key, file_name, row_number from judged semi join {repeated} using (file_name, row_number)"
        )
    if "quarantine" in queries:
        quarantined = f"read_parquet({literal(out_dir / 'quarantine.parquet')})"
        queries["quarantined_keys"] = (
            f"select distinct record_key, coverage_regency from judged semi join {quarantined}"
            " using (file_name, row_number) where record_key is not null"
        )
    for name, shape in _TABLES.items():
        if name in queries:
            _copy(connection, queries[name], out_dir / f"{name}.parquet")
        else:
            empty(shape).write_parquet(out_dir / f"{name}.parquet")
