"""Who is left of a listed household: a member that neither rule nor weight links, and the register persons on the
household's cards that none of its other members is.

In the whole province a first name and a year of birth say little. Of the few who are left of one household they say
who it is: the other members are known, so that mostly one is left on either side. Two are one person when they are
each other's only likeness and two of name, birth and NIK agree:

* name: alike, or all words of one are in the other; common words too (`SITI` and `SITI AMINAH`) if the birth agrees; a
  word in common counts only if both birth and NIK agree;
* birth: same date, one slip in it, or the same year where a date is not known or 1 January;
* NIK: the same, or a slip apart.

Never two sexes, births a generation apart (father and son of one name), or two numbers that each fit the birth. Names
that a letter tells apart, born the same day, are twins unless a NIK says otherwise.
"""

from __future__ import annotations

import duckdb

from assets.identity import rules

CARDS = """(select n, no_kk from (from context union select n, no_kk from residue where no_kk is not null)
    semi join (select n from residue where household is not null) using (n))"""
"""SQL of the cards (n, no_kk) of a listed member's household: those of its fellows, and the one that it states."""
_MAY_BE = f"{rules.SEXES_FIT} and not births_a_generation_apart(o.birth_year, r.birth_year)"

NEAR = f"""
select r.n from register r semi join (
    select c.no_kk, o.sex, o.birth_year from {CARDS} c join residue o using (n)) o
on r.no_kk = o.no_kk and {_MAY_BE}
"""
"""SQL of the register persons (n) on these cards who may be a member that nothing links; some of them are taken."""

_LEFT = f"""
create or replace temp table likeness as
with taken as (
    select distinct l.target, o.household from link l join mention o using (n)
    where l.target in ({NEAR})),
pair as (
    select o.n, r.n as target, o.household,
        words_equal(o.words, r.words) or one_name_in_the_other(o.words, r.words) as same_name,
        words_alike(o.words, r.words) as is_alike,
        same_name or is_alike as name_fits,
        list_has_any(o.words, r.words) as word_fits,
        births_equal(o.birth_date, r.birth_date) as same_day,
        births_fit(o.birth_date, r.birth_date, o.birth_year, r.birth_year, o.birth_heap or r.birth_heap) as birth_fits,
        coalesce(o.nik = r.nik or a_slip_apart(o.nik, r.nik), false) as nik_fits,
        two_numbers(o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year) as is_two,
        taken.target is not null as is_taken
    from {CARDS} c join residue o using (n) join register r on r.no_kk = c.no_kk and {_MAY_BE}
    left join taken on taken.target = r.n and taken.household = o.household
    where o.n not in (select n from link) and (o.n, r.n) not in (select (a, b) from dismissed))
select *, not is_two and case when nik_fits then (birth_fits and (name_fits or word_fits)) or is_alike
    when same_day then same_name else name_fits and birth_fits end as is_one
from pair where name_fits or word_fits or same_day or nik_fits
"""

_LINK = f"""
insert into link
select n, target, '{rules.HOUSEHOLD}', null from likeness
qualify is_one and not is_taken and count(*) filter (is_one or not is_taken) over (partition by n) = 1
    and count(*) over (partition by target, household) = 1
"""
"""A register person who may as well be a member that is linked (a twin under the other's name) is linked to nobody."""


def link(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `link` the records of `residue` that are one with a register person left of their household.

    Needs `mention`, `register`, `residue`, `context`, `link`, and `dismissed`.
    """
    connection.execute(_LEFT)
    connection.execute(_LINK)
