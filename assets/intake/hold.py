"""Compares a snapshot with the data in force before it replaces them (ruling 39). A list that lost half of its records,
has only new keys, is mostly quarantined, or has everybody in decile 1, is treated as faulty and held.

Compares the state with and without the snapshot, both including records that are carried forward. Uses counts and
shares of codes only, never a value of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.intake.received import Received
from assets.intake.standing import standing, units
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import Source
from validations import regions
from validations.counts import Counts
from validations.engine import FILE_OF_TABLE
from validations.messages import Filled, Message
from validations.regions import PROVINCE
from validations.sql import identifier, literal, pattern

SMALLEST_LOSS = 5
"""A loss of fewer records never holds a delivery, whatever their share."""
SMALLEST = 50
"""Minimum of records for which shares are compared."""
MEMORY_LIMIT = "2GB"
UNPLACED = "00"
"""Place of records without a kabupaten/kota: counted for the province only."""

SHRANK = Message(
    "snapshot_shrank",
    "jumlah data turun lebih dari {limit}: {places}",
    "records fell by more than {limit}: {places}",
)
OTHER_KEYS = Message(
    "keys_not_again",
    "kurang dari {limit} kunci yang berlaku muncul lagi: {places}",
    "fewer than {limit} of the keys in force come again: {places}",
)
MUCH_QUARANTINED = Message(
    "much_quarantined",
    "lebih dari {limit} barisnya ditahan: {places}",
    "more than {limit} of its rows are quarantined: {places}",
)
SHIFTED = Message(
    "values_shifted",
    "bagian satu nilai {column} bergeser lebih dari {limit}: {places}",
    "the share of a value of {column} moved by more than {limit}: {places}",
)
HELD = "Ditahan sampai dilepas petugas: {}.", "Held until a person releases the delivery: {}."
EMPTY = "kosong", "empty"


@dataclass(frozen=True)
class Reason:
    """An exceeded limit. `places`: code of the kabupaten/kota (36: the province) -> text with both numbers, in
    Indonesian and in English.
    """

    message: Message
    limit: str
    places: dict[str, tuple[str, str]]
    column: str = ""

    @property
    def filled(self) -> Filled:
        said = [
            template.format(
                limit=self.limit,
                column=self.column,
                places="; ".join(f"{_name(code)} {numbers[language]}" for code, numbers in sorted(self.places.items())),
            )
            for language, template in enumerate((self.message.id, self.message.en))
        ]
        return Filled(self.message.code, *said)


def why_held(load: Load, ledger: Ledger, source: Source, delivery: Received) -> Filled | None:
    """Return why a judged snapshot must be held, all exceeded limits in one sentence, or None.

    Compares only the kabupaten/kota that it covers. Where nothing is in force, nothing is held.
    """
    there = standing(ledger, source, delivery.delivery_date)
    covered = {unit for coverage in delivery.coverage for unit in units(coverage)}
    chains: dict[str, tuple[str, ...]] = {
        unit: (there[unit].delivery_id, *there[unit].earlier) for unit in covered if unit in there
    }
    if not chains:
        return None
    folder = load.home.delivery(source.name, delivery.delivery_id)
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(folder / "spill")}) as connection:
        connection.execute("set preserve_insertion_order = false")
        _open(connection, load, source, delivery, chains)
        reasons = [*_losses(connection, source), *_quarantined(connection, source), *_shifts(connection, source)]
    if not reasons:
        return None
    filled = [reason.filled for reason in reasons]
    said = ("; ".join(texts) for texts in ([each.id for each in filled], [each.en for each in filled]))
    return Filled(filled[0].code, *(held.format(text) for held, text in zip(HELD, said, strict=True)))


def much_quarantined(source: Source, counts: Counts) -> list[Filled]:
    """A notice, if too much of a delivery is quarantined but it is not held (a delta, which replaces nothing, or the
    first of its source): no data is lost, but its sender should know.
    """
    share = source.limits.quarantined
    if counts.quarantined > share * counts.read and (counts.quarantined == counts.read or counts.read >= SMALLEST):
        return [Reason(MUCH_QUARANTINED, _percent(share), {PROVINCE: _of(counts.quarantined, counts.read)}).filled]
    return []


# the state with and without the delivery ------------------------------------------------------------------------------


def _open(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    source: Source,
    delivery: Received,
    chains: dict[str, tuple[str, ...]],
) -> None:
    """Create views `before` (in force), `after` (in force with the delivery) and `delivered` (its rows), with place and
    coded columns, and `named` (all keys in the delivery); tables `size` and `row_count`, one row per place, and
    `withheld`, keys that the delivery quarantines.
    """
    folder = load.home.delivery(source.name, delivery.delivery_id)
    columns = _coded(source)
    before = []
    connection.execute(_withheld("withheld", folder))
    for chain in sorted(set(chains.values())):
        covered = [unit for unit, one in chains.items() if one == chain]
        folders = [load.home.delivery(source.name, one) for one in chain[: source.carry_forward + 1]]
        before.append(_in_force(connection, folders, covered, columns, f"carried_{len(before)}"))
    connection.execute(f"create view before as {' union all '.join(before)}")
    connection.execute(f"create view delivered as {_rows(connection, folder, columns, 0)}")
    standing_units = ", ".join(f"'{_place(unit)}'" for unit in chains)
    connection.execute(
        "create view after as from (from delivered union all from before semi join withheld using (record_key)"
        f" where times_carried < {source.carry_forward}) where place in ({standing_units})"
    )
    connection.execute("create view named as select record_key from delivered union select record_key from withheld")
    connection.execute(f"""
        create table size as
        with old as (
            select {_PLACE}, count(*) as before, count(named.record_key) as again
            from before left join named using (record_key) group by grouping sets ((before.place), ())),
        new as (select {_PLACE}, count(*) as after from after as before group by grouping sets ((before.place), ()))
        select place, before, again, coalesce(after, 0) as after from old left join new using (place)
        where place <> '{UNPLACED}'
    """)
    _count_rows(connection, folder, delivery)


def _count_rows(connection: duckdb.DuckDBPyConnection, folder: Path, delivery: Received) -> None:
    """Create table `row_count`: rows of the delivery by place, and quarantined ones. The place of a quarantined row is
    that of its record in force, else its own, else that of its file.
    """
    connection.execute("create table file_place (file_name varchar, place varchar)")
    places = [(file.name, _place(file.coverage)) for file in delivery.good_files]
    connection.executemany("insert into file_place values (?, ?)", places)
    keys = literal(folder / "quarantined_keys.parquet")
    connection.execute(f"""
        create table row_count as
        with bad as (
            select distinct file_name, row_number, record_key, {FILE_OF_TABLE} as file
            from {literal(folder / "quarantine.parquet")}),
        was as (select record_key, min(place) as place from before semi join bad using (record_key) group by 1),
        says as (
            select record_key, min(nullif(coverage_regency, '{PROVINCE}')) as place from {keys} group by 1),
        row_of_delivery as (
            select coalesce(was.place, says.place, file_place.place) as place, 1 as held_back
            from bad join file_place on file_place.file_name = bad.file
            left join was using (record_key) left join says using (record_key)
            union all select place, 0 from delivered
            union all select place, 0 from {literal(folder / "duplicates.parquet")} join delivered using (record_key))
        select {_PLACE}, sum(held_back)::bigint as held_back, count(*) as read
        from row_of_delivery as before group by grouping sets ((before.place), ())
    """)


_PLACE = f"case when grouping(before.place) = 1 then '{PROVINCE}' else before.place end as place"


def _in_force(
    connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], covered: list[str], columns: list[str], carried: str
) -> str:
    """SQL of the records in force in some units; `folders`: the deliveries that covered them, newest first.

    Rows accepted by the newest, and rows accepted by an earlier one and quarantined by every later one (table
    `carried`).
    """
    here = ", ".join(f"'{_place(unit)}'" for unit in covered)
    newest = f"from ({_rows(connection, folders[0], columns, 0)}) where place in ({here})"
    connection.execute(f"create table {carried} as {newest} limit 0")
    connection.execute(_withheld("waiting", folders[0]))
    for times, folder in enumerate(folders[1:], start=1):
        rows = _rows(connection, folder, columns, times)
        connection.execute(
            f"insert into {carried} from ({rows}) semi join waiting using (record_key) where place in ({here})"
        )
        connection.execute(_withheld("withheld_then", folder))
        connection.execute("delete from waiting where record_key not in (select record_key from withheld_then)")
    return f"({newest} union all from {carried})"


def _rows(connection: duckdb.DuckDBPyConnection, folder: Path, columns: list[str], times_carried: int) -> str:
    """SQL of the accepted rows of a delivery. A column that its contract did not have yet is null."""
    path = pattern(folder / "accepted", "*.parquet")
    known = {name for (name,) in connection.execute(f"select name from parquet_schema({path})").fetchall()}
    values = [identifier(name) if name in known else f"null::varchar as {identifier(name)}" for name in columns]
    place = f"coalesce(nullif(coverage_regency, '{PROVINCE}'), '{UNPLACED}') as place"
    return f"select {', '.join(['record_key', place, f'{times_carried} as times_carried', *values])} from {path}"


def _withheld(table: str, folder: Path) -> str:
    """SQL that creates a table of the keys that a delivery quarantined and did not accept."""
    return (
        f"create or replace table {table} as select distinct record_key"
        f" from {literal(folder / 'quarantined_keys.parquet')}"
        f" anti join {pattern(folder / 'accepted', '*.parquet')} using (record_key) where record_key is not null"
    )


def _coded(source: Source) -> list[str]:
    return [field.name.lower() for field in source.contract.fields if field.type.coded]


def _place(unit: str) -> str:
    return UNPLACED if unit == PROVINCE else unit


# the limits -----------------------------------------------------------------------------------------------------------


def _losses(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterable[Reason]:
    limits = source.limits
    sizes = connection.execute("select place, before, again, after from size").fetchall()
    shrank, other = {}, {}
    for place, before, again, after in sizes:
        limit = limits.loss if place == PROVINCE else limits.loss_regency
        if before - after >= SMALLEST_LOSS and after < before * (1 - limit):
            shrank[place] = (f"dari {before} menjadi {after}", f"from {before} to {after}")
        if before >= SMALLEST and again < before * limits.keys_again:
            other[place] = _of(again, before)
    if shrank:
        yield Reason(SHRANK, f"{_percent(limits.loss)} / {_percent(limits.loss_regency)}", shrank)
    if other:
        yield Reason(OTHER_KEYS, _percent(limits.keys_again), other)


def _quarantined(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterable[Reason]:
    limit = source.limits.quarantined
    found = connection.execute(
        "select place, held_back, read from row_count join size using (place)"
        " where before >= $smallest and held_back > $limit * read",
        {"smallest": SMALLEST, "limit": limit},
    ).fetchall()
    if found:
        yield Reason(MUCH_QUARANTINED, _percent(limit), {place: _of(bad, read) for place, bad, read in found})


def _shifts(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterable[Reason]:
    """A reason per coded column: for each place the value whose share moved most. Missing counts as a value; a column
    that was empty in all records before is not compared.
    """
    limit = source.limits.shift
    for column in _coded(source):
        counted = (
            f"select {_PLACE}, value, count(*) as n"
            f" from (select place, unnest(string_split(coalesce({identifier(column)}, ''), ';')) as value"
            " from {}) as before"
            " group by grouping sets ((before.place, value), (value))"
        )
        found = connection.execute(
            f"""
            with old as ({counted.format("before")}), new as ({counted.format("after")}),
            share as (
                select place, value, coalesce(old.n, 0) / s.before as was, coalesce(new.n, 0) / s.after as is_now
                from old full join new using (place, value) join size s using (place)
                where s.before >= $smallest and s.after > 0)
            select place, value, was, is_now from share
            where abs(is_now - was) > $limit
                and place not in (select place from share where value = '' and was = 1)
            qualify row_number() over (partition by place order by abs(is_now - was) desc, value) = 1
            """,
            {"smallest": SMALLEST, "limit": limit},
        ).fetchall()
        if found:
            places = {place: _moved(value, was, is_now) for place, value, was, is_now in found}
            yield Reason(SHIFTED, f"{100 * limit:.0f} poin/points", places, column.upper())


def _moved(value: str, was: float, is_now: float) -> tuple[str, str]:
    shown = (value, value) if value else EMPTY
    old, new = _percent(was), _percent(is_now)
    return f"{shown[0]} dari {old} menjadi {new}", f"{shown[1]} from {old} to {new}"


def _of(part: int, whole: int) -> tuple[str, str]:
    return f"{part} dari {whole}", f"{part} of {whole}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _name(code: str) -> str:
    names = dict(regions.regencies().select("regency_code", "regency_name").iter_rows())
    return f"{code} {names.get(code, 'BANTEN')}"
