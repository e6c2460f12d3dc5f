"""The sheet of one companion, A4, to print and take along: families to visit first, what to ask, and room to write."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.tongue import Tongue
from field.pages.content import STATES, Content, Row, read, stamped

_TONES = {"never": "bad", "overdue": "bad", "due": "warn", "new": "warn", "visited": "good"}


def _each(data: Data) -> Iterable[Values]:
    content = data.once(read)
    return [{"code": code} for code in sorted({*content.families, *content.questions})]


def _context(data: Data, t: Tongue, values: Values) -> Context:
    content, code = data.once(read), values["code"]
    families, questions = content.families.get(code, []), content.questions.get(code, [])
    first = (families or questions)[0]
    own = {family["participant_no"] for family in families}
    asked: dict[str, list[str]] = defaultdict(list)
    for row in questions:
        if row["participant_no"] in own:
            asked[row["participant_no"]].append(row[f"ask_{t.language}"])
    states = Counter(family["state"] for family in families)
    name = first["companion_id"]
    return stamped(data, t) | {
        "heading": t("lapangan.of_companion", name=name) if name else t("lapangan.of_nobody"),
        "places": _places(families, content, t),
        "states": [(t(f"lapangan.{state}"), t.number(states[state]), _TONES[state]) for state in STATES],
        "number": t.number(len(families)),
        "families": families,
        "tones": _TONES,
        "asked": asked,
        "others": [row for row in questions if row["participant_no"] not in own],
    }


def _places(families: Iterable[Row], content: Content, t: Tongue) -> list[tuple[str, str]]:
    """Kecamatan of the families, with the links to their pages."""
    codes = dict.fromkeys(family["district_code"] for family in families if family["district_code"])
    return [(content.name(code, t), f"../kecamatan/{code}.html") for code in codes]


PAGE = Page("pendamping/{code}.html", "lapangan.title", "pendamping.html", _context, each=_each)
