"""Mentions as identity reads them: folded names and the columns that links depend on, without positions in files."""

from __future__ import annotations

from assets.identity import names
from assets.identity.mentions import PLACE
from assets.identity.records import changes
from assets.identity.steps import Run, Shadow, Step, Unshadow, queries

_sql = queries(__file__)
REGISTER = _sql("register")


def _fold_names(run: Run) -> None:
    names.fold(run.connection, "(select name from person_input union all select mother_name from person_input)")


FOLDED_NAME = Step("folded_name", reads=("person_input",), sql=_fold_names)
MENTION = Step(
    "mention",
    reads=("person_input", "folded_name"),
    sql=_sql("mention"),
    key="n",
    touched="select n as key from person_superseded",
    passing=PLACE,
)
READING = (
    FOLDED_NAME,
    MENTION,
    Step("register", reads=("mention",), sql=REGISTER, key="n", touched="select key from mention_changed"),
)
"""Make the table `mention`, and `register`, its rows from the civil register."""

STEPS = (*READING, Shadow("mention is tonight's", changes.check), Unshadow(("folded_name",)))
