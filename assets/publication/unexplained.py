"""Finds households that changed since the published load although no record explains it.

A person who is counted in another household is explained if a record of the person was delivered since, or was removed;
a household in another kabupaten/kota is explained in the same way by its records. The remaining changes are caused by
other people's records, or by our own code.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from assets.load import Load

_EMPTY = """
create temp table compared (household_id varchar, regency_code varchar, members_changed boolean, region_changed boolean)
"""

_STEPS = (
    """
    create temp table mover as
    select person_id, b.household_id as was, a.household_id as now
    from published.marts.dim_person b full join warehouse.marts.dim_person a using (person_id)
    where a.household_id is distinct from b.household_id
    """,
    # A person who is new to a load has not moved; a person with records in both loads has, if outside the frame in one.
    """
    delete from mover
    where (was is null and person_id not in (
            select person_id from published.marts.person_records semi join mover using (person_id)))
        or (now is null and person_id not in (
            select person_id from warehouse.marts.person_records semi join mover using (person_id)))
    """,
    """
    create temp table explained_person as
    with now as (from warehouse.marts.person_records semi join mover using (person_id))
    select now.person_id from now join staging.mentions.person_mention m using (source, record_key, role)
    semi join delivered_since h on h.source = m.source and h.delivery_date = m.valid_from
    union
    select person_id from published.marts.person_records r semi join mover using (person_id)
    where not exists (
        select 1 from warehouse.marts.person_records n
        where n.source = r.source and n.record_key = r.record_key and n.role = r.role)
    """,
    """
    create temp table household_in_both as
    select b.household_id, a.regency_code, a.regency_code <> b.regency_code as is_elsewhere
    from published.marts.dim_household b join warehouse.marts.dim_household a using (household_id)
    """,
    """
    create temp table explained_household as
    with elsewhere as (select household_id from household_in_both where is_elsewhere),
    now as (from warehouse.marts.household_records semi join elsewhere using (household_id))
    select now.household_id from now join staging.mentions.household_mention m using (source, record_key)
    semi join delivered_since h on h.source = m.source and h.delivery_date = m.valid_from
    union
    select household_id from published.marts.household_records r semi join elsewhere using (household_id)
    where not exists (
        select 1 from warehouse.marts.household_records n where n.source = r.source and n.record_key = r.record_key)
    """,
    """
    insert into compared
    with members as (
        select household_id, count(*) as people from published.marts.dim_person group by household_id),
    unexplained as (from mover where person_id not in (select person_id from explained_person)),
    joined_or_left as (
        select household_id, count(*) as people
        from (select was as household_id from unexplained union all select now from unexplained) group by household_id)
    select household_id, regency_code, coalesce(c.people * 2 >= m.people, false),
        is_elsewhere and household_id not in (select household_id from explained_household)
    from household_in_both left join members m using (household_id) left join joined_or_left c using (household_id)
    """,
)


def compare(connection: duckdb.DuckDBPyConnection, load: Load, published: str | None) -> None:
    """Make the table `compared`: households of both tonight's load and the published one, with whether half of the
    members joined or left, or the kabupaten/kota changed, without a record that explains it. Empty if nothing is
    published.

    Needs the databases of `scratch`, and the published warehouse attached as `published`.
    """
    connection.execute(_EMPTY)
    if published is None:
        return
    with load.ledger() as ledger:
        known = {row["delivery_id"] for row in ledger.load_deliveries(published)}
        new = [row for row in ledger.load_deliveries(load.load_id) if row["delivery_id"] not in known]
    schema = pa.schema({"source": pa.string(), "delivery_date": pa.string()})
    rows = [{name: row[name] for name in schema.names} for row in new]
    connection.register("new_deliveries", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(
        "create temp table delivered_since as"
        " select distinct source, delivery_date::date as delivery_date from new_deliveries"
    )
    connection.unregister("new_deliveries")
    for statement in _STEPS:
        connection.execute(statement)
