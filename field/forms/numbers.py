"""NIK and family card numbers in XPath, as far as a phone can check them: digits, a province, a date that exists, a
serial above 0000. What may be true all the same is asked about, never refused: a NIK keeps the birth date and sex of
first registration when they are corrected (PP 37/2007, article 37), and no list has every kabupaten that ever was.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import groupby

from field.forms.question import Text
from validations import regions

_MONTH, _NOT_FEBRUARY, _LONG = "(0[1-9]|1[0-2])", "(0[13-9]|1[0-2])", "(0[13578]|1[02])"
_LEAP = "([02468][048]|[13579][26])"
NIK_MESSAGE = Text(
    "16 angka: kode wilayah, tanggal lahir (perempuan: hari + 40), nomor urut bukan 0000. Kosongkan jika tidak ada.",
    "16 digits: region, birth date (women: day + 40), a serial other than 0000. Leave empty if there is none.",
)
KK_MESSAGE = Text(
    "16 angka: kode wilayah, tanggal terbit, nomor urut bukan 0000. Kosongkan jika tidak ada kartu.",
    "16 digits: region, date of issue, a serial other than 0000. Leave empty if there is no card.",
)


@cache
def regency_pattern() -> str:
    """A regular expression of every kabupaten/kota of the country that is known, also former ones (4 digits)."""
    provinces: dict[str, list[str]] = defaultdict(list)
    for code in sorted({prefix[:4] for prefix in regions.nik_prefixes()}):
        provinces[code[:2]].append(code[2:])
    return "|".join(f"{province}({_grouped(codes)})" for province, codes in provinces.items())


@cache
def province_pattern() -> str:
    """The same of provinces (2 digits)."""
    return _grouped(sorted({prefix[:2] for prefix in regions.nik_prefixes()}))


def _grouped(codes: list[str]) -> str:
    """Codes of two digits, by the first: `0[1-9]|7[124]`."""
    return "|".join(f"{tens}{_class([code[1] for code in of])}" for tens, of in groupby(codes, lambda code: code[0]))


def _class(digits: list[str]) -> str:
    """A character class; three digits or more in a row are a range."""
    runs: list[list[str]] = []
    for digit in digits:
        if runs and int(digit) == int(runs[-1][-1]) + 1:
            runs[-1].append(digit)
        else:
            runs.append([digit])
    text = "".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else "".join(run) for run in runs)
    return text if len(text) == 1 else f"[{text}]"


def _dates(added: int) -> str:
    """Dates `DDMMYY`, with so much added to the day (a multiple of ten)."""
    tens = [str(ten + added // 10) for ten in range(4)]
    usual = f"({tens[0]}[1-9]|{tens[1]}[0-9]|{tens[2]}[0-8]){_MONTH}[0-9]{{2}}"
    last = f"({tens[2]}9|{tens[3]}0){_NOT_FEBRUARY}[0-9]{{2}}|{tens[3]}1{_LONG}[0-9]{{2}}|{tens[2]}902{_LEAP}"
    return f"{usual}|{last}"


def nik_pattern() -> str:
    return f"^({province_pattern()})[0-9]{{4}}({_dates(0)}|{_dates(40)})(?!0000)[0-9]{{4}}$"


def kk_pattern() -> str:
    return f"^({province_pattern()})[0-9]{{4}}({_dates(0)})(?!0000)[0-9]{{4}}$"


def nik_constraint() -> str:
    """XPath; an empty answer is not judged."""
    return f"regex(., '{nik_pattern()}')"


def kk_constraint() -> str:
    return f"regex(., '{kk_pattern()}')"


def nik_doubtful(nik: str, sex: str, birth: str) -> str:
    """XPath: whether a NIK states another sex or birth date than these questions (no birth date: another sex), or an
    unknown kabupaten/kota.
    """
    woman = f"(number(substr({nik}, 6, 8)) > 40)"
    day = f"number(substr({nik}, 6, 8)) - if({woman}, 40, 0) != number(format-date({birth}, '%d'))"
    rest = f"substr({nik}, 8, 12) != format-date({birth}, '%m%y')"
    born = f"({birth} != '' and ({day} or {rest}))"
    return f"{nik} != '' and ({woman} != ({sex} = 'P') or {born} or not(regex({nik}, '^({regency_pattern()}).*$')))"
