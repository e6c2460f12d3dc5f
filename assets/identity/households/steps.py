"""Links persons to households, the people who live and eat together, and to families, one per card (KK): rulings 18,
19, 42 and 44.

A household is a listed household (its ID_DTKS) where the social registry has one, else the family card. Several
listings of one household are merged (`twice`). A card belongs to one household only: the listed household of most of
its people. A list that states a card for a household moves no person without evidence (`card_claim`). A record belongs
with its own ID_DTKS, else with its person's card in the register, else with the card it states, else with its person's
other card or listed household, else only with its person's other records. Decision 0020.
"""

from __future__ import annotations

from assets.identity import names
from assets.identity.mentions import PLACE
from assets.identity.steps import EVERY, Run, Shadow, Step, Unshadow, queries

_sql = queries(__file__)

_HEADS = """(select head_name as name from household_input
    where household_ref is not null and person_role is null and head_name is not null)"""
_PEOPLE = "select person as key from household_mention_old union select person from household_mention_new"
_OF_NEW_MENTIONS = "select person as key from household_mention where n in (select n from mention_new)"
"""Persons one of whose records changed, possibly in a field that no household record has: a name, a death."""


def _fold_heads(run: Run) -> None:
    names.fold(run.connection, _HEADS, "folded_head")


def _head_all(run: Run) -> None:
    run.execute(f"create or replace temp view household_headed as {_sql('household_headed')}")


def _head_changed(run: Run) -> None:
    run.execute(
        f"create or replace temp view household_headed as {_sql('household_headed')} union all by name from stale"
    )


_READING = (
    Shadow("stale", _sql("stale")),
    Shadow(
        "mention",
        "select k, source, record_key, role, n, is_register from kept.mention where k in ("
        "select hash(source, record_key, person_role) from (select source, record_key, person_role from household_input"
        " union all select source, record_key, person_role from stale))",
    ),
    Shadow("person_component", "from kept.person_component semi join mention using (n)"),
    Step("folded_head", reads=("household_input",), sql=_fold_heads),
    Step(
        "household_headed",
        reads=("household_input", "folded_head"),
        sql=_head_all,
        changed=_head_changed,
    ),
    Step(
        "household_mention",
        reads=("household_headed", "mention", "person_component"),
        sql=_sql("household_mention"),
        key="h",
        touched="select h as key from household_superseded union select h from stale",
        passing=PLACE,
    ),
    Unshadow(("mention", "person_component", "folded_head")),
)

STEPS = (
    *_READING,
    Step("card_of_person", reads=("household_mention",), sql=_sql("card_of_person"), key="person", touched=_PEOPLE),
    Step(
        "listed",
        reads=("household_mention", "mention"),
        sql=_sql("listed"),
        key="person",
        touched=f"{_PEOPLE} union {_OF_NEW_MENTIONS}",
    ),
    Shadow(
        "relisted",
        "select distinct household_ref from (from listed_old union all from listed_new)"
        " where person in (select key from listed_changed)",
    ),
    Step("twice", reads=("listed",), sql=_sql("twice"), key="household_ref", touched=_sql("twice.touched")),
    Step("listing", reads=("twice",), sql=_sql("listing"), key="household_ref", touched=EVERY),
    Step(
        "card_claim",
        reads=("household_mention", "card_of_person", "listed", "listing", "mention"),
        sql=_sql("card_claim"),
        key="no_kk",
        touched=_sql("card_claim.touched"),
    ),
    Step(
        "household_of_card",
        reads=("card_claim",),
        sql=_sql("household_of_card"),
        key="no_kk",
        touched="select key from card_claim_changed",
    ),
    Step(
        "main_card",
        reads=("household_of_card", "card_claim"),
        sql=_sql("main_card"),
        key="household_ref",
        touched=_sql("main_card.touched"),
    ),
    Step(
        "placed",
        reads=(
            "household_mention", "listing", "card_of_person", "card_claim", "listed", "household_of_card", "main_card",
        ),
        sql=_sql("placed"),
        key="h",
        touched=_sql("placed.touched"),
    ),
    Step(
        "family_place",
        reads=("placed", "household_of_card"),
        sql=_sql("family_place"),
        key="family",
        touched=_sql("family_place.touched"),
    ),
    Unshadow(("relisted",)),
)  # fmt: skip
