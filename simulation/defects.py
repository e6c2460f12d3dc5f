"""Damages values on their way into an export: vectorised, each defect at its own rate, each returning a new column.

A `Damage` has one source's generator and its rows; every method draws again, so the order of calls is part of the seed.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulation import slips
from simulation.strikes import Strikes
from validations import regions

TITLES = np.array(["H. ", "HJ. ", "DRS. ", "ALM. ", "USTADZ "])
SUFFIXES = np.array([", S.PD", ", S.E", " (ALM)"])
NUMBER = "\ue000"
"""Precedes a text that a workbook stores as a number (a private character: no name or code has it)."""
SPELLINGS = (
    ("´", "'"), ("´", ""),
    ("MUHAMMAD", "MOH."), ("MUHAMMAD", "MUHAMAD"), ("MUHAMMAD", "MOHAMMAD"), ("SITI", "ST."), ("YUSUF", "JUSUP"),
    ("YUSUP", "JUSUF"), ("SAEPUL", "SAEFUL"), ("SAEPUDIN", "SAEFUDIN"), ("SYARIFUDIN", "SARIPUDIN"), ("KHO", "KO"),
    ("SU", "SOE"), ("Y", "J"), ("DW", "DU"), ("AE", "AI"), ("F", "P"), ("H", ""), ("NN", "N"), ("I", "IE"), ("D", "DH"),
)  # fmt: skip


def _respelled() -> pl.Expr:
    """`name` with the spelling numbered `which`."""
    respelled = pl.col("name")
    for number, (old, new) in enumerate(SPELLINGS):
        changed = pl.col("name").str.replace(old, new, literal=True)
        respelled = pl.when(pl.col("which") == number).then(changed).otherwise(respelled)
    return respelled


_RESPELLED = _respelled()


class Damage(Strikes):
    """Damages columns of one export; see `Strikes` for its arguments."""

    def nik(self, nik: pl.Series, relative: pl.Series | None = None) -> pl.Series:
        """A NIK as agencies' lists have it. relative: the NIK of another member of the family."""
        nik = slips.niks(self, nik)
        stranger = nik.gather(self.rng.permutation(self.rows))
        relative = nik if relative is None else relative
        frame = pl.DataFrame(
            {"nik": nik, "at": self.rng.integers(6, 16, self.rows), "by": self.rng.integers(1, 9, self.rows)}
        )
        text = pl.col("nik")
        spoilt = frame.select(
            mistyped=slips.another_digit(text, pl.col("at"), pl.col("by")),
            scientific=pl.concat_str([text.str.slice(0, 1), pl.lit(","), text.str.slice(1, 5), pl.lit("E+15")]),
            number=NUMBER + text,
            zero=text.str.slice(0, 15) + "0",
            short=text.str.slice(0, 15),
            apostrophe=pl.lit("'") + text,
            decimal=text + ".0",
            separated=pl.concat_str([text.str.slice(0, 6), text.str.slice(6, 6), text.str.slice(12, 4)], separator=" "),
        )
        return self.where(
            nik,
            (self.hit("nik_missing"), None),
            (self.hit("nik_sentinel"), self.rng.choice(["0", "0000000000000000", "9999999999999999", "-"], self.rows)),
            (self.hit("nik_scientific"), spoilt["scientific"]),
            (self.hit("nik_number"), spoilt["number"]),
            (self.hit("nik_last_zero"), spoilt["zero"]),
            (self.hit("nik_malformed"), spoilt["short"]),
            (self.hit("nik_mistyped"), spoilt["mistyped"]),
            (self.hit("nik_of_relative"), relative),
            (self.hit("nik_shared"), stranger),
            (self.hit("nik_apostrophe"), spoilt["apostrophe"]),
            (self.hit("nik_float"), spoilt["decimal"]),
            (self.hit("nik_separated"), spoilt["separated"]),
        )

    def card(self, no_kk: pl.Series) -> pl.Series:
        """A family card's number as agencies' lists have it."""
        invalid = ["0", "-", "9999999999999999", "360101", "3600000000000000"]
        return self.where(
            no_kk,
            (self.hit("kk_missing"), None),
            (self.hit("kk_invalid"), self.rng.choice(invalid, self.rows)),
            (self.hit("nik_apostrophe"), "'" + no_kk),
        )

    def name(self, name: pl.Series) -> pl.Series:
        """A name with another spelling, a title, fewer words, or none."""
        name = slips.names(self, name)
        which = pl.Series(self.rng.integers(0, len(SPELLINGS), self.rows))
        respelled = pl.select(name=name, which=which).select(_RESPELLED).to_series()
        before = pl.Series(self.rng.choice(TITLES, self.rows)) + name
        after = name + pl.Series(self.rng.choice(SUFFIXES, self.rows))
        titled = pl.when(pl.Series(self.rng.random(self.rows) < 0.7)).then(before).otherwise(after)
        return self.where(
            name,
            (self.hit("name_missing"), None),
            (self.hit("name_shortened"), name.str.split(" ").list.first()),
            (self.hit("name_title"), pl.select(titled.alias("value"))["value"]),
            (self.hit("name_spelling"), respelled),
        )

    def birth(self, birth: pl.Series) -> pl.Series:
        """A birth date as text, in one of the ways of writing dates, with the usual errors."""
        birth = slips.births(self, birth)
        year = birth.dt.year().cast(pl.String)
        style = self.rng.random(self.rows)
        return self.where(
            birth.dt.to_string("%d-%m-%Y"),
            (self.hit("birth_year_only"), "00-00-" + year),
            (self.hit("birth_new_year"), "01-01-" + year),
            (self.hit("birth_swapped") & (birth.dt.day() <= 12).to_numpy(), birth.dt.to_string("%m-%d-%Y")),
            (self.hit("birth_off"), birth.dt.offset_by("-1d").dt.to_string("%d-%m-%Y")),
            (style < 0.05, birth.dt.to_string("%Y-%m-%d")),
            (style > 0.97, birth.dt.to_string("%d/%m/%Y")),
        )

    def village(self, village: pl.Series) -> pl.Series:
        """A village code with or without dots, one that was in force before, or one that does not exist."""
        former = regions.village_changes()
        old = village.replace_strict(former["new_code"], former["old_code"], default=None, return_dtype=pl.String)
        dotted = village.str.replace(r"^(\d{2})(\d{2})(\d{2})(\d{4})$", "$1.$2.$3.$4")
        return self.where(
            village,
            (self.hit("village_unknown"), village.str.slice(0, 6) + "2999"),
            (self.hit("village_former") & old.is_not_null().to_numpy(), old),
            (self.hit("village_dotted"), dotted),
        )

    def code(self, column: pl.Series, wrong: str) -> pl.Series:
        """A coded value, sometimes one that is in no list."""
        return self.where(column, (self.hit("code_unknown"), wrong))

    def rt_rw(self, rt: pl.Series, rw: pl.Series) -> tuple[pl.Series, pl.Series]:
        """RT and RW, sometimes both in the first cell."""
        together = self.hit("rt_rw_together")
        return self.where(rt, (together, rt + "/" + rw)), self.where(rw, (together, None))

    def repeat(self, frame: pl.DataFrame, changed: str, value: str) -> pl.DataFrame:
        """Repeat rows: some exactly, some with another value in one column (a key conflict)."""
        same = frame.filter(pl.Series(self.hit("key_duplicate")))
        other = frame.filter(pl.Series(self.hit("key_conflict"))).with_columns(pl.lit(value).alias(changed))
        return pl.concat([frame, same, other])
