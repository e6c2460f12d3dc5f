"""Describes the limits of a family, and the origin of a metric's limits, in words."""

from __future__ import annotations

from validations.expectations.metrics import Family

RULES = {
    "yesterday": ("muatan terbit sebelumnya", "the load published before"),
    "quota": ("kuota yang berubah", "a changed quota"),
    "absolute": ("batas mutlak", "absolute limits"),
    "first_night": ("malam pertama, batas mutlak saja", "first night, absolute limits only"),
    "new": ("baru, tidak ada pembanding", "new, nothing to compare with"),
    "few": ("terlalu sedikit untuk diberi batas", "too few for a limit to mean anything"),
    "information": ("keterangan, tanpa batas", "information, no limits"),
}
"""`quality.gate_metrics.rule` -> its meaning, in Indonesian and in English."""

_INDONESIAN = {
    "fall": "tidak turun lebih dari {} dibanding muatan terbit sebelumnya;",
    "rise": "tidak naik lebih dari {} dibanding muatan terbit sebelumnya;",
    "least": "perubahan sampai {} satuan selalu diperbolehkan;",
    "floor": "tidak kurang dari {}, juga pada malam pertama;",
    "ceiling": "tidak lebih dari {}, juga pada malam pertama;",
    "error": "pelanggaran menahan penerbitan.",
    "warning": "pelanggaran hanya ditampilkan sebagai peringatan.",
    "points": "poin persen",
    "decimal": ",",
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
    "decimal": ".",
    "intervals": "expected intervals between deliveries",
}


def explain_id(family: Family) -> str:
    """The limits of a family in Indonesian, as one sentence."""
    return _sentence(family, _INDONESIAN)


def explain_en(family: Family) -> str:
    """The limits of a family in English, as one sentence."""
    return _sentence(family, _ENGLISH)


def _sentence(family: Family, say: dict[str, str]) -> str:
    moved = "%" if family.unit == "count" else say["points"]
    bound = {"count": "", "share": "%", "days": say["intervals"]}[family.unit]
    percent = 100 if family.unit == "share" else 1
    asked = (
        ("fall", 100, moved),
        ("rise", 100, moved),
        ("least", 1, ""),
        ("floor", percent, bound),
        ("ceiling", percent, bound),
    )
    parts = [
        say[name].format(f"{limit * factor:g} {unit}".strip().replace(".", say["decimal"]))
        for name, factor, unit in asked
        if (limit := getattr(family, name)) is not None and (limit or name != "least")
    ]
    sentence = " ".join([*parts, say[family.severity]])
    return sentence[0].upper() + sentence[1:]
