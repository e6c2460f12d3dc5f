"""The auditors' pages: what Great Expectations builds, made readable without any other machine.

Its pages draw styles, scripts and a logo from half a dozen hosts, and show a newsletter form. A page about the quality
of the province's data asks no stranger for anything: those parts are taken out, and a small style sheet put in.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from validations.expectations.metrics import Family

TITLE = "Sadaya: Laporan Mutu Data / Data Quality Report"

_STYLE = """
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 1.5rem auto; padding: 0 1rem; color: #1d2733; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
td, th { border: 1px solid #c9d1d9; padding: .4rem .6rem; text-align: left; vertical-align: top; }
.badge { background: #eef2f6; border-radius: .3rem; padding: .1rem .4rem; margin: .1rem; display: inline-block; }
.text-success { color: #116329; } .text-danger { color: #b42318; }
nav, .ge-navigation-sidebar-container, .ge-actions-bar, .modal, #ge-cta-footer, footer { display: none; }
</style>
"""

_EXTERNAL = (
    r"<link\b[^>]*\bhref=[\"']https?://[^>]*>",
    r"<script\b[^>]*\bsrc=[\"']https?://[^>]*>\s*</script>",
    r"<img\b[^>]*\bsrc=[\"']https?://[^>]*>",
    r"<iframe\b.*?</iframe>",
    r"<form\b.*?</form>",
)


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


def make_self_contained(site: Path) -> None:
    """Take out of the built pages whatever another host would serve, and give them our title and style."""
    for page in site.rglob("*.html"):
        page.write_text(self_contained(page.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(site / "static", ignore_errors=True)


def self_contained(html: str) -> str:
    """One page without references to other hosts or to the folder of static files."""
    for pattern in _EXTERNAL:
        html = re.sub(pattern, "", html, flags=re.DOTALL | re.IGNORECASE)
    html = re.sub(r"<(link|img)\b[^>]*\bstatic/[^>]*>", "", html)
    html = re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", html, flags=re.DOTALL)
    html = re.sub(r"<html\b[^>]*>", '<html lang="id">', html, count=1)
    return html.replace("</head>", f"{_STYLE}</head>", 1)
