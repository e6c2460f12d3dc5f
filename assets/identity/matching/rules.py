"""Rules that make two records one person without weighing (the first that fits is the record's link_rule).

| rule | two records are one person when |
|---|---|
| `nik` | they share a true NIK, and their names agree; births do not differ much (2+ same words: by a generation) |
| `kk` | they share a family card; birth year and name, or birth date and a name that agrees, or 2+ words and no birth |
| `village` | they share name, birth date and village, and no other record there does |
| `district` | one of them has no village, and the same holds of the kecamatan |
| `nik_birth` | they share a true NIK and a birth date, whatever the names (not two sexes) |
| `nik_slip` | their NIKs are a digit apart, they share every word of the name and the kecamatan; births do not differ |

A shared NIK by itself proves nothing. Two records whose names differ in a letter, and whose NIKs each fit the birth,
are twins: no card or place makes them one. Where two candidates fit equally, neither is taken: a wrong merge is worse
than a missed one. `nik_birth` comes after the rules of names, because the name identifies a twin recorded under the
other twin's number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from validations.sadaya import pair_number, record_name

CLERK, SPLINK, HOUSEHOLD = "clerk", "splink", "household"
COLUMNS = (
    "n, source, record_key, role, is_register, words, name, word_bits, sex, birth_date, birth_year, birth_heap, nik,"
    " no_kk, village_code, district_code, regency_code, household"
)
"""The columns of a mention that rules read; only weights read more."""
BESIDE = ("sex", "birth_date", "birth_year", "birth_heap", "word_bits")
"""The columns that a prefilter may read: no names or numbers, so that it is fast."""

SEXES_FIT = "not sexes_differ(o.sex, r.sex)"
NO_HEAP = "not o.birth_heap and not r.birth_heap"
BIRTHS_CONTRADICT = "births_contradict(o.birth_date, r.birth_date, o.birth_year, r.birth_year)"
TWINS = "are_twins(o.words, r.words, o.nik, r.nik, o.birth_date, r.birth_date, o.birth_year, r.birth_year)"
TWO_MEMBERS = "two_members(o.household, r.household, o.words, r.words, o.birth_date, r.birth_date, o.nik, r.nik)"


@dataclass(frozen=True)
class Rule:
    """Two records `o` and `r` are one person if they share the `keys` and meet `prefilter` (on `BESIDE` only) and
    `condition`.

    evidence: pairs of a field and the level found, in the terms of `comparisons`. unique_in_place: whether no other
    record may fit, because name and birth date are not rare enough to choose among several. The key `name` is a digest
    of the words, which is faster to join on.
    """

    name: str
    keys: tuple[str, ...]
    condition: str
    evidence: tuple[tuple[str, str], ...]
    prefilter: str = "true"
    unique_in_place: bool = False

    def pairs(self, other: str, apart: str, one: str = "mention") -> str:
        """SQL, starting at `from`, of the pairs (o, r) that the rule matches. Grain: a pair of mentions.

        one, other: the relations of `o` and `r`. apart: a further condition.
        """
        shared = " and ".join(f"o.{key} = r.{key}" for key in self.keys)
        return f"from {one} o join {other} r on {shared} where {apart} and {self.prefilter} and ({self.condition})"


RULES = (
    Rule(
        "nik",
        keys=("nik",),
        condition="""(o.words = r.words or not sexes_differ(o.sex, r.sex))
            and ((words_agree(o.words, r.words) and not births_far(o.birth_year, r.birth_year))
                or (least(len(o.words), len(r.words)) > 1 and words_equal(o.words, r.words)
                    and not births_a_generation_apart(o.birth_year, r.birth_year)))""",
        evidence=(("nik", "same"), ("name", "agrees")),
    ),
    Rule(
        "kk",
        keys=("no_kk",),
        prefilter=f"{SEXES_FIT} and coalesce(o.birth_year = r.birth_year, true)",
        condition=f"""((len(o.words) > 1 and o.words = r.words)
                or (o.birth_year = r.birth_year and words_equal(o.words, r.words))
                or (births_equal(o.birth_date, r.birth_date) and words_agree(o.words, r.words)))
            and not {TWINS}""",
        evidence=(
            ("tie", "same card"),
            ("name", "same words, or agrees with the birth date"),
            ("birth", "does not differ"),
        ),
    ),
    Rule(
        "village",
        keys=("birth_date", "village_code"),
        prefilter=f"{NO_HEAP} and {SEXES_FIT}",
        condition=f"words_equal(o.words, r.words) and not {TWINS}",
        evidence=(("name", "same words"), ("birth", "same date"), ("tie", "same village, nobody else fits")),
        unique_in_place=True,
    ),
    Rule(
        "district",
        keys=("birth_date", "district_code"),
        prefilter=f"{NO_HEAP} and {SEXES_FIT}",
        condition=f"""(o.village_code is null or r.village_code is null)
            and words_equal(o.words, r.words) and not {TWINS}""",
        evidence=(("name", "same words"), ("birth", "same date"), ("tie", "same kecamatan, nobody else fits")),
        unique_in_place=True,
    ),
    Rule(
        "nik_birth",
        keys=("nik", "birth_date"),
        prefilter=SEXES_FIT,
        condition="true",
        evidence=(("nik", "same"), ("birth", "same date")),
    ),
    Rule(
        "nik_slip",
        keys=("name", "district_code"),
        prefilter=f"not births_differ(o.birth_date, r.birth_date, o.birth_year, r.birth_year) and {SEXES_FIT}",
        condition="o.words = r.words and len(o.words) > 0 and damerau_levenshtein(o.nik, r.nik) = 1",
        evidence=(("nik", "with a slip"), ("name", "same words"), ("tie", "same kecamatan")),
    ),
)
"""In order: the first rule that fits links a record."""

ORDER = (CLERK, *(rule.name for rule in RULES), SPLINK, HOUSEHOLD)
"""What can link records, strongest first: a clerk's decision, the rules, a weight, the person left of a household."""
_LEFT_OF_HOUSEHOLD = (("tie", "left of the household, nobody else fits"), ("name, birth, nik", "two of them agree"))


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros of rules, comparisons and steps; needs those of `names`.

    `rule_place(link_rule)`: its position in `ORDER`. `rule_evidence(detector)`: the evidence of a pair that a rule
    joined, as JSON; null for anything else.
    """
    rests_on = {rule.name: rule.evidence for rule in RULES} | {HOUSEHOLD: _LEFT_OF_HOUSEHOLD}
    cases = " ".join(
        f"when '{name}' then '{json.dumps([{'field': field, 'level': level} for field, level in fields])}'"
        for name, fields in rests_on.items()
    )
    connection.execute(Path(__file__).with_name("macros.sql").read_text(encoding="utf-8"))
    for macro, sql in (
        ("record_name(source, record_key, role)", record_name("source", "record_key", "role")),
        ("pair_number(one, other)", pair_number("one", "other")),
    ):
        connection.execute(f"create or replace macro {macro} as {sql}")
    connection.execute(f"create or replace macro rule_evidence(detector) as case detector {cases} end")
    connection.execute(f"create or replace macro rule_place(link_rule) as list_position({list(ORDER)}, link_rule)")
