"""Which pairs of records are worth comparing: records that no rule linked, with the register and with each other; and
register records that look like one person twice.

Each rule is an equality that few pairs share. `benchmarks.residue` counts, per rule, the pairs it brings and those
joined that no other rule brings.
"""

from __future__ import annotations

import duckdb

_ONE_WORD = "list_has_any(o.words, r.words)"
_NO_HEAP = "not o.birth_heap and not r.birth_heap"

RULES = {
    "nik": "join {other} r on o.nik = r.nik",
    "card": "join {other} r on o.no_kk = r.no_kk",
    "household": "join context c on c.n = o.n join {other} r on r.no_kk = c.no_kk",
    "birth_in_kabupaten": "join {other} r on o.birth_date = r.birth_date and o.regency_code = r.regency_code"
    f" and {_NO_HEAP} and {_ONE_WORD}",
    "birth_and_name": f"join {{other}} r on o.birth_date = r.birth_date and o.words = r.words and {_NO_HEAP}",
    "year_in_village": "join {other} r on o.birth_year = r.birth_year and o.village_code = r.village_code"
    f" and {_ONE_WORD}",
    "name_in_kecamatan": "join {other} r on o.words = r.words and o.district_code = r.district_code",
    "start_of_nik": f"join {{other}} r on left(o.nik, 10) = left(r.nik, 10) and {_ONE_WORD}",
    "end_of_nik": f"join {{other}} r on right(o.nik, 8) = right(r.nik, 8) and {_ONE_WORD}",
}
"""Name -> the records `r` of a relation that a record `o` is compared with."""

CONTEXT = """
create or replace table context as
with relative as (
    select o.n, r.no_kk from residue o join register r on o.nik = r.nik
    union
    select o.n, r.no_kk from residue o join mention f on f.household = o.household and f.n <> o.n
    join link l on l.n = f.n join register r on r.n = l.target
    union
    select o.n, r.no_kk from residue o join mention f on f.source = o.source and f.record_key = o.record_key
        and f.n <> o.n
    join link l on l.n = f.n join register r on r.n = l.target)
select n, no_kk from relative where no_kk is not null
"""

_DOUBTFUL = """
create or replace table doubtful as
with alike as (
    select birth_date, village_code, hash(words) as name from register
    where len(words) > 1 and not birth_heap and birth_date is not null group by all having count(*) > 1)
select r.* from register r join alike a
on r.birth_date = a.birth_date and r.village_code = a.village_code and hash(r.words) = a.name
"""
"""The few who share name, birth date and village with somebody: the whole register is too large to join with itself."""

_REGISTERED_TWICE = """
select o.n as a, r.n as b, 'registered_twice' as rule from doubtful o join doubtful r
on o.words = r.words and o.birth_date = r.birth_date and o.village_code = r.village_code
where o.n < r.n and o.nik <> r.nik and not sexes_differ(o.sex, r.sex)
"""


_JUDGED = """
create or replace table judged as
with decided as (select a, b, true as is_same from confirmed union all select a, b, false from dismissed where a < b)
select if(swapped, b, a) as a, if(swapped, a, b) as b, is_same from (
    select *, (a in (select n from register), a) > (b in (select n from register), b) as swapped from decided)
"""


def pair(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `context` (n, no_kk: cards of a record's household, as its fellows and the owner of its NIK show
    them) and `candidate` (a, b, rules: names of the rules that brought the pair; of two records out of the register
    a < b, else `a` is the one out of it), and `judged` (a, b, is_same), in that order too.

    Needs `mention`, `register`, `residue` (as `mention`: the records to compare) and `link` (n, target).
    """
    connection.execute(CONTEXT)
    connection.execute(_JUDGED)
    connection.execute(_DOUBTFUL)
    brought = [_REGISTERED_TWICE, "select a, b, 'judged' from judged"]
    for rule, join in RULES.items():
        of_register, of_residue = (join.format(other=other) for other in ("register", "residue"))
        brought.append(f"select o.n as a, r.n as b, '{rule}' from residue o {of_register}")
        brought.append(
            f"select least(o.n, r.n), greatest(o.n, r.n), '{rule}' from residue o {of_residue} where o.n <> r.n"
        )
    connection.execute(
        "create or replace table candidate as select a, b, list_sort(list_distinct(list(rule))) as rules"
        f" from ({' union all '.join(brought)}) group by a, b"
    )
    connection.execute("drop table doubtful")
