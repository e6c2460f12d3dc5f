"""Lists the verdicts that a check of one file cannot give, since they need other files or the data in force."""

from __future__ import annotations

from collections.abc import Iterator

from assets.intake.parsed import ParsedFile
from assets.sources import Source, set_of
from validations.messages import Filled, Message

REPETITION = Message(
    "not_judged_repetition",
    "apakah isinya sama dengan yang sudah berlaku",
    "whether it repeats what is in force",
)
COMPARISON = Message(
    "not_judged_comparison",
    "apakah kiriman ditahan karena jauh berbeda dari yang berlaku",
    "whether it is held for being far unlike what is in force",
)
PARTNER = Message(
    "not_judged_partner",
    "apakah cocok dengan kiriman {partner} bertanggal sama",
    "whether it agrees with the delivery of {partner} of the same date",
)
RULE = Message(
    "not_judged_rule",
    "{check} (perlu {partners})",
    "{check} (takes {partners})",
)
OTHER_PAGES = Message(
    "not_judged_pages",
    "apakah halaman lain dari jawaban ini lengkap",
    "whether the other pages of this answer are all there",
)


def unjudged(source: Source, parsed: ParsedFile) -> Iterator[Filled]:
    """Each verdict of a load that cannot be given on a single file."""
    yield REPETITION.fill()
    if source.kind == "snapshot":
        yield COMPARISON.fill()
    for partner in set_of(source):
        if partner != source:
            yield PARTNER.fill(partner=partner.name)
    ruled = dict.fromkeys((rule.message.code, ", ".join(rule.partners)) for rule in source.contract.set_rules)
    for check, partners in ruled:  # a check of several columns is one verdict
        if partners:
            yield RULE.fill(check=check, partners=partners)
    if parsed.page is not None and not parsed.page.whole:
        yield OTHER_PAGES.fill()
