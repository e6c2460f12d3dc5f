"""The bound: records that their stated values cannot distinguish.

A record is indistinct if another person in the civil register agrees with it in every field in which its true person
agrees: name, birth date and year, sex, NIK, card, and place at the level of the true person's. Only evidence from other
members of the household could choose correctly.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

_STATED = """
create or replace temp table stated as
select r.n, r.true_id, m.sex, m.birth_date, m.birth_year, m.no_kk,
    r.nik,
    m.village_code, m.district_code, m.regency_code, f.words, m.is_register
from record r join {mentions} m using (source, record_key, role) left join folded_name f on f.name = m.name;
create or replace temp table registered as select * from stated where is_register
"""

_AGREES = """
create or replace macro states_no_other(o, x) as
    (o.t_name < 2 or coalesce(x.words = o.words, false))
    and (o.t_name < 1 or coalesce(words_agree(o.words, x.words), false))
    and (not o.t_date or coalesce(x.birth_date = o.birth_date, false))
    and (not o.t_year or coalesce(x.birth_year = o.birth_year, false))
    and coalesce(x.sex = o.sex, true)
    and (not o.t_nik or coalesce(x.nik = o.nik, false)) and (not o.t_card or coalesce(x.no_kk = o.no_kk, false))
"""

_INDISTINCT = """
create or replace temp table indistinct as
with own as (
    select o.*, case when t.words = o.words then 2 when words_agree(o.words, t.words) then 1 else 0 end as t_name,
        coalesce(t.birth_date = o.birth_date, false) as t_date, coalesce(t.birth_year = o.birth_year, false) as t_year,
        coalesce(t.nik = o.nik, false) as t_nik, coalesce(t.no_kk = o.no_kk, false) as t_card,
        case when t.village_code = o.village_code then 'village' when t.district_code = o.district_code then 'district'
            when t.regency_code = o.regency_code then 'regency' else 'none' end as t_place
    from stated o join registered t using (true_id)
    where not o.is_register and o.n in (select n from record where in_residue))
{pairs}
"""

_FOUND = """
select distinct o.n from own o join registered x on {joined}
where {given} and x.true_id <> o.true_id and states_no_other(o, x)
"""


def find(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the table `indistinct` (n) of the residue. Needs `record`, `folded_name` and the macros of `names`."""
    connection.execute(_STATED.format(mentions=mentions))
    connection.execute(_AGREES)
    connection.execute(_INDISTINCT.format(pairs=" union ".join(_pairs())))


def _pairs() -> Iterator[str]:
    """SQL of the candidates: by the place in which the true person agrees, and by name if that is equal (faster)."""
    for place in ("village", "district"):
        here = f"x.{place}_code = o.{place}_code"
        yield _FOUND.format(joined=f"{here} and x.words = o.words", given=f"t_place = '{place}' and t_name = 2")
        yield _FOUND.format(joined=here, given=f"t_place = '{place}' and t_name < 2")
    yield _FOUND.format(
        joined="x.words = o.words",
        given="t_place not in ('village', 'district') and t_name = 2"
        " and (t_place = 'none' or x.regency_code = o.regency_code)",
    )
