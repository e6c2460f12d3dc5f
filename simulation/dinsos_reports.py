"""What companions report beside visits: new families with their members, changes of status, payments as the family saw
them. `truth/reports.parquet` says what becomes of each: whether the registry or the programme's list follows.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from field.forms import choices
from field.forms.question import Choices
from simulation import dinsos, files, kept, places
from simulation.dinsos_field import KPM_YEARLY, PAGE, SERVER, STAGES
from simulation.night import Night
from simulation.visits import EVERY, local_time, minutes_long, utc_time
from validations import regions

NEW_FAMILIES, NEW_MEMBERS = "dinsos_keluarga_baru", "dinsos_keluarga_baru_anggota"
CHANGES, PAYMENTS_SEEN = "dinsos_perubahan_status", "dinsos_bayar_dilihat"
POOREST = 0.25
"""Hardship below which a household is proposed that no list has."""
STATUS = {"LULUS": "GRADUASI", "KELUAR": "KELUAR", "PINDAH": "KELUAR"}
"""Change -> the status that the list takes over. When a member dies, the family stays."""
SCHOOL_AGE, GROWN = (6, 18), 18
HOUSING: dict[str, Choices] = {
    "status_rumah": choices.TENURES,
    "jenis_lantai": choices.FLOORS,
    "jenis_dinding": choices.WALLS,
    "jenis_atap": choices.ROOFS,
    "sumber_air": choices.WATERS,
    "daya_listrik": choices.POWERS,
    "bahan_bakar_memasak": choices.FUELS,
    "fasilitas_bab": choices.TOILETS,
}


def export(night: Night) -> None:
    """Write the reports that arrive tonight; often there is none."""
    homes = _proposed(night)
    if homes.height:
        night.keep(NEW_FAMILIES, _families(homes, night), _pages("keluarga_baru"))
        night.keep(NEW_MEMBERS, _members(homes, night), _pages("keluarga_baru", ".anggota"))
    for source, form, frame in (
        (CHANGES, "perubahan_status", _changes(night)),
        (PAYMENTS_SEEN, "bayar_dilihat", _payments(night)),
    ):
        if frame.height:
            night.keep(source, frame, _pages(form))


def _pages(form: str, table: str = "") -> files.Pages:
    return files.Pages("submissions", PAGE, f"{SERVER}/{form}.svc/Submissions{table}")


def _names(of: Choices) -> list[str]:
    return [choice.name for choice in of.choices]


def _sent(visited: pl.Series, ids: pl.Series, night: Night, purpose: str) -> dict[str, pl.Series]:
    """The columns that ODK and the phone add to forms of these days, sent in the evening."""
    rng, count = night.rng(purpose, "times"), visited.len()
    begun, minutes, upload = rng.uniform(480, 900, count), rng.uniform(10, 40, count), rng.uniform(600, 780, count)
    days = pl.DataFrame({"day": visited}, schema={"day": pl.Date}).select(pl.col("day").cast(pl.Datetime("ms")))
    started = pl.col("day") + minutes_long(pl.lit(pl.Series(begun)))
    frame = days.select(
        __system=pl.struct(
            submissionDate=utc_time(pl.col("day") + minutes_long(pl.lit(pl.Series(upload)))),
            updatedAt=pl.lit(None, pl.String),
            reviewState=pl.lit(None, pl.String),
            edits=pl.lit(0, pl.Int64),
        ),
        mulai=local_time(started),
        selesai=local_time(started + minutes_long(pl.lit(pl.Series(minutes)))),
        tanggal_kunjungan=pl.col("day").dt.to_string("%Y-%m-%d"),
    )
    return {"__id": ids, **{name: frame[name] for name in frame.columns}}


def _days_ago(rng: np.random.Generator, count: int, night: Night) -> pl.Series:
    """Days of visits: three months before the first night, later the night's own day."""
    ago = rng.integers(1, EVERY, count) if not night.number else np.zeros(count, int)
    today = pl.lit(night.store.day(night.number))
    return pl.select(today - pl.duration(days=pl.lit(pl.Series("ago", ago)))).to_series()


def _expected(share: float, of: int, night: Night) -> float:
    """How many of so many in a night, given the share of three months."""
    return share * of / (EVERY if night.number else 1)


# new families -------------------------------------------------------------------------------------------------------


def _proposed(night: Night) -> pl.DataFrame:
    """Households proposed tonight: some that the registry lists next, and poor ones that it does not."""
    rng, rates, lists = night.rng(NEW_FAMILIES, "choose"), night.rates["reports"], dinsos.kept(night)
    before: pl.Series = night.remembered("proposed", lambda: pl.Series([], dtype=pl.Int64))
    count = int(rng.poisson(_expected(rates["new_families"], lists.jamsosratu.height, night)))
    soon = int(rng.binomial(count, rates["listed_next"]))
    waiting = lists.waiting["households"].unique("household_id", keep="first", maintain_order=True)["household_id"]
    next_ones = waiting.filter(~waiting.is_in(before.implode())).head(soon)
    listed = pl.concat([lists.households["household_id"], waiting, before])
    homes = night.world.households
    poor = homes.filter((pl.col("hardship") < POOREST) & ~pl.col("household_id").is_in(listed.implode()))
    chosen = pl.concat([next_ones, kept.some(poor, count - soon, rng)["household_id"]])
    night.memory["proposed"] = pl.concat([before, chosen])
    heads = (
        night.world.persons.filter((pl.col("status") == "AKTIF") & pl.col("household_id").is_in(chosen.implode()))
        .sort("household_id", "slot")
        .unique("household_id", keep="first", maintain_order=True)
    )
    cards = night.world.families.select("family_id", "no_kk")
    found = (
        heads.select("household_id", "family_id", head="name")
        .join(homes, on="household_id", how="left", maintain_order="left")
        .join(cards, on="family_id", how="left", maintain_order="left")
        .with_columns(form=f"uuid:kb-{night.number:03d}-" + pl.col("household_id").cast(pl.String))
    )
    night.store.reports.append(
        found.select(
            source=pl.lit(NEW_FAMILIES),
            submission_id=pl.col("form").str.to_uppercase(),
            participant_no=pl.lit(None, pl.String),
            true_household_id="household_id",
            follows=pl.col("household_id").is_in(next_ones.implode()),
        )
    )
    return found


def _roster(homes: pl.DataFrame, night: Night) -> pl.DataFrame:
    """The living members of the heads' families, with `form` and `nth`."""
    people = night.world.persons.filter(pl.col("status") == "AKTIF")
    return (
        homes.select("family_id", "form")
        .join(people, on="family_id", how="inner", maintain_order="left")
        .with_columns(nth=pl.int_range(1, pl.len() + 1).over("form"))
    )


def _families(homes: pl.DataFrame, night: Night) -> pl.DataFrame:
    rng, count = night.rng(NEW_FAMILIES, "answers"), homes.height
    companions = dinsos.kept(night).jamsosratu["ID_PENDAMPING"].unique().sort()
    sizes = _roster(homes, night).group_by("form").len("size")
    sizes = homes.select("form").join(sizes, on="form", how="left", maintain_order="left")["size"]
    accuracy = np.clip(rng.lognormal(np.log(7), 0.6, count), 2, 90)
    house = places.houses(night.code, homes["village"], homes["household_id"])
    return pl.DataFrame(
        {
            **_sent(_days_ago(rng, count, night), homes["form"], night, NEW_FAMILIES),
            "id_pendamping": companions.gather(rng.integers(0, max(1, companions.len()), count)),
            "no_kk": _some(homes["no_kk"], 0.9, rng),
            "nama_kepala": homes["head"],
            "alamat": homes["address"],
            "rt": homes["rt"],
            "rw": homes["rw"],
            "kode_desa": homes["village"],
            "lokasi": places.geojson(house, accuracy, rng.random(count) < 0.95, "lokasi"),
            **{name: _some(kept.choose(rng, count, _names(of)), 0.97, rng) for name, of in HOUSING.items()},
            "pendapatan_bulanan": _some(pl.Series(rng.integers(4, 20, count) * 50_000), 0.9, rng),
            "jumlah_anggota": sizes.cast(pl.Int64),
            "catatan": pl.Series([None] * count, dtype=pl.String),
        }
    )


def _members(homes: pl.DataFrame, night: Night) -> pl.DataFrame:
    people = _roster(homes, night)
    rng, count = night.rng(NEW_MEMBERS, "answers"), people.height
    age, last = pl.col("age"), pl.col("nik").str.slice(15).cast(pl.Int64)
    mistyped = pl.lit(pl.Series(rng.random(count) < 0.03))
    slip = pl.col("nik").str.slice(0, 15) + ((last + 3) % 10).cast(pl.String)
    answers = people.select(
        nik=pl.when(mistyped & (last != 7)).then(slip).otherwise("nik"),
        jenis_kelamin=pl.when("male").then(pl.lit("L")).otherwise(pl.lit("P")),
        tanggal_lahir=pl.col("birth").dt.to_string("%Y-%m-%d"),
        hubungan=pl.col("relation").str.replace_all(" ", "_"),
        status_sekolah=pl.when(age.is_between(*SCHOOL_AGE))
        .then(pl.lit("MASIH_SEKOLAH"))
        .when(age < SCHOOL_AGE[0])
        .then(pl.lit("TIDAK/BELUM_PERNAH"))
        .otherwise(pl.lit("TIDAK_SEKOLAH_LAGI")),
        status_kerja=pl.when(age > GROWN).then(pl.lit("BEKERJA")).otherwise(pl.lit("TIDAK_BEKERJA")),
    )
    return pl.DataFrame(
        {
            "__id": people["form"].str.replace("uuid:", "") + "-" + people["nth"].cast(pl.String),
            "__Submissions-id": people["form"],
            "nik": _some(answers["nik"], 0.88, rng),
            "nama": people["name"],
            "jenis_kelamin": answers["jenis_kelamin"],
            "tanggal_lahir": _some(answers["tanggal_lahir"], 0.97, rng),
            "hubungan": answers["hubungan"],
            "disabilitas": kept.choose(rng, count, ["TIDAK", "FISIK", "NETRA"], [0.96, 0.025, 0.015]),
            "status_sekolah": answers["status_sekolah"],
            "status_kerja": answers["status_kerja"],
        }
    )


def _some(values: pl.Series, share: float, rng: np.random.Generator) -> pl.Series:
    """Values that are known in so many rows."""
    known = pl.lit(pl.Series(rng.random(values.len()) < share))
    return pl.select(pl.when(known).then(pl.lit(values)).alias("value")).to_series()


# changes of status --------------------------------------------------------------------------------------------------


def _changes(night: Night) -> pl.DataFrame:
    """Changes of families in force, of which the list follows some at its next delivery; on the first night also some
    that it has followed.
    """
    rng, rates = night.rng(CHANGES, "choose"), night.rates["reports"]
    kpm = dinsos.kept(night).jamsosratu.unique("NO_PESERTA", keep="first", maintain_order=True)
    before: pl.Series = night.remembered("changed", lambda: pl.Series([], dtype=pl.String))
    active = kpm.filter((pl.col("STATUS") == "AKTIF") & ~pl.col("NO_PESERTA").is_in(before.implode()))
    now = kept.some(active, rng.poisson(_expected(rates["changes"], active.height, night)), rng)
    kinds = kept.choose(rng, now.height, _names(choices.CHANGES), [0.4, 0.2, 0.25, 0.15])
    follows = pl.Series(rng.random(now.height) < rates["followed"]) & kinds.is_in(list(STATUS))
    rows = now.with_columns(kind=kinds, follows=follows, left=_days_ago(rng, now.height, night))
    night.memory["changed"] = pl.concat([before, rows["NO_PESERTA"]])
    reason = kept.choose(rng, rows.height, _names(choices.REASONS))
    rows = rows.with_columns(reason=pl.when(pl.col("kind").is_in(["LULUS", "KELUAR"])).then(pl.lit(reason)))
    night.memory["reported"] = rows.filter("follows").select(
        "NO_PESERTA",
        status=pl.col("kind").replace_strict(STATUS, return_dtype=pl.String),
        left=pl.col("left").dt.to_string("%Y-%m-%d"),
        reason=pl.coalesce("reason", "kind").str.replace_all("_", " "),
    )
    if not night.number:
        rows = pl.concat([_followed(kpm, rng), rows.select(_followed(kpm.clear(), rng).columns)])
    return _as_forms(rows, night)


def _followed(kpm: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Some of the families that left before the first night."""
    left = kpm.filter(pl.col("TANGGAL_KELUAR").is_not_null())
    some = left.filter(pl.Series(rng.random(left.height) < 0.3))
    kinds = {"PINDAH": "PINDAH", "MENINGGAL DUNIA": "MENINGGAL", "MAMPU": "LULUS"}
    reasons = {name.replace("_", " "): name for name in _names(choices.REASONS)}
    stated = pl.col("ALASAN_KELUAR")
    return some.with_columns(
        kind=stated.replace_strict(kinds, default="KELUAR"),
        follows=pl.lit(True),
        left=pl.col("TANGGAL_KELUAR").str.to_date() - timedelta(days=9),
        reason=pl.when(~stated.is_in(["PINDAH", "MENINGGAL DUNIA"])).then(
            stated.replace_strict(reasons, default="LAINNYA")
        ),
    )


def _as_forms(rows: pl.DataFrame, night: Night) -> pl.DataFrame:
    rng, count = night.rng(CHANGES, "answers"), rows.height
    ids = f"uuid:ps-{night.number:03d}-" + rows["NO_PESERTA"].str.to_lowercase()
    night.store.reports.append(
        rows.select(
            source=pl.lit(CHANGES),
            submission_id=ids.str.to_uppercase(),
            participant_no="NO_PESERTA",
            true_household_id="household_id",
            follows="follows",
        )
    )
    villages = regions.village_codes().gather(rng.integers(0, regions.village_codes().len(), count))
    within = pl.lit(pl.Series(rng.random(count) < 0.6)) & (pl.col("kind") == "PINDAH")
    whole = pl.col("NIK").str.contains(r"^\d{15}[1-9]$") & (pl.col("kind") == "MENINGGAL")
    answers = rows.select(
        tanggal_perubahan=pl.col("left").dt.to_string("%Y-%m-%d"),
        kode_desa_tujuan=pl.when(within).then(pl.lit(villages)),
        nik_meninggal=pl.when(whole).then("NIK"),
    )
    return pl.DataFrame(
        {
            **_sent(rows["left"], ids, night, CHANGES),
            "id_pendamping": rows["ID_PENDAMPING"],
            "no_peserta": rows["NO_PESERTA"],
            "jenis_perubahan": rows["kind"],
            "tanggal_perubahan": answers["tanggal_perubahan"],
            "alasan": rows["reason"],
            "nik_meninggal": answers["nik_meninggal"],
            "kode_desa_tujuan": answers["kode_desa_tujuan"],
            "catatan": pl.Series([None] * count, dtype=pl.String),
        }
    )


# payments seen ------------------------------------------------------------------------------------------------------


def _payments(night: Night) -> pl.DataFrame:
    """Of some of tonight's visits: the last stage before it, as the family saw it."""
    rng, rates = night.rng(PAYMENTS_SEEN, "choose"), night.rates["reports"]
    stages = [date.fromisoformat(day) for day in STAGES["JAMSOSRATU"]]
    rows: pl.DataFrame = night.memory["visited"]
    rows = rows.filter(pl.Series(rng.random(rows.height) < rates["payments_seen"]) & (pl.col("day") > stages[0]))
    count = rows.height
    nth = sum(((rows["day"] > day).cast(pl.Int64) for day in stages), pl.Series([0] * count, dtype=pl.Int64))
    paid = pl.Series(stages, dtype=pl.Date).gather(nth - 1)
    nothing = pl.Series(rng.random(count) < rates["nothing_received"])
    withheld = pl.Series(rng.random(count) < rates["withheld"]) & ~nothing
    part = pl.Series(rng.integers(1, 5, count) * 25_000)
    whole = KPM_YEARLY // len(stages)
    frame = rows.with_columns(paid=paid, nothing=nothing, withheld=withheld, part=part, nth=nth)
    received = pl.min_horizontal(
        pl.col("paid") + pl.duration(days=pl.lit(pl.Series(rng.integers(0, 10, count)))), "day"
    )
    answers = frame.select(
        periode=pl.col("paid").dt.year().cast(pl.String) + "-T" + pl.col("nth").cast(pl.String),
        jumlah_diterima=pl.when("nothing").then(0).otherwise(whole - pl.col("part") * pl.col("withheld")),
        tanggal_terima=pl.when(~pl.col("nothing")).then(received.dt.to_string("%Y-%m-%d")),
        dipotong=pl.when("nothing").then(None).when("withheld").then(pl.lit("yes")).otherwise(pl.lit("no")),
        jumlah_potongan=pl.when("withheld").then("part"),
    )
    ids = rows["form"].str.replace("uuid:", "uuid:bd-")
    return pl.DataFrame(
        {
            **_sent(rows["day"], ids, night, PAYMENTS_SEEN),
            "id_pendamping": rows["companion"],
            "no_peserta": rows["participant"],
            "periode": answers["periode"],
            "jumlah_diterima": answers["jumlah_diterima"].cast(pl.Int64),
            "tanggal_terima": answers["tanggal_terima"],
            "cara_terima": kept.choose(rng, count, _names(choices.CHANNELS), [0.7, 0.24, 0.04, 0.02]),
            "dipotong": answers["dipotong"],
            "jumlah_potongan": answers["jumlah_potongan"].cast(pl.Int64),
            "catatan": pl.Series([None] * count, dtype=pl.String),
        }
    )
