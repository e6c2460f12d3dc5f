"""What makes two records one person without weighing (the first that fits is the record's link_rule).

| rule | two records are one person when |
|---|---|
| `nik` | they share a true NIK, and their names agree; births do not differ much (2+ same words: by a generation) |
| `kk` | they share a family card; birth year and name, or birth date and a name that agrees, or 2+ words and no birth |
| `village` | they share name, birth date and village, and nobody else there does |
| `district` | one of them has no village, and the same holds of the kecamatan |
| `nik_birth` | they share a true NIK and a birth date, whatever the names (not two sexes) |
| `nik_slip` | their NIKs are a digit apart, they share every word of the name and the kecamatan; births do not differ |

A shared NIK by itself proves nothing. Two whose names differ in a letter, and whose NIKs each fit the birth, are twins:
no card or place makes them one. Where two candidates fit equally, none is taken: a wrong merge is worse than a missed
one. `nik_birth` comes after the rules of names because a twin under the other twin's number is better known by name.
"""

from __future__ import annotations

import json

import duckdb

RULES = ("nik", "kk", "village", "district", "nik_birth", "nik_slip")
CLERK, SPLINK, HOUSEHOLD = "clerk", "splink", "household"
ORDER = (CLERK, *RULES, SPLINK, HOUSEHOLD)
"""What may link records, the strongest first: a clerk's word, the rules, a weight, who is left of a household."""
BY_PLACE = ("village", "district")
"""Rules under which nobody else may fit: name and birth date are not rare enough to choose among several."""

COLUMNS = (
    "n, source, record_key, role, is_register, words, name, word_bits, sex, birth_date, birth_year, birth_heap, nik,"
    " no_kk, village_code, district_code, regency_code, household"
)
"""What is looked at of a mention when records are linked; only weights look at more."""

EVIDENCE = """
create or replace macro births_equal(a, b) as coalesce(a = b, false);
create or replace macro births_far(a, b) as coalesce(abs(a - b) > 2, false);
create or replace macro births_a_generation_apart(a, b) as coalesce(abs(a - b) >= 12, false);
create or replace macro births_differ(a, b, year_a, year_b) as coalesce(a <> b, year_a <> year_b, false);
create or replace macro sexes_differ(a, b) as coalesce(a <> b, false);
create or replace macro only_the_year_differs(a, b) as
    year(a) <> year(b) and month(a) = month(b) and day(a) = day(b) and (month(a) > 1 or day(a) > 1);
create or replace macro one_part_differs(a, b) as
    year(a) = year(b) and (month(a) = month(b)) <> (day(a) = day(b));
create or replace macro day_and_month_swapped(a, b) as
    year(a) = year(b) and month(a) = day(b) and day(a) = month(b);
create or replace macro births_fit(a, b, year_a, year_b, heap) as coalesce(a = b, false)
    or coalesce(year_a = year_b and (a is null or b is null or heap), false)
    or coalesce(one_part_differs(a, b) or day_and_month_swapped(a, b) or only_the_year_differs(a, b), false);
create or replace macro nik_fits(nik, birth, year) as substr(nik, 11, 2) = lpad((year % 100)::varchar, 2, '0')
    and (birth is null or (month(birth) = 1 and day(birth) = 1) or (substr(nik, 9, 2) = strftime(birth, '%m')
        and try_cast(substr(nik, 7, 2) as integer) % 40 = day(birth)));
create or replace macro a_slip_apart(a, b) as damerau_levenshtein(a, b) = 1 and left(a, 15) <> left(b, 15);
create or replace macro two_numbers(a, b, birth_a, birth_b, year_a, year_b) as coalesce(a <> b
    and not a_slip_apart(a, b) and nik_fits(a, birth_a, year_a) and nik_fits(b, birth_b, year_b), false);
"""
"""A NIK holds its owner's birth date (a woman's day plus 40), so one that fits is the record's own; where a year alone
or 1 January is stated, the year must fit. Twins are numbered one after the other: another last digit may be a slip, or
the twin.
"""

BIRTHS_CONTRADICT = """(births_far(o.birth_year, r.birth_year)
    and (births_a_generation_apart(o.birth_year, r.birth_year)
        or not coalesce(only_the_year_differs(o.birth_date, r.birth_date), false)))"""
"""Two who are no one person by their births, whatever they weigh: years apart, and not by a slip in the year alone."""

KEYS = {
    "nik": ("nik",),
    "kk": ("no_kk",),
    "village": ("birth_date", "village_code"),
    "district": ("birth_date", "district_code"),
    "nik_birth": ("nik", "birth_date"),
    "nik_slip": ("name", "district_code"),
}
"""What two records that a rule makes one must share. `name` is a digest of the words: as good a reason to look at two
records, and faster to find.
"""

SEXES_FIT = "not sexes_differ(o.sex, r.sex)"
NO_HEAP = "not o.birth_heap and not r.birth_heap"
NARROW = {
    "nik": "true",
    "kk": f"{SEXES_FIT} and coalesce(o.birth_year = r.birth_year, true)",
    "village": f"{NO_HEAP} and {SEXES_FIT}",
    "district": f"{NO_HEAP} and {SEXES_FIT}",
    "nik_birth": SEXES_FIT,
    "nik_slip": f"not births_differ(o.birth_date, r.birth_date, o.birth_year, r.birth_year) and {SEXES_FIT}",
}
"""What must hold of them besides that takes no look at names and numbers: of `BESIDE` alone."""
BESIDE = ("sex", "birth_date", "birth_year", "birth_heap", "word_bits")

TWINS = """case when o.words = r.words or o.nik = r.nik then false
    when list_has_all(o.words, r.words) or list_has_all(r.words, o.words) then false
    else two_numbers(o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year) end"""
"""A letter tells RINA and RINI apart, and each has a NIK that fits her birth. One name, or a part of it, under two NIKs
may be one person.
"""

_CONDITIONS = {
    "nik": """(o.words = r.words or not sexes_differ(o.sex, r.sex))
        and ((words_agree(o.words, r.words) and not births_far(o.birth_year, r.birth_year))
            or (least(len(o.words), len(r.words)) > 1 and words_equal(o.words, r.words)
                and not births_a_generation_apart(o.birth_year, r.birth_year)))""",
    "kk": f"""((len(o.words) > 1 and o.words = r.words)
            or (o.birth_year = r.birth_year and words_equal(o.words, r.words))
            or (births_equal(o.birth_date, r.birth_date) and words_agree(o.words, r.words)))
        and not {TWINS}""",
    "village": f"words_equal(o.words, r.words) and not {TWINS}",
    "district": f"""(o.village_code is null or r.village_code is null)
        and words_equal(o.words, r.words) and not {TWINS}""",
    "nik_birth": "true",
    "nik_slip": "o.words = r.words and len(o.words) > 0 and damerau_levenshtein(o.nik, r.nik) = 1",
}


def candidates(rule: str, other: str, apart: str, one: str = "mention") -> str:
    """SQL, from `from` on, of the pairs (o, r) that a rule would make one. The grain: a pair of mentions.

    one, other: the relations that `o` and `r` are of. apart: what else must hold.
    """
    shared = " and ".join(f"o.{key} = r.{key}" for key in KEYS[rule])
    return f"from {one} o join {other} r on {shared} where {apart} and {NARROW[rule]} and ({_CONDITIONS[rule]})"


RESTS_ON = {
    "nik": (("nik", "same"), ("name", "agrees")),
    "kk": (("tie", "same card"), ("name", "same words, or agrees with the birth date"), ("birth", "does not differ")),
    "village": (("name", "same words"), ("birth", "same date"), ("tie", "same village, nobody else fits")),
    "district": (("name", "same words"), ("birth", "same date"), ("tie", "same kecamatan, nobody else fits")),
    "nik_birth": (("nik", "same"), ("birth", "same date")),
    "nik_slip": (("nik", "with a slip"), ("name", "same words"), ("tie", "same kecamatan")),
    HOUSEHOLD: (("tie", "left of the household, nobody else fits"), ("name, birth, nik", "two of them agree")),
}
"""Fields that a rule rests on, each with what it found: what `comparisons` says of a pair that is weighed."""

TWO_MEMBERS = """coalesce({a}.household = {b}.household, false)
    and not ({a}.words = {b}.words and births_equal({a}.birth_date, {b}.birth_date)
        and coalesce({a}.nik = {b}.nik, true))"""
"""Two lines of one listed household are two people, even under one NIK, unless name, birth date and NIK are the same
(an unknown NIK is): twins have names that are alike.
"""


def part_members_of_one_household(connection: duckdb.DuckDBPyConnection, among: str = "true") -> None:
    """Of two members of one listed household who were linked to one register person, the one that fits best stays.

    among: SQL of the links `l` that it may concern.
    """
    connection.execute(f"""
        create or replace temp table wrongly as with
        member as (
            select l.n, l.target, m.household, m.record_key, m.words, m.birth_date, m.nik,
                2 * births_equal(m.birth_date, r.birth_date)::int
                + (coalesce(m.nik = r.nik, false)::int + (m.words = r.words)::int) / 2
                + jaro_winkler_similarity(array_to_string(m.words, ' '), array_to_string(r.words, ' ')) as fit
            from link l join mention m using (n) join mention r on r.n = l.target
            where m.household is not null and {among}),
        best as (
            select *, row_number() over (partition by household, target order by fit desc, record_key) as place
            from member)
        select o.n from best o join best b using (household, target)
        where b.place = 1 and o.place > 1 and {TWO_MEMBERS.format(a="o", b="b")}
    """)
    connection.execute("delete from link where n in (select n from wrongly)")


def rests_on() -> str:
    """SQL: the evidence of a pair by its `detector`, as JSON; null for what is not a rule."""
    cases = " ".join(
        f"when '{rule}' then '{json.dumps([{'field': field, 'level': level} for field, level in fields])}'"
        for rule, fields in RESTS_ON.items()
    )
    return f"case detector {cases} end"
