"""The auditors' pages: what Great Expectations builds, made readable without any other machine.

Its pages draw styles, scripts and a logo from half a dozen hosts, and show a newsletter form. A page about the quality
of the province's data asks no stranger for anything: those parts are taken out, and a small style sheet put in.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from validations.expectations.findings import Finding
from validations.expectations.metrics import Family

TITLE = "Sadaya: Laporan Mutu Data / Data Quality Report"

_STYLE = """
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 1.5rem auto; padding: 0 1rem; color: #1d2733; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
td, th { border: 1px solid #c9d1d9; padding: .4rem .6rem; text-align: left; vertical-align: top; }
.badge { background: #eef2f6; border-radius: .3rem; padding: .1rem .4rem; margin: .1rem; display: inline-block; }
.text-success { color: #116329; } .text-danger { color: #b42318; } .text-warning { color: #8a5a00; }
nav, .sticky, .card, .modal, footer { display: none; }
</style>
"""

_STRANGERS = (
    r"<(script|style|iframe|form)\b.*?</\1>",
    r"<(link|img)\b[^>]*>",
    r"<a\b[^>]*\bhref=[\"']https?://.*?</a>",
)

_INDEX = """<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8"><title>{title}</title>{style}</head><body>
<h1>Laporan mutu data, muatan {load_id}</h1>
<p>{passed} dari {number} pemeriksaan dipenuhi. Halaman ini memuat angka gabungan saja, tanpa data pribadi.<br>
<em>Data quality report of load {load_id}: {passed} of {number} checks passed. Aggregates only, no personal data.</em>
</p>
<p>{links}</p>
<table><thead><tr><th>Pemeriksaan / Check</th><th>Hasil / Result</th><th>Menyimpang / Deviations</th></tr></thead>
<tbody>{rows}</tbody></table>
</body></html>
"""

_ROW = "<tr><td>{id}<br><em>{en}</em></td><td class='{tone}'>{word}</td><td>{deviations}</td></tr>"

_WORDS = {
    (True, "error"): ("text-success", "Dipenuhi / Passed"),
    (True, "warning"): ("text-success", "Dipenuhi / Passed"),
    (False, "error"): ("text-danger", "Tidak dipenuhi, penerbitan ditahan / Failed, publication refused"),
    (False, "warning"): ("text-warning", "Peringatan / Warning"),
}


def site_configuration(site: Path) -> dict:
    """How Great Expectations is told to build its pages into a folder."""
    return {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)},
    }


def explain_id(family: Family) -> str:
    """The limits of a family in Indonesian, for the page that says what is checked."""
    return " ".join(["**Aturan:**", *_rules(family, _INDONESIAN)])


def explain_en(family: Family) -> str:
    """The limits of a family in English."""
    return " ".join(["**Rule:**", *_rules(family, _ENGLISH)])


_INDONESIAN = {
    "fall": "tidak turun lebih dari {} dibanding muatan terbit sebelumnya;",
    "rise": "tidak naik lebih dari {} dibanding muatan terbit sebelumnya;",
    "least": "perubahan sampai {} satuan selalu diperbolehkan;",
    "floor": "tidak kurang dari {}, juga pada malam pertama;",
    "ceiling": "tidak lebih dari {}, juga pada malam pertama;",
    "error": "pelanggaran menahan penerbitan.",
    "warning": "pelanggaran hanya ditampilkan sebagai peringatan.",
    "points": "poin persen",
    "intervals": "kali jarak kiriman yang diharapkan",
}
_ENGLISH = {
    "fall": "falls by no more than {} against the load published before;",
    "rise": "rises by no more than {} against the load published before;",
    "least": "changes of up to {} units are always allowed;",
    "floor": "not below {}, on the first night too;",
    "ceiling": "not above {}, on the first night too;",
    "error": "otherwise nothing is published.",
    "warning": "otherwise a warning is shown.",
    "points": "percentage points",
    "intervals": "expected intervals between deliveries",
}


def _rules(family: Family, say: dict[str, str]) -> list[str]:
    moved = "{:g} %" if family.unit == "count" else "{:g} " + say["points"]
    bound = {"count": "{:g}", "share": "{:.0%}", "days": "{:g} " + say["intervals"]}[family.unit]
    said = []
    for name in ("fall", "rise"):
        if getattr(family, name) is not None:
            said.append(say[name].format(moved.format(100 * getattr(family, name))))
    if family.least:
        said.append(say["least"].format(f"{family.least:g}"))
    for name in ("floor", "ceiling"):
        if getattr(family, name) is not None:
            said.append(say[name].format(bound.format(getattr(family, name))))
    return [*said, say[family.severity]]


def finish(site: Path, load_id: str, findings: Sequence[Finding]) -> None:
    """Make the built pages our own: nothing from other hosts, our style, and a front page that needs no script."""
    for page in site.rglob("*.html"):
        page.write_text(self_contained(page.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(site / "static", ignore_errors=True)
    (site / "index.html").write_text(_front_page(site, load_id, findings), encoding="utf-8")


def self_contained(html: str) -> str:
    """One page of Great Expectations without scripts, foreign styles, pictures, or links to other hosts."""
    for pattern in _STRANGERS:
        html = re.sub(pattern, "", html, flags=re.DOTALL | re.IGNORECASE)
    html = re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", html, flags=re.DOTALL)
    html = re.sub(r"<html\b[^>]*>", '<html lang="id">', html, count=1)
    return html.replace("</head>", f"{_STYLE}</head>", 1)


def _front_page(site: Path, load_id: str, findings: Sequence[Finding]) -> str:
    rows = []
    for finding in findings:
        tone, word = _WORDS[finding.passed, finding.severity]
        title_id, title_en = escape(finding.title_id), escape(finding.title_en)
        rows.append(_ROW.format(id=title_id, en=title_en, tone=tone, word=word, deviations=finding.deviations))
    pages = {"validations": "Hasil rinci / Detailed results", "expectations": "Aturan yang diperiksa / Rules"}
    links = (
        f"<a href='{quote(page.relative_to(site).as_posix())}'>{name}</a>"
        for folder, name in pages.items()
        for page in sorted((site / folder).rglob("*.html"))
    )
    return _INDEX.format(
        title=TITLE,
        style=_STYLE,
        load_id=escape(load_id),
        passed=sum(finding.passed for finding in findings),
        number=len(findings),
        links=" · ".join(links),
        rows="\n".join(rows),
    )
