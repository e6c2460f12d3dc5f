"""The files of a night's identity, and how they are read.

Each is in three parts, because a night changes little: the rows as they were when all was last written (a link to the
same file of the night before), the keys of those that are no longer so, and the rows that came later.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from assets.home import literal
from assets.identity import rules
from assets.identity.mentions import key
from validations.sadaya import pair_number

KEYS = {
    "person_links": "source, record_key, role",
    "identity_links": "pair_id",
    "household_links": "source, record_key",
    "family_links": "family_id",
    "identity_history": "entity, id, event, load_id",
    "lineage": "entity, natural_key",
}
"""Name -> what tells its rows apart."""
FILES = tuple(KEYS)

ROWS = {
    "person_links": """
        select source, record_key, role, id as person_id, link_rule,
            case when link_rule = 'register' then 1.0 else probability end as match_probability
        from mention join person_component using (n) join person_id using (component)""",
    "identity_links": f"""
        with known as (select n, source, record_key, role, id as person_id, {key()} as key
            from mention join person_component using (n) join person_id using (component)),
        ordered as (
            select p.*, x.key > y.key as swapped, x, y
            from identity_pair p join known x on x.n = p.a join known y on y.n = p.b),
        pair as (select * replace (if(swapped, y, x) as x, if(swapped, x, y) as y) from ordered)
        select {pair_number("x.key", "y.key")} as pair_id,
            x.source as source_a, x.record_key as record_key_a, x.role as role_a, x.person_id as person_id_a,
            y.source as source_b, y.record_key as record_key_b, y.role as role_b, y.person_id as person_id_b,
            detector, weight, probability as match_probability, state,
            coalesce(evidence, {rules.rests_on()}) as evidence
        from pair""",
    "household_links": """
        select source, record_key, h.id as household_id, f.id as family_id, link_rule,
            cast(null as double) as match_probability
        from placed join household_mention using (h) join household_id h on h.component = placed.household
        join family_id f on f.component = placed.family""",
    "family_links": """
        select f.id as family_id, no_kk, h.id as household_id from family_place
        join family_id f on f.component = family_place.family
        join household_id h on h.component = family_place.household""",
    "identity_history": "select entity, id, event, other_id, load_id, happened_at, generation from history",
    "lineage": """
        select 'household' as entity, id, component as natural_key, true as is_current from household_id
        union all select 'family', id, component, true from family_id
        union all select entity, id, natural_key, false from away""",
}
"""SQL of the rows. `lineage` is identity's own memory: the id of every ID_DTKS and card, and of every record that is
away, so that what comes back finds its id."""


def relation(folder: Path, name: str) -> str:
    """SQL of all rows of one of a night's files. dbt's sources say the same."""
    whole, gone, later = (f"read_parquet({literal(path)})" for path in _parts(folder, name))
    return f"(select whole.* from {whole} whole natural anti join {gone} union all by name select * from {later})"


def write_whole(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every file anew into a folder, and note in the tables `<name>_gone` and `<name>_later` that nothing is gone
    or later.
    """
    for name in FILES:
        connection.execute(f"create or replace table {name}_later as from ({ROWS[name]}) limit 0")
        connection.execute(f"create or replace table {name}_gone as select {KEYS[name]} from {name}_later")
        connection.execute(f"copy ({ROWS[name]}) to {literal(_parts(folder, name)[0])} (format parquet)")
    _write_later(connection, folder)


def write_changes(connection: duckdb.DuckDBPyConnection, folder: Path, before: Path) -> None:
    """Write what `<name>_gone` and `<name>_later` say into a folder; the rest is a link to the files of an earlier."""
    for name in FILES:
        whole, target = _parts(before, name)[0], _parts(folder, name)[0]
        try:
            os.link(whole, target)
        except OSError:  # a file system without links
            shutil.copyfile(whole, target)
    _write_later(connection, folder)


def _write_later(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name in FILES:
        _, gone, later = _parts(folder, name)
        connection.execute(f"copy {name}_gone to {literal(gone)} (format parquet)")
        connection.execute(f"copy {name}_later to {literal(later)} (format parquet)")


def _parts(folder: Path, name: str) -> tuple[Path, Path, Path]:
    return folder / f"{name}.parquet", folder / f"{name}.gone.parquet", folder / f"{name}.later.parquet"
