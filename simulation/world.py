"""The true province, one kabupaten/kota at a time: people, families (KK) and households (who eat together), each with a
true id.

Everything is vectorised and drawn from a separate generator per kabupaten/kota, so that memory is limited to the
largest one and a seed always gives the same province.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from simulation import names
from validations import regions

POPULATION = {
    "3601": 0.106, "3602": 0.116, "3603": 0.273, "3604": 0.136,
    "3671": 0.160, "3672": 0.036, "3673": 0.058, "3674": 0.115,
}  # fmt: skip
"""Shares of the province's people, roughly."""
POVERTY = {
    "3601": 9.92, "3602": 9.24, "3603": 6.23, "3604": 4.49, "3671": 5.22, "3672": 3.69, "3673": 6.06, "3674": 2.29,
}  # fmt: skip
"""Poor persons, per cent, March 2020 (BPS)."""
KINDS = ("family", "couple", "mother", "alone", "elders", "generations", "two_cards", "grandparents")
KIND_SHARES = (0.57, 0.08, 0.08, 0.06, 0.05, 0.08, 0.06, 0.02)
RELATIONS = ("KEPALA KELUARGA", "ISTRI", "ANAK", "CUCU", "ORANG TUA")
HEAD, WIFE, CHILD, GRANDCHILD, PARENT = range(5)
SCHOOLS = ("TAMAT SD/SEDERAJAT", "SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA IV/STRATA I")
TRADES = (
    "PETANI/PEKEBUN", "BURUH HARIAN LEPAS", "WIRASWASTA", "KARYAWAN SWASTA", "PERDAGANGAN", "NELAYAN/PERIKANAN",
)  # fmt: skip
TOWNS = ("PANDEGLANG", "LEBAK", "TANGERANG", "SERANG", "CILEGON", "JAKARTA", "BOGOR", "RANGKASBITUNG")
HAMLETS = (
    "BABAKAN", "CIKADU", "KADU", "PASIR", "CIBEBER", "SUKAMAJU", "KEBON", "LEUWI", "MUARA", "PABUARAN", "TEGAL",
    "SUKASARI", "RANCA", "GEMBONG",
)  # fmt: skip
HAMLET_PARTS = ("HILIR", "GIRANG", "TENGAH", "BARU", "LEGOK", "KIDUL", "LOR", "MASIGIT", "SAWAH", "TONGGOH")
NIK_SERIALS = 125
"""Serials 9000-9999 are divided among the eight kabupaten/kota, so that numbers are unique without comparing them."""


@dataclass
class Regency:
    """The truth of one kabupaten/kota. Ids are unique in the province.

    persons: person_id, household_id, family_id, relation, male, birth (date), name, mother, nik, village, status,
    status_date, ...
    households: household_id, village, address, rt, rw, hardship (0 rich .. 1 poor, uniform within the province's
    poverty).
    families: family_id, household_id, no_kk.
    """

    code: str
    persons: pl.DataFrame
    households: pl.DataFrame
    families: pl.DataFrame
    made_up_names: bool = False
    changed: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))


def make(code: str, households: int, rng: np.random.Generator, today: date, rates: dict[str, float]) -> Regency:
    """Make one kabupaten/kota with so many households. rates: `people` of rates.toml."""
    kind = rng.choice(len(KINDS), households, p=KIND_SHARES)
    people = _people(kind, rng, np.datetime64(today, "D"))
    elder = _bear_twins(people, rates["twins"], rng)
    base = int(code) * 10_000_000
    homes = _homes(code, households, rng).with_columns(household_id=pl.Series(base + np.arange(households)))
    family_of = people["household"] * 2 + people["second_card"]
    _, family = np.unique(family_of, return_inverse=True)
    families = _cards(code, family, people, rng, base, today)
    male = people["male"]
    persons = pl.DataFrame(
        {
            "person_id": base + np.arange(len(male)),
            "household_id": base + people["household"],
            "family_id": base + family,
            "relation": _words(people["relation"], RELATIONS),
            "male": male,
            "birth": people["birth"],
            "name": names.draw(rng, code, male, bool(rates["made_up_names"])),
            "slot": people["slot"],
        }
    )
    twins = np.flatnonzero(elder != np.arange(len(elder)))
    alike = names.almost(persons["name"].gather(elder[twins]))
    persons = persons.with_columns(name=persons["name"].scatter(twins, alike))
    persons = persons.with_columns(nik=numbers_of(code, persons, rng, elder))
    persons = _lives(persons, rng, today)
    persons = persons.join(homes.select("household_id", "village"), on="household_id", how="left")
    return Regency(code, _mothers(persons), homes, families, bool(rates["made_up_names"]))


def _people(kind: np.ndarray, rng: np.random.Generator, today: np.datetime64) -> dict[str, np.ndarray]:
    """Members of households by slot: elders, head, wife, children, with consistent ages."""
    count = len(kind)
    has = {name: kind == number for number, name in enumerate(KINDS)}
    mother_age = rng.integers(20 * 365, 55 * 365, count)
    husband_age = mother_age + (rng.normal(3, 3, count) * 365).astype(int)
    young = husband_age < 19 * 365
    husband_age[young] = rng.integers(19 * 365, 22 * 365, count)[young]
    elder_age = mother_age + rng.integers(20 * 365, 30 * 365, count)
    pair = has["family"] | has["couple"] | has["generations"] | has["two_cards"]
    alone_is_man = rng.random(count) < 0.35
    slots: list[dict[str, np.ndarray | int | bool]] = [
        {"here": pair, "relation": HEAD, "male": True, "age": husband_age, "slot": 1},
        {"here": pair, "relation": WIFE, "male": False, "age": mother_age, "slot": 2},
        {"here": has["mother"], "relation": HEAD, "male": False, "age": mother_age, "slot": 2},
        {"here": has["alone"], "relation": HEAD, "male": alone_is_man, "age": elder_age, "slot": 3},
        {"here": has["elders"], "relation": HEAD, "male": True, "age": elder_age + 700, "slot": 3},
        {"here": has["elders"], "relation": WIFE, "male": False, "age": elder_age, "slot": 4},
        {"here": has["generations"] & (rng.random(count) < 0.4), "relation": PARENT, "male": True,
         "age": elder_age + 900, "slot": 3},
        {"here": has["generations"] & (rng.random(count) < 0.85), "relation": PARENT, "male": False,
         "age": elder_age, "slot": 4},
        {"here": has["two_cards"], "relation": HEAD, "male": True, "age": elder_age + 900, "slot": 3,
         "second": True},
        {"here": has["two_cards"] & (rng.random(count) < 0.9), "relation": WIFE, "male": False,
         "age": elder_age, "slot": 4, "second": True},
        {"here": has["grandparents"], "relation": HEAD, "male": False, "age": elder_age, "slot": 3},
    ]  # fmt: skip
    with_children = has["family"] | has["mother"] | has["generations"] | has["two_cards"] | has["grandparents"]
    children = np.where(with_children, np.clip(rng.poisson(2.95, count), 1, 7), 0)
    for nth in range(7):
        gap = rng.integers(17 * 365, 40 * 365, count)
        age = mother_age - gap
        relation = np.where(has["grandparents"], GRANDCHILD, CHILD)
        here = (children > nth) & (age >= 0) & (age < 30 * 365)
        slots.append(
            {"here": here, "relation": relation, "male": rng.random(count) < 0.51, "age": age, "slot": 5 + nth}
        )
    return _stack(slots, count, today)


def _bear_twins(people: dict[str, np.ndarray], share: float, rng: np.random.Generator) -> np.ndarray:
    """Make some children twins of the previous child. Returns, per person, that child's position, or the person's
    own.
    """
    own = np.arange(len(people["birth"]))
    if not share:  # nothing is drawn, so that the province of a seed does not change
        return own
    child = people["relation"] == CHILD
    follows = child & np.r_[False, child[:-1]] & np.r_[False, people["household"][1:] == people["household"][:-1]]
    twin = follows & (rng.random(len(child)) < share)
    twin &= ~np.r_[False, twin[:-1]]  # no triplets
    elder = own - twin
    people["birth"] = people["birth"][elder]
    return elder


def _stack(slots: list[dict], count: int, today: np.datetime64) -> dict[str, np.ndarray]:
    gathered: dict[str, list[np.ndarray]] = {
        name: [] for name in ("household", "relation", "male", "birth", "slot", "second_card")
    }
    for slot in slots:
        here = np.flatnonzero(slot["here"])
        gathered["household"].append(here)
        for name in ("relation", "male"):
            gathered[name].append(np.broadcast_to(slot[name], count)[here])
        age = np.minimum(np.broadcast_to(slot["age"], count)[here], 99 * 365)
        gathered["birth"].append(today - age.astype("timedelta64[D]"))
        gathered["slot"].append(np.full(len(here), slot["slot"]))
        gathered["second_card"].append(np.full(len(here), int(slot.get("second", False))))
    stacked = {name: np.concatenate(parts) for name, parts in gathered.items()}
    order = np.lexsort((stacked["slot"], stacked["household"]))
    return {name: values[order] for name, values in stacked.items()}


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pl.Series:
    """Texts by their position in a list: a fraction of the memory of numpy's."""
    return pl.Series(words, dtype=pl.String).gather(codes)


def _pick(rng: np.random.Generator, count: int, words: tuple[str, ...], shares: tuple | None = None) -> pl.Series:
    return _words(rng.choice(len(words), count, p=shares), words)


def _homes(code: str, count: int, rng: np.random.Generator) -> pl.DataFrame:
    villages = tuple(regions.villages().filter(pl.col("village_code").str.starts_with(code))["village_code"])
    hamlet, after = _pick(rng, count, HAMLETS), _pick(rng, count, HAMLET_PARTS)
    return pl.DataFrame(
        {
            "village": _pick(rng, count, villages),
            "address": "KP. " + hamlet + " " + after,
            "rt": pl.Series(rng.integers(1, 9, count)).cast(pl.String).str.zfill(3),
            "rw": pl.Series(rng.integers(1, 6, count)).cast(pl.String).str.zfill(3),
            "hardship": rng.random(count),
        }
    )


def number(prefix: np.ndarray, six: np.ndarray, code: str, rng: np.random.Generator) -> pl.Series:
    """Sixteen digits with a serial of 9000-9999, unique for the prefix and date."""
    stem = prefix.astype(np.int64) * 1_000_000 + six
    block = 9000 + NIK_SERIALS * regions.regency_codes().index(code)
    shuffled = rng.permutation(len(stem))
    _, group = np.unique(stem, return_inverse=True)
    order = np.lexsort((shuffled, group))
    starts = np.r_[0, np.flatnonzero(np.diff(group[order])) + 1]
    within = np.arange(len(stem)) - np.repeat(starts, np.diff(np.r_[starts, len(stem)]))
    rank = np.empty(len(stem), int)
    rank[order] = within
    if rank.max(initial=0) >= NIK_SERIALS:
        raise ValueError("more people of one birth date and district than serials; simulate a smaller scale")
    turn = rng.integers(0, NIK_SERIALS, group.max(initial=0) + 1)[group]
    return pl.Series(stem * 10_000 + block + (rank + turn) % NIK_SERIALS).cast(pl.String)


def numbers_of(
    code: str, persons: pl.DataFrame, rng: np.random.Generator, elder: np.ndarray | None = None
) -> pl.Series:
    """District of first registration: mostly here, else elsewhere in Banten or the country; day + 40 for women.

    elder: for each person the position of the elder twin, or the own; twins are registered together, with consecutive
    numbers.
    """
    count = persons.height
    every = regions.nik_prefixes().cast(pl.Int64).to_numpy()
    banten, here = _districts(""), _districts(code)
    where = rng.random(count)
    prefix = np.where(where < 0.84, rng.choice(here, count), rng.choice(banten, count))
    prefix = np.where(where > 0.95, rng.choice(every, count), prefix)
    if elder is not None:
        prefix = prefix[elder]
    birth = persons["birth"].dt
    day = birth.day().cast(pl.Int64).to_numpy() + np.where(persons["male"].to_numpy(), 0, 40)
    month, year = birth.month().cast(pl.Int64).to_numpy(), birth.year().cast(pl.Int64).to_numpy()
    return number(prefix, day * 10_000 + month * 100 + year % 100, code, rng)


def _districts(code: str) -> np.ndarray:
    """Banten's kecamatan codes with this prefix, as numbers."""
    districts = regions.villages()["district_code"].unique().sort()
    return districts.filter(districts.str.starts_with(code)).cast(pl.Int64).to_numpy()


def _cards(
    code: str, family: np.ndarray, people: dict[str, np.ndarray], rng: np.random.Generator, base: int, today: date
) -> pl.DataFrame:
    """One card per family, issued before this year, so that no card of a later night has its number."""
    _, first = np.unique(family, return_index=True)
    count = len(first)
    day, month = rng.integers(1, 29, count), rng.integers(1, 13, count)
    year = rng.integers(today.year - 11, today.year, count) % 100
    return pl.DataFrame(
        {
            "family_id": base + np.arange(count),
            "household_id": base + people["household"][first],
            "no_kk": number(rng.choice(_districts(code), count), day * 10_000 + month * 100 + year, code, rng),
        }
    )


def _lives(persons: pl.DataFrame, rng: np.random.Generator, today: date) -> pl.DataFrame:
    """Marital status, schooling, work by age and position in the family; place of birth."""
    count = persons.height
    age = ((pl.lit(today) - pl.col("birth")).dt.total_days() // 365).cast(pl.Int64)
    male, relation = pl.col("male"), pl.col("relation")
    wed = (relation == "ISTRI") | ((relation == "KEPALA KELUARGA") & male)
    lone = relation.is_in(["KEPALA KELUARGA", "ORANG TUA"])
    marital = (
        pl.when(wed).then(pl.lit("KAWIN"))
        .when(lone & pl.Series(rng.random(count) < 0.6)).then(pl.lit("CERAI MATI"))
        .when(lone).then(pl.lit("CERAI HIDUP"))
        .otherwise(pl.lit("BELUM KAWIN"))
    )  # fmt: skip
    school = (
        pl.when(pl.col("age") < 7).then(pl.lit("TIDAK/BELUM SEKOLAH"))
        .when(pl.col("age") < 13).then(pl.lit("BELUM TAMAT SD/SEDERAJAT"))
        .otherwise(_pick(rng, count, SCHOOLS, (0.42, 0.25, 0.27, 0.06)))
    )  # fmt: skip
    work = (
        pl.when(pl.col("age") < 6).then(pl.lit("BELUM/TIDAK BEKERJA"))
        .when(pl.col("age") < 19).then(pl.lit("PELAJAR/MAHASISWA"))
        .when(~male & pl.Series(rng.random(count) < 0.7)).then(pl.lit("MENGURUS RUMAH TANGGA"))
        .otherwise(_pick(rng, count, TRADES))
    )  # fmt: skip
    return persons.with_columns(age=age).with_columns(
        marital=marital,
        education=school,
        occupation=work,
        birth_place=_pick(rng, count, TOWNS),
        status=pl.lit("AKTIF"),
        status_date=pl.lit(None, pl.Date),
    )


def _mothers(persons: pl.DataFrame) -> pl.DataFrame:
    """The name of each child's mother, for sources that ask for it."""
    mothers = persons.filter(pl.col("slot") == 2).select("household_id", mother="name")
    return persons.join(mothers, on="household_id", how="left", maintain_order="left").with_columns(
        mother=pl.when(pl.col("slot") >= 5).then(pl.col("mother"))
    )
