"""Disdukcapil's export of the civil register: everyone on the first night, then the changes."""

from __future__ import annotations

import polars as pl

from simulation.night import Night
from simulation.truth import person_truth

SOURCE = "dukcapil_penduduk"
ENCODINGS = {"3602": "windows-1252", "3604": "utf-8-sig", "3673": "windows-1252"}
LATE, TWICE, MIXED = "3672", "3602", "3674"
"""Offices that skip a night and send its changes with the next, that send a file twice, that mix two encodings."""


def export(night: Night) -> None:
    """Write one kabupaten/kota's file of the night, and the truth of its records."""
    changed = night.world.changed if night.number else night.world.persons["person_id"]
    late = night.memory.pop("dukcapil_late", changed.clear())
    if night.code == LATE and night.number % 3 == 1:
        night.memory["dukcapil_late"] = pl.concat([late, changed])
        return
    changed = pl.concat([late, changed])
    people = night.world.persons.filter(pl.col("person_id").is_in(changed.implode()))
    people = people.filter(~_unknown(people["person_id"], night.rates["register"]["unknown"]))
    if people.is_empty():
        return
    frame = _frame(people.join(night.world.families, on="family_id", how="left", suffix="_f"), night)
    encoding = "mixed" if night.code == MIXED and night.number else ENCODINGS.get(night.code, "utf-8")
    night.write_table(SOURCE, frame, f"dukcapil_{night.code}.csv", ";", encoding)
    if night.code == TWICE and night.number % 3 == 2:
        night.write_table(SOURCE, frame, f"dukcapil_{night.code} (2).csv", ";", encoding)
    night.truth(SOURCE, person_truth(people, pl.col("nik"), "self"))


def _unknown(person_id: pl.Series, share: float) -> pl.Series:
    """People whom the register does not have, the same on every night."""
    return (person_id.hash(7) % 1_000) < share * 1_000


def _frame(people: pl.DataFrame, night: Night) -> pl.DataFrame:
    homes = night.world.households.select("household_id", "address", "rt", "rw")
    people = people.join(homes, on="household_id", how="left", maintain_order="left")
    damage = night.damage(SOURCE, "register", people.height)
    nik = damage.where(people["nik"], (damage.hit("nik_error"), people["nik"].str.slice(0, 13)))
    rt, rw = damage.rt_rw(people["rt"], people["rw"])
    year = people["birth"].dt.year().cast(pl.String)
    birth = damage.where(
        people["birth"].dt.to_string("%d-%m-%Y"),
        (damage.hit("year_only"), "00-00-" + year),
        (damage.hit("new_year_heap"), "01-01-" + year),
    )
    titled = damage.where(people["name"], (damage.hit("title"), "H. " + people["name"]))
    address = damage.where(people["address"], (damage.hit("embedded_newline"), people["address"] + ';\n"RUMAH"'))
    frame = pl.DataFrame(
        {
            "NIK": nik,
            "NO_KK": people["no_kk"],
            "NAMA_LENGKAP": titled,
            "JENIS_KELAMIN": pl.select(
                pl.when(people["male"]).then(pl.lit("LAKI-LAKI")).otherwise(pl.lit("PEREMPUAN"))
            ).to_series(),
            "TEMPAT_LAHIR": people["birth_place"],
            "TANGGAL_LAHIR": birth,
            "STATUS_HUBUNGAN": damage.code(people["relation"], "TETANGGA"),
            "STATUS_KAWIN": people["marital"],
            "PENDIDIKAN": people["education"],
            "PEKERJAAN": people["occupation"],
            "ALAMAT": address,
            "RT": rt,
            "RW": rw,
            "KODE_DESA": damage.village(people["village"]),
            "STATUS_PENDUDUK": people["status"],
            "TANGGAL_STATUS": people["status_date"].dt.to_string("%Y-%m-%d"),
        }
    )
    return damage.repeat(frame, "NAMA_LENGKAP", "NAMA LAIN")
