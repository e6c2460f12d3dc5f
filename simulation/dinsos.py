"""Exports of Dinas Sosial: the social registry of households and members, PKH, Jamsosratu.

The agency keeps each list from night to night, so a misspelling stays until a row is corrected: the damaged list of the
first night is stored, and later nights change a few of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation import cards, files
from simulation.night import Night
from simulation.truth import household_truth, person_truth
from simulation.world import POPULATION, POVERTY

HOUSEHOLDS, MEMBERS, PKH, JAMSOSRATU = (
    "dinsos_dtks_rumah_tangga",
    "dinsos_dtks_anggota",
    "dinsos_pkh",
    "dinsos_jamsosratu",
)
SHEETS = {
    HOUSEHOLDS: ("RUMAH TANGGA", "DATA TERPADU KESEJAHTERAAN SOSIAL"),
    MEMBERS: ("ANGGOTA", "ANGGOTA RUMAH TANGGA DTKS"),
    JAMSOSRATU: ("KPM", "PENERIMA JAMSOSRATU"),
}
"""Sheet and title of each workbook."""
QUOTA = {
    "3601": 12_688, "3602": 11_348, "3603": 3_100, "3604": 11_500,
    "3671": 3_000, "3672": 1_685, "3673": 5_500, "3674": 1_179,
}  # fmt: skip
RESERVE = 0.04
"""Share of each list that is left out on the first night: later nights enrol from these."""
SURVEYED_BEFORE = 240
"""Days between the survey and the first night."""
BETWEEN_SURVEYS = 365
"""Days between that survey and an earlier one, from which some households are also still on the list."""
YEARS_NOT_RENEWED = 3
"""Years before the other surveys for households that were not surveyed since."""
NUMBERED_BELOW = 5_000_000
"""Numbers of households in a kabupaten/kota; those that an earlier survey listed are numbered from here."""
MOVED_BETWEEN = 0.2
"""Share of the households listed twice that lived elsewhere at the first survey."""
ENROLLED = ((("households", "members"), "ID_DTKS"), (("pkh",), "ID_PKH"), (("jamsosratu",), "NO_PESERTA"))
"""Lists that enrol new rows together, and their common key."""
AGAIN = "again"
"""Purpose of the draws for rows that appear a second time with another number."""
TRUE_IDS = ("person_id", "household_id", "family_id")


@dataclass
class Lists:
    """The agency's lists of one kabupaten/kota, with true ids next to the exported columns."""

    households: pl.DataFrame
    members: pl.DataFrame
    pkh: pl.DataFrame
    jamsosratu: pl.DataFrame
    waiting: dict[str, pl.DataFrame] = field(default_factory=dict)


def export(night: Night) -> None:
    """Write the lists that are due tonight: all on the first night, then in turn."""
    lists = kept(night)
    if night.number:
        _live_on(lists, night)
    due = {0: (HOUSEHOLDS, MEMBERS, PKH, JAMSOSRATU), 1: (JAMSOSRATU,), 2: (HOUSEHOLDS, MEMBERS, PKH)}
    frames = {HOUSEHOLDS: lists.households, MEMBERS: lists.members, PKH: lists.pkh, JAMSOSRATU: lists.jamsosratu}
    for source in due[0 if not night.number else 1 + (night.number + 1) % 2]:
        frame = frames[source]
        exported = frame.drop(TRUE_IDS, strict=False)
        if source == PKH:
            night.keep(source, exported, files.Table("PKH_BANTEN.csv", ","))
        elif source == JAMSOSRATU and night.number:
            night.keep(source, exported, files.Table("JAMSOSRATU_BANTEN.csv", ";"))
        else:
            night.keep(source, exported, files.Workbook(source, *SHEETS[source]))
        night.truth(source, _truth(source, frame))
    if night.number % 2 == 1:
        night.repeat_yesterday(PKH)


def kept(night: Night) -> Lists:
    """The agency's lists as they are in this kabupaten/kota; made on the first night."""
    return night.remembered("dinsos", lambda: _first(night))


def _truth(source: str, frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.unique(_key(source), keep="first", maintain_order=True)
    if source == HOUSEHOLDS:
        return household_truth(frame, pl.col("ID_DTKS"))
    key = pl.concat_str([pl.col(name) for name in _key(source)], separator="|")
    return person_truth(frame, key, "manager" if source == PKH else "self")


def _key(source: str) -> list[str]:
    return {HOUSEHOLDS: ["ID_DTKS"], MEMBERS: ["ID_DTKS", "NO_URUT"], PKH: ["ID_PKH"], JAMSOSRATU: ["NO_PESERTA"]}[
        source
    ]


def _first(night: Night) -> Lists:
    """Choose the listed households and make the damaged lists of the first night, and those that are enrolled later."""
    world, rng = night.world, night.rng("dinsos", "choose")
    listed = _listed(night, rng)
    people = world.persons.join(world.families.select("family_id", "no_kk"), on="family_id", how="left")
    still = (pl.col("status") == "AKTIF") | (
        pl.Series(rng.random(people.height)) < night.rates["lists"]["dead_still_listed"]
    )
    members = _members(people.filter(still), listed, _surveyed(night))
    before, survey = _listed_before(listed, night), _surveyed(night, BETWEEN_SURVEYS)
    members_before = _members(people.filter(still), before, survey).reverse()
    living = people.filter(status="AKTIF")
    families = _families(living.with_columns(relative_nik=_relative(living)), listed)
    families = _dead_receivers(families, people, night)
    wanted = night.size("pkh") * share_of_the_poor(night.code) * (1 + RESERVE)
    pkh = _choose(families, wanted, night.rates["programmes"]["pkh_outside_dtks"], rng)
    quota = round(QUOTA[night.code] * night.scale * (1 + RESERVE))
    rest = families.with_columns(on_pkh=pl.col("family_id").is_in(pkh["family_id"].implode()))
    jamsosratu = _jamsosratu(rest, quota, night, rng)
    lists = Lists(
        pl.concat(
            [
                _household_rows(listed, members, _surveyed(night), night, HOUSEHOLDS),
                _household_rows(before, members_before, survey, night, f"{HOUSEHOLDS} before"),
            ]
        ),
        pl.concat([_member_rows(members, night, MEMBERS), _member_rows(members_before, night, f"{MEMBERS} before")]),
        _pkh_rows(pkh, night),
        _kpm_rows(jamsosratu, night),
    )
    for names, key in ENROLLED:
        keys = getattr(lists, names[0])[key].unique(maintain_order=True)
        later = keys.filter(pl.Series(rng.random(keys.len()) < RESERVE / (1 + RESERVE)))
        for name in names:
            frame = getattr(lists, name)
            lists.waiting[name] = frame.filter(pl.col(key).is_in(later.implode()))
            setattr(lists, name, frame.filter(~pl.col(key).is_in(later.implode())))
    husbands = _families(living.with_columns(relative_nik=_relative(living)), listed, men_first=True)
    for name, key, chosen, rows in (
        ("pkh", "ID_PKH", pkh, _pkh_rows),
        ("jamsosratu", "NO_PESERTA", jamsosratu, _kpm_rows),
    ):
        again = rows(_again(chosen, husbands, name, night), night, AGAIN).with_columns(_other_number(key))
        setattr(lists, name, pl.concat([getattr(lists, name), again]))
    return lists


def _surveyed(night: Night, before: int = 0) -> date:
    """The first day of the month in which the registry's households were surveyed, or so many days before."""
    return (night.store.first - timedelta(days=SURVEYED_BEFORE + before)).replace(day=1)


def _members(people: pl.DataFrame, listed: pl.DataFrame, surveyed: date) -> pl.DataFrame:
    """The people found in the listed households."""
    homes = listed.select("household_id", "ID_DTKS")
    return people.filter(pl.col("birth") < surveyed).join(homes, on="household_id", how="inner", maintain_order="left")


def share_of_the_poor(code: str) -> float:
    """A kabupaten/kota's share of the province's poor."""
    weights = {regency: POPULATION[regency] * POVERTY[regency] for regency in POPULATION}
    return weights[code] / sum(weights.values())


def _listed(night: Night, rng: np.random.Generator) -> pl.DataFrame:
    """The households of the registry: the poorest as a noisy survey sees them, with their decile."""
    sizes = night.world.persons.group_by("household_id").len("size")
    homes = night.world.households.join(sizes, on="household_id", how="left", maintain_order="left")
    crowding = 0.035 * (homes["size"].fill_null(0).cast(pl.Int64).to_numpy() - 4)
    seen = homes["hardship"].to_numpy() - crowding + rng.normal(0, 0.12, homes.height)
    count = min(homes.height, round(night.size("dtks_households") * share_of_the_poor(night.code) * (1 + RESERVE)))
    order = np.argsort(seen, kind="stable")[:count]
    decile = np.clip(np.floor(np.linspace(0, 5.2, count)) + rng.choice([0, 0, 0, 1], count) + 1, 1, 10).astype(int)
    homes = homes.gather(order).with_columns(decile=pl.Series(decile))
    number = (pl.col("household_id") % 10_000_000).cast(pl.String).str.zfill(7)
    return homes.with_columns(ID_DTKS=pl.lit(night.code) + number)


def _listed_before(listed: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Households that an earlier survey also listed, with another ID_DTKS: some lived elsewhere then, some had another
    decile.
    """
    rng, rates = night.rng("dinsos", "before"), night.rates["lists"]
    twice = listed.filter(pl.Series(rng.random(listed.height) < rates["listed_twice"]))
    number = (pl.col("household_id") % 10_000_000 + NUMBERED_BELOW).cast(pl.String).str.zfill(7)
    elsewhere = night.world.households["village"].gather(rng.integers(0, night.world.households.height, twice.height))
    moved = pl.lit(pl.Series(rng.random(twice.height) < MOVED_BETWEEN))
    better = pl.Series(rng.choice([0, 0, 1, 2], twice.height))
    return twice.with_columns(
        pl.when(moved).then(pl.lit(elsewhere)).otherwise(pl.col("village")).alias("village"),
        (pl.col("decile") + better).clip(1, 10).cast(listed.schema["decile"]).alias("decile"),
        ID_DTKS=pl.lit(night.code) + number,
    )


def _families(people: pl.DataFrame, listed: pl.DataFrame, men_first: bool = False) -> pl.DataFrame:
    """One row per family with its receiver (an adult woman, else the head; men_first: the other way round), its
    components and whether the registry lists it.
    """
    age = pl.col("age")
    luck = pl.col("person_id") * 7919 % 100
    components = {
        "BUMIL": (pl.col("relation") == "ISTRI") & age.is_between(18, 42) & (luck < 6),
        "BALITA": age < 6, "SD": age.is_between(7, 12), "SMP": age.is_between(13, 15), "SMA": age.is_between(16, 18),
        "DISABILITAS": luck == 99, "LANSIA": age >= 70,
    }  # fmt: skip
    four = r"^((?:[A-Z]+;){4}).*"
    has = people.group_by("family_id").agg(
        pl.concat_str(
            [pl.when(found.any()).then(pl.lit(f"{name};")).otherwise(pl.lit("")) for name, found in components.items()]
        )
        .str.replace(four, "$1")
        .str.strip_chars(";")
        .alias("KOMPONEN")
    )
    adult = people.filter((age >= 18) & pl.col("slot").is_in([1, 2, 3, 4]))
    turn = adult.sort("family_id", "male", "slot", descending=[False, men_first, False])
    receiver = turn.unique("family_id", keep="first", maintain_order=True)
    deciles = listed.select("household_id", "decile")
    receiver = receiver.join(has, on="family_id", how="left", maintain_order="left")
    receiver = receiver.join(deciles, on="household_id", how="left", maintain_order="left")
    return receiver.with_columns(listed=pl.col("decile").is_not_null())


def _dead_receivers(families: pl.DataFrame, people: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Make the lists name a dead adult as receiver for some of the families in which one has died."""
    grown = (pl.col("status") == "MENINGGAL") & (pl.col("age") >= 18) & pl.col("slot").is_in([1, 2, 3, 4])
    dead = people.filter(grown).unique("family_id", keep="first", maintain_order=True)
    chance = night.rng("dinsos", "dead receivers").random(dead.height)
    dead = dead.filter(pl.Series(chance < night.rates["programmes"]["receiver_died"]))
    own = ("person_id", "nik", "name", "birth", "male")
    named = dead.select("family_id", *(pl.col(column).alias(f"dead_{column}") for column in own))
    families = families.join(named, on="family_id", how="left", maintain_order="left")
    return families.with_columns(pl.coalesce(f"dead_{column}", column).alias(column) for column in own)


def _choose(families: pl.DataFrame, count: float, outside: float, rng: np.random.Generator) -> pl.DataFrame:
    """Families on PKH: mostly listed ones with a component, some from outside the registry."""
    entitled = families.filter(pl.col("KOMPONEN") != "")
    inside, beyond = entitled.filter("listed"), entitled.filter(~pl.col("listed"))
    # Deciles 1-4 first, and a few others: the inclusion error.
    turn = rng.random(inside.height) + 0.85 * (inside["decile"] > 4).to_numpy()
    first = inside.gather(np.sort(np.argsort(turn, kind="stable")[: round(count * (1 - outside))]))
    return pl.concat([first, beyond.gather(np.sort(rng.permutation(beyond.height)[: round(count * outside)]))])


def _jamsosratu(families: pl.DataFrame, quota: int, night: Night, rng: np.random.Generator) -> pl.DataFrame:
    rates = night.rates["programmes"]
    groups = (
        (pl.col("on_pkh"), rates["jamsosratu_also_pkh"]),
        (~pl.col("on_pkh") & ~pl.col("listed"), rates["jamsosratu_outside_dtks"]),
        (~pl.col("on_pkh") & pl.col("listed"), 1 - rates["jamsosratu_also_pkh"] - rates["jamsosratu_outside_dtks"]),
    )
    chosen = []
    for belongs, share in groups:
        pool = families.filter(belongs)
        turn = rng.permutation(pool.height)
        if weight := rates["jamsosratu_poorest_first"]:
            decile = pool["decile"].fill_null(pl.lit(10)).to_numpy() / 10
            turn = np.argsort(turn.argsort() / max(1, pool.height) + weight * decile, kind="stable")
        chosen.append(pool.gather(np.sort(turn[: round(quota * share)])))
    return pl.concat(chosen)


def _household_rows(
    listed: pl.DataFrame, members: pl.DataFrame, survey: date, night: Night, source: str
) -> pl.DataFrame:
    """Rows of households as surveyed. source: the name of the generators."""
    head = members.sort("household_id", "slot").unique("household_id", keep="first", maintain_order=True)
    sizes = members.group_by("household_id").len("size")
    homes = listed.join(
        head.select("household_id", "family_id", "name", "no_kk"), on="household_id", maintain_order="left"
    )
    homes = homes.join(sizes, on="household_id", how="left", maintain_order="left")
    damage = night.damage(source, "lists", homes.height)
    rt, rw = damage.rt_rw(homes["rt"], homes["rw"])
    day = pl.Series(night.rng(source, "survey").integers(1, 28, homes.height)).cast(pl.String).str.zfill(2)
    frame = pl.DataFrame(
        {
            "household_id": homes["household_id"],
            "family_id": homes["family_id"],
            "ID_DTKS": homes["ID_DTKS"],
            "NO_KK": damage.card(cards.as_stated(night, source, homes)),
            "NAMA_KRT": damage.name(homes["name"]),
            "ALAMAT": homes["address"],
            "RT": rt,
            "RW": rw,
            "KODE_DESA": damage.village(homes["village"]),
            "DESIL": homes["decile"].cast(pl.String),
            "JUMLAH_ANGGOTA": homes["size"].cast(pl.String),
            "JENIS_LANTAI": pl.Series(damage.rng.choice(["TANAH", "SEMEN", "KERAMIK"], homes.height)),
            "JENIS_DINDING": pl.Series(damage.rng.choice(["BAMBU", "KAYU", "TEMBOK"], homes.height)),
            "SUMBER_AIR": pl.Series(damage.rng.choice(["SUMUR", "PDAM", "MATA AIR"], homes.height)),
            "DAYA_LISTRIK": pl.Series(damage.rng.choice(["450", "900", "NON PLN"], homes.height)),
            "STATUS_RUMAH": pl.Series(damage.rng.choice(["MILIK SENDIRI", "KONTRAK", "BEBAS SEWA"], homes.height)),
            "TANGGAL_PENDATAAN": day + _survey_months(homes, members, survey, night, source),
        }
    )
    return damage.repeat(frame, "NAMA_KRT", "NAMA LAIN")


def _survey_months(homes: pl.DataFrame, members: pl.DataFrame, survey: date, night: Night, source: str) -> pl.Series:
    """`-MM-YYYY` of each household's survey: that of its list, or, for some without later births, years earlier."""
    long_ago = survey.replace(year=survey.year - YEARS_NOT_RENEWED)
    youngest = members.group_by("household_id").agg(pl.col("birth").max())
    born = homes.join(youngest, on="household_id", how="left", maintain_order="left")["birth"]
    struck = pl.Series(night.rng(source, "long ago").random(homes.height) < night.rates["lists"]["surveyed_long_ago"])
    return (
        pl.DataFrame({"old": struck & (born < long_ago)})
        .select(pl.when("old").then(pl.lit(long_ago)).otherwise(pl.lit(survey)).dt.strftime("-%m-%Y"))
        .to_series()
    )


def _member_rows(members: pl.DataFrame, night: Night, source: str) -> pl.DataFrame:
    damage = night.damage(source, "lists", members.height)
    relative = _relative(members)
    # A household has one head, also if a second family with its own card lives in it.
    other = pl.col("family_id") != pl.col("family_id").first().over("household_id")
    relation = members.select(
        pl.when(other & pl.col("slot").is_in([3, 4]))
        .then(pl.lit("ORANG TUA"))
        .otherwise(pl.col("relation").replace("KEPALA KELUARGA", "KEPALA RUMAH TANGGA"))
    ).to_series()
    frame = pl.DataFrame(
        {
            **{name: members[name] for name in TRUE_IDS},
            "ID_DTKS": members["ID_DTKS"],
            "NO_URUT": members.select(pl.int_range(1, pl.len() + 1).over("household_id").cast(pl.String)).to_series(),
            "NIK": damage.nik(members["nik"], relative),
            "NAMA": damage.name(members["name"]),
            "JENIS_KELAMIN": damage.code(
                members.select(pl.when("male").then(pl.lit("L")).otherwise(pl.lit("P"))).to_series(), "X"
            ),
            "TANGGAL_LAHIR": damage.birth(members["birth"]),
            "HUBUNGAN": relation,
            "DISABILITAS": pl.Series(
                damage.rng.choice(
                    ["TIDAK", "FISIK", "NETRA", "BUTA WARNA"], members.height, p=[0.96, 0.02, 0.015, 0.005]
                )
            ),
            "STATUS_SEKOLAH": members.select(
                pl.when(pl.col("age").is_between(6, 18))
                .then(pl.lit("MASIH SEKOLAH"))
                .otherwise(pl.lit("TIDAK SEKOLAH LAGI"))
            ).to_series(),
            "STATUS_KERJA": members.select(
                pl.when(pl.col("age") > 18).then(pl.lit("BEKERJA")).otherwise(pl.lit("TIDAK BEKERJA"))
            ).to_series(),
        }
    )
    kept = frame.filter(pl.Series(~damage.hit("member_missing")) | (pl.col("NO_URUT") == "1"))
    damage.rows = kept.height
    return damage.repeat(kept, "NAMA", "NAMA LAIN")


def _relative(people: pl.DataFrame) -> pl.Series:
    """The NIK of another member of the household: the previous one; for the first member, the last."""
    before = pl.coalesce(pl.col("nik").shift(1), pl.col("nik").last())
    return people.select(before.over("household_id")).to_series()


def _receiver_columns(people: pl.DataFrame, night: Night, source: str, damage, name: str) -> dict[str, pl.Series]:
    return {
        **{column: people[column] for column in TRUE_IDS},
        "NIK": damage.nik(people["nik"], people["relative_nik"]),
        "NO_KK": damage.card(cards.as_stated(night, source, people)),
        name: damage.name(people["name"]),
        "TANGGAL_LAHIR": damage.birth(people["birth"]),
        "KODE_DESA": damage.village(people["village"]),
    }


def _again(chosen: pl.DataFrame, husbands: pl.DataFrame, programme: str, night: Night) -> pl.DataFrame:
    """Families that a programme enrolled a second time, half of them with another adult if they have one."""
    rng, share = night.rng("dinsos", f"{programme} {AGAIN}"), night.rates["programmes"][f"{programme}_twice"]
    twice = chosen.select(husbands.columns).filter(pl.Series(rng.random(chosen.height) < share))
    by_another = pl.Series(rng.random(twice.height) < 0.5)
    others = husbands.filter(pl.col("family_id").is_in(twice.filter(by_another)["family_id"].implode()))
    return pl.concat([twice.filter(~by_another), others])


def _other_number(key: str) -> pl.Expr:
    """A number that no first registration has: these are below a million."""
    return pl.col(key).str.replace(r"0(\d{6})$", "5${1}")


def _numbered(prefix: str, code: str, families: pl.DataFrame) -> pl.Series:
    return prefix + code + (families["family_id"] % 10_000_000).cast(pl.String).str.zfill(7)


def _pkh_rows(families: pl.DataFrame, night: Night, purpose: str = "damage") -> pl.DataFrame:
    damage = night.damage(PKH, "lists", families.height, purpose)
    rng, count = damage.rng, families.height
    inactive = night.rates["programmes"]["inactive"]
    start = pl.Series(rng.integers(2008, 2019, count)).cast(pl.String)
    frame = pl.DataFrame(
        {
            "ID_PKH": _numbered("PKH", night.code, families),
            **_receiver_columns(families, night, PKH, damage, "NAMA_PENGURUS"),
            "KOMPONEN": families["KOMPONEN"],
            "TAHUN": pl.Series(["2019"] * count, dtype=pl.String),
            "TAHAP": pl.Series(["3"] * count, dtype=pl.String),
            "STATUS_KEPESERTAAN": pl.Series(
                rng.choice(["AKTIF", "GRADUASI", "NONAKTIF"], count, p=[1 - inactive, inactive / 2, inactive / 2])
            ).cast(pl.String),
            "TANGGAL_MULAI": start + "-06-01",
        }
    )
    return damage.repeat(frame, "NAMA_PENGURUS", "NAMA LAIN")


def _kpm_rows(families: pl.DataFrame, night: Night, purpose: str = "damage") -> pl.DataFrame:
    damage = night.damage(JAMSOSRATU, "lists", families.height, purpose)
    rng, count = damage.rng, families.height
    inactive = night.rates["programmes"]["inactive"]
    status = pl.Series(
        rng.choice(["AKTIF", "GRADUASI", "KELUAR"], count, p=[1 - inactive, inactive / 2, inactive / 2])
    ).cast(pl.String)
    left = status != "AKTIF"
    columns = _receiver_columns(families, night, JAMSOSRATU, damage, "NAMA")
    village = columns.pop("KODE_DESA")
    homes = families.join(
        night.world.households.select("household_id", "address"), on="household_id", how="left", maintain_order="left"
    )
    frame = pl.DataFrame(
        {
            "NO_PESERTA": _numbered("JSR", night.code, families),
            **columns,
            "ALAMAT": homes["address"],
            "KODE_DESA": village,
            "TAHUN_MULAI": pl.Series(rng.integers(2014, 2019, count)).cast(pl.String),
            "STATUS": status,
            "TANGGAL_KELUAR": damage.where(pl.Series([None] * count, dtype=pl.String), (left.to_numpy(), "2019-07-01")),
            "ALASAN_KELUAR": _reasons(status, night.rng(JAMSOSRATU, f"{purpose} reasons")),
            "ID_PENDAMPING": _companions(families["village"], night),
        }
    )
    return damage.repeat(frame, "NAMA", "NAMA LAIN")


def _companions(village: pl.Series, night: Night) -> pl.Series:
    """Numbers of companions, each with families of neighbouring villages."""
    count = max(1, round(village.len() / night.rates["companions"]["families"]))
    nth = (village.rank("ordinal") - 1).cast(pl.Int64) * count // max(1, village.len()) + 1
    return f"PDP{night.code}" + nth.cast(pl.String).str.zfill(3)


def _reasons(status: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Why a family is no longer on the programme, as officers write it."""
    stated = ["PINDAH", "MENINGGAL DUNIA", "TIDAK MEMENUHI SYARAT", "MENERIMA PKH", "MENGUNDURKAN DIRI", "LAIN-LAIN"]
    shares = [0.3, 0.2, 0.2, 0.15, 0.1, 0.05]
    left = pl.Series(stated).gather(rng.choice(len(stated), len(status), p=shares))
    return pl.select(
        pl.when(status == "GRADUASI").then(pl.lit("MAMPU")).when(status == "KELUAR").then(left)
    ).to_series()  # fmt: skip


def _live_on(lists: Lists, night: Night) -> None:
    """One more night: a few families graduate or are missing, a few are enrolled, a few households are surveyed again
    or removed.
    """
    rng, rates = night.rng("dinsos", "live"), night.rates["nights"]
    resurveyed = pl.Series(rng.random(lists.households.height) < rates["corrections"])
    lower = pl.min_horizontal(pl.col("DESIL").cast(pl.Int64) + 1, pl.lit(10)).cast(pl.String)
    lists.households = lists.households.with_columns(DESIL=pl.when(resurveyed).then(lower).otherwise(pl.col("DESIL")))
    gone = lists.households.filter(pl.Series(rng.random(lists.households.height) < rates["graduations"]))["ID_DTKS"]
    lists.households = lists.households.filter(~pl.col("ID_DTKS").is_in(gone.implode()))
    lists.members = lists.members.filter(~pl.col("ID_DTKS").is_in(gone.implode()))
    for name, column in (("pkh", "STATUS_KEPESERTAAN"), ("jamsosratu", "STATUS")):
        frame: pl.DataFrame = getattr(lists, name)
        graduated = pl.Series(rng.random(frame.height) < rates["graduations"])
        with_status = frame.with_columns(
            pl.when(graduated).then(pl.lit("GRADUASI")).otherwise(pl.col(column)).alias(column)
        )
        setattr(
            lists,
            name,
            with_status.filter(pl.Series(night.rng(name, "left").random(with_status.height) >= rates["left"])),
        )
    lists.jamsosratu = _as_reported(lists.jamsosratu, night)
    for names, key in ENROLLED:
        keys = lists.waiting[names[0]][key].unique(maintain_order=True)
        enrolled = keys.head(rng.poisson(rates["enrolments"] * getattr(lists, names[0]).height)).implode()
        for name in names:
            new = lists.waiting[name].filter(pl.col(key).is_in(enrolled))
            lists.waiting[name] = lists.waiting[name].filter(~pl.col(key).is_in(enrolled))
            setattr(lists, name, pl.concat([getattr(lists, name), new]))


def _as_reported(kpm: pl.DataFrame, night: Night) -> pl.DataFrame:
    """The list after the companions' reports of the last night (`simulation.dinsos_reports`)."""
    reported: pl.DataFrame | None = night.memory.pop("reported", None)
    if reported is None:
        return kpm
    taken = {"STATUS": "status", "TANGGAL_KELUAR": "left", "ALASAN_KELUAR": "reason"}
    joined = kpm.join(reported, on="NO_PESERTA", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(new, old).alias(old) for old, new in taken.items()).select(kpm.columns)
