"""Companions' visits as their forms send them, with what goes wrong in the field: `truth/visits.parquet` names each
form or family with one of `FAULTS`.

A companion goes from house to house by day, and sends the forms in the evening or when there is signal again.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import polars as pl

from field.forms import choices
from simulation import kept, places
from simulation.night import Night

VISITS = "dinsos_kunjungan"
EVERY = 92
"""Days within which most families are visited."""
FAULTS = {
    "clock_wrong": "clock_wrong",
    "place_far": "place_far",
    "elsewhere": "place_far",
    "of_another": "not_of_companion",
    "unknown_participant": "not_of_companion",
    "sent_twice": "same_visit_twice",
    "by_two": "visit_by_two",
    "burst": "many_in_minutes",
    "copied": "same_answers",
    "edited": "edited_after_review",
    "never": "never_visited",
}
"""Rate -> fault in the truth."""
ALONE = ("clock_wrong", "place_far", "elsewhere", "of_another", "unknown_participant", "sent_twice", "by_two")
"""Rates of faults of single forms; a form has one of them at most."""
BURST = (6, 11)
"""Forms filled in within minutes: from, to below."""
COPIED_FROM = 8
"""Forms that a companion must have for its answers to be copied."""
ANSWERS = (
    "pendapatan_bulanan",
    "anak_usia_sekolah",
    "anak_bersekolah",
    "ke_posyandu",
    "punya_usaha",
    "kondisi_rumah",
)
ZONE = timedelta(hours=7)
"""Western Indonesia, ahead of UTC."""
EVENING = time(14)
"""UTC; the forms of a day have arrived."""


def forms(kpm: pl.DataFrame, night: Night) -> pl.DataFrame:
    """The forms that arrive tonight: those of half a year on the first night; later those of a day, and earlier ones
    that were reviewed or edited. kpm: families in force, with their true ids.
    """
    visits = _with_times(_of_companions(_plan(kpm, night), night), night)
    visits = _with_places(_with_answers(visits, night), night)
    visits = pl.concat([visits, _forms_twice(visits, night), _by_another(visits, night)])
    for fault in (*ALONE, "burst", "copied"):
        _note(night, FAULTS[fault], visits.filter(pl.col("fault") == fault))
    second = (pl.col("fault") == "by_two") & (pl.col("companion") == pl.col("colleague"))
    _note(night, FAULTS["of_another"], visits.filter(second))
    new = _written(visits, night)
    earlier: pl.DataFrame = night.memory.get("visits", new.clear())
    changed = _changed(earlier, night)
    known = pl.concat([earlier, new, changed]).unique("__id", keep="last", maintain_order=True)
    night.memory["visits"] = known
    night.memory["visited"] = visits.filter(pl.col("fault") == "")
    valid = known.filter(pl.col("__system").struct.field("reviewState").ne_missing("rejected"))
    never = kpm.filter(~pl.col("NO_PESERTA").is_in(valid["no_peserta"].implode()))
    night.store.unvisited[night.code] = never.select(participant_no="NO_PESERTA", companion_id="ID_PENDAMPING")
    return pl.concat([new, changed])


def _plan(kpm: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Who is visited on which day by whom, when the form is sent, and what is wrong with it (`fault`: a rate, or
    empty).
    """
    rng, rates, today = night.rng(VISITS, "visit"), night.rates["visits"], night.store.day(night.number)
    homes = night.world.households.select("household_id", "village")
    rows = kpm.join(homes, on="household_id", how="left", maintain_order="left").select(
        form="uuid:" + pl.col("NO_PESERTA").str.to_lowercase() + f"-{night.number:03d}",
        participant="NO_PESERTA",
        companion="ID_PENDAMPING",
        village="village",
        number=pl.col("NO_PESERTA").str.extract(r"(\d{7})$").cast(pl.Int64),
    )
    count = rows.height
    lag, u = rng.integers(0, 3, count), rng.random(count)
    if night.number:
        ago, met = lag, u < rates["visited"] / EVERY
    else:
        ago = rng.integers(1, EVERY, count) + EVERY * (u >= rates["visited"])
        met = np.ones(count, bool)
    scattered = rows["number"].to_numpy() * 2_654_435_761 % 1_000_003 / 1_000_003  # the same for a family every night
    which = np.searchsorted(np.cumsum([rates[name] for name in ALONE]), rng.random(count), side="right")
    day = pl.lit(today) - pl.duration(days=pl.lit(pl.Series(ago)))
    rows = rows.with_columns(
        fault=pl.Series([*ALONE, ""]).gather(which),
        colleague=_colleagues(rows["companion"], rng),
        turn=pl.Series(rng.permutation(count)),
        day=day,
        sent_day=day + pl.duration(days=pl.lit(pl.Series(np.minimum(lag, ago)))),
    )
    alone = pl.col("fault").is_in(["of_another", "by_two"]) & (pl.col("colleague") == pl.col("companion"))
    exchanged = pl.col("fault") == "of_another"
    return (
        rows.with_columns(fault=pl.when(alone).then(pl.lit("")).otherwise("fault"))
        .with_columns(companion=pl.when(exchanged).then("colleague").otherwise("companion"))
        .filter(pl.Series(met & (scattered >= rates["never"])))
    )


def _colleagues(companions: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Another companion of the kabupaten/kota for each; the same if there is only one."""
    every = companions.unique().sort()
    step = rng.integers(1, max(2, every.len()), companions.len())
    return every.gather((every.search_sorted(companions) + step) % max(1, every.len()))


def _of_companions(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Faults of a companion: many forms within minutes, or the same answers again and again."""
    rng, rates = night.rng(VISITS, "companions"), night.rates["visits"]
    companions = visits["companion"].unique().sort()
    share = 1 / EVERY if night.number else 1
    u = rng.random(companions.len())
    traits = pl.DataFrame(
        {
            "companion": companions,
            "hurries": u < rates["burst"] * share,
            "copies": u > 1 - rates["copied"] * share,
            "most": rng.integers(*BURST, companions.len()),
        }
    )
    plain = pl.col("fault") == ""
    nth = pl.col("turn").rank("ordinal").over("companion", "fault")
    many = plain & pl.col("hurries") & (plain.sum().over("companion") >= BURST[0]) & (nth <= pl.col("most"))
    alike = plain & pl.col("copies") & (plain.sum().over("companion") >= COPIED_FROM)
    visits = visits.join(traits, on="companion", how="left", maintain_order="left").with_columns(
        fault=pl.when(many).then(pl.lit("burst")).when(alike).then(pl.lit("copied")).otherwise("fault")
    )
    hurried = pl.col("fault") == "burst"
    return visits.with_columns(
        pl.when(hurried).then(pl.col(name).first().over("companion", "fault")).otherwise(name).alias(name)
        for name in ("day", "sent_day")
    ).drop("hurries", "copies", "most")


def _with_times(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    """From house to house: started, finished (local time), and sent (UTC), all forms of a companion's day together."""
    rng, count = night.rng(VISITS, "times"), visits.height
    hurried = (visits["fault"] == "burst").to_numpy()
    minutes = np.where(hurried, rng.uniform(0.7, 1.4, count), rng.uniform(12, 35, count))
    gap = np.where(hurried, rng.uniform(0.1, 0.4, count), rng.uniform(8, 30, count))
    rows = visits.with_columns(
        minutes=pl.Series(minutes),
        step=pl.Series(minutes + gap),
        first=pl.Series(rng.uniform(480, 540, count)),
        upload=pl.Series(rng.uniform(600, 780, count)),
    ).sort("companion", "day", "turn")
    of_day = ["companion", "day"]
    begun = pl.col("first").first().over(of_day) + pl.col("step").cum_sum().over(of_day) - pl.col("step")
    started = pl.col("day").cast(pl.Datetime("ms")) + minutes_long(begun)
    uploads = ["companion", "sent_day"]
    nth = pl.col("turn").rank("ordinal").over(uploads)
    upload = pl.col("upload").first().over(uploads) + nth * 0.07
    rows = rows.with_columns(started=started, finished=started + minutes_long(pl.col("minutes")))
    arrives = pl.col("sent_day").cast(pl.Datetime("ms")) + minutes_long(upload)
    sent = pl.max_horizontal(arrives, pl.col("finished") - pl.lit(ZONE) + minutes_long(pl.lit(2.0)))
    return rows.with_columns(sent=sent).drop("minutes", "step", "first", "upload")


def minutes_long(count: pl.Expr) -> pl.Expr:
    return pl.duration(milliseconds=(count * 60_000).round().cast(pl.Int64))


def _with_answers(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    rng, rates, count = night.rng(VISITS, "answers"), night.rates["visits"], visits.height
    children = rng.integers(0, 4, count)
    in_school = np.where(
        rng.random(count) < rates["too_many_in_school"],
        children + 1,
        np.maximum(children - (rng.random(count) < 0.15), 0),
    )
    yes = [choice.name for choice in choices.YES_NO.choices]
    states = [choice.name for choice in choices.CONDITION.choices]
    visits = visits.with_columns(
        pendapatan_bulanan=pl.Series(rng.integers(4, 30, count) * 50_000),
        anak_usia_sekolah=pl.Series(children),
        anak_bersekolah=pl.Series(in_school),
        ke_posyandu=kept.choose(rng, count, yes, [0.8, 0.2]),
        punya_usaha=kept.choose(rng, count, yes, [0.15, 0.85]),
        kondisi_rumah=kept.choose(rng, count, states),
    )
    copied = pl.col("fault") == "copied"
    return visits.with_columns(
        *(
            pl.when(copied).then(pl.col(name).first().over("companion", "fault")).otherwise(name).alias(name)
            for name in ANSWERS
        ),
        participant=pl.when(pl.col("fault") == "unknown_participant")
        .then("X" + pl.col("participant"))
        .otherwise("participant"),
    )


def _with_places(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    """`lokasi`: at the family's house, as exact as the phone says; `fault` is emptied where a place is not known."""
    rng, rates, count = night.rng(VISITS, "places"), night.rates["visits"], visits.height
    fault = visits["fault"]
    away = fault.is_in(["place_far", "elsewhere"]).to_numpy()
    vague = (rng.random(count) < rates["place_vague"]) & ~away
    accuracy = np.where(vague, rng.uniform(150, 2_500, count), np.clip(rng.lognormal(np.log(7), 0.6, count), 2, 90))
    house = places.houses(night.code, visits["village"], visits["number"])
    metres = accuracy * rng.random(count) + (fault == "place_far").to_numpy() * rng.uniform(8_000, 40_000, count)
    points = places.moved(house, metres, rng)
    points[:, 0] += 6.5 * (fault == "elsewhere").to_numpy()  # the other end of Java
    known = (rng.random(count) >= rates["place_missing"]) | away
    at = places.geojson(points, accuracy, known, "lokasi")
    lost = pl.Series(away) & at.is_null()
    return visits.with_columns(at, pl.when(lost).then(pl.lit("")).otherwise("fault").alias("fault"))


def _forms_twice(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    """A second form of the same visit: sent again, or filled in again."""
    rng = night.rng(VISITS, "twice")
    rows = visits.filter(pl.col("fault") == "sent_twice")
    again = pl.Series(np.where(rng.random(rows.height) < 0.5, 0, rng.uniform(20, 60, rows.height)))
    return rows.with_columns(
        *((pl.col(name) + minutes_long(pl.lit(again))).alias(name) for name in ("started", "finished")),
        form=pl.col("form") + "-2",
        sent=pl.col("sent") + minutes_long(pl.lit(again) + 3.0),
    )


def _by_another(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    """A colleague's visit to the same family on the same day."""
    rng = night.rng(VISITS, "colleagues")
    rows = visits.filter(pl.col("fault") == "by_two")
    later = pl.lit(pl.Series(rng.uniform(60, 180, rows.height)))
    return rows.with_columns(
        *((pl.col(name) + minutes_long(later)).alias(name) for name in ("started", "finished", "sent")),
        form=pl.col("form") + "-b",
        companion="colleague",
    )


def _written(visits: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Forms as ODK Central has them, some of them reviewed."""
    rng, count = night.rng(VISITS, "review"), visits.height
    states = pl.Series([None, "approved", "hasIssues", "rejected"], dtype=pl.String)
    state = states.gather(rng.choice(4, count, p=[0.5, 0.44, 0.04, 0.02]))
    updated = pl.col("sent") + minutes_long(pl.lit(pl.Series(rng.uniform(60, 4_000, count))))
    reviewed = pl.lit(state).is_not_null() & (updated <= _now(night))
    ahead = np.where((visits["fault"] == "clock_wrong").to_numpy(), rng.integers(3, 40, count), 0)
    clock = pl.duration(days=pl.lit(pl.Series(ahead)))
    return visits.select(
        __id="form",
        __system=pl.struct(
            submissionDate=utc_time(pl.col("sent")),
            updatedAt=pl.when(reviewed).then(utc_time(updated)),
            reviewState=pl.when(reviewed).then(pl.lit(state)),
            edits=pl.lit(0, pl.Int64),
        ),
        mulai=local_time(pl.col("started") + clock),
        selesai=local_time(pl.col("finished") + clock),
        id_pendamping="companion",
        no_peserta="participant",
        tanggal_kunjungan=(pl.col("started") + clock).dt.to_string("%Y-%m-%d"),
        lokasi="lokasi",
        **{name: pl.col(name) for name in ANSWERS},
        catatan=pl.lit(None, pl.String),
    )


def _changed(earlier: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Earlier forms that were edited today, and some that were reviewed."""
    rng, rates, count = night.rng(VISITS, "edits"), night.rates["visits"], earlier.height
    system = {name: pl.col("__system").struct.field(name) for name in ("submissionDate", "reviewState", "edits")}
    u = pl.Series(rng.random(count))
    edited, rest = u < rates["edited"] / EVERY, u >= rates["edited"] / EVERY
    reviewed = rest & pl.Series(rng.random(count) < rates["reviewed"])
    at = utc_time(_now(night) - minutes_long(pl.lit(pl.Series(rng.uniform(0, 120, count)))))
    is_edited = pl.lit(edited)
    state = pl.when(is_edited).then(pl.lit("edited")).otherwise(pl.lit("approved"))
    changed = earlier.with_columns(
        __system=pl.struct(
            submissionDate=system["submissionDate"],
            updatedAt=at,
            reviewState=state,
            edits=system["edits"] + is_edited.cast(pl.Int64),
        ),
        catatan=pl.when(is_edited).then(pl.lit("DIPERBAIKI")).otherwise("catatan"),
        pendapatan_bulanan=pl.col("pendapatan_bulanan") + 50_000 * is_edited.cast(pl.Int64),
        was=system["reviewState"],
    )
    settled = changed.filter(edited & (pl.col("was") == "approved"))  # one with issues is to be corrected
    named = {"form": "__id", "participant": "no_peserta", "companion": "id_pendamping"}
    _note(night, FAULTS["edited"], settled.select(**named))
    waiting = pl.lit(reviewed) & pl.col("was").is_null()
    return changed.filter(is_edited | waiting).drop("was")


def _now(night: Night) -> pl.Expr:
    return pl.lit(datetime.combine(night.store.day(night.number), EVENING)).cast(pl.Datetime("ms"))


def utc_time(moment: pl.Expr) -> pl.Expr:
    return moment.dt.to_string("%Y-%m-%dT%H:%M:%S.%3fZ")


def local_time(moment: pl.Expr) -> pl.Expr:
    return moment.dt.to_string("%Y-%m-%dT%H:%M:%S.%3f+07:00")


def _note(night: Night, fault: str, visits: pl.DataFrame) -> None:
    """Add forms with a fault to the truth, under the ids that the warehouse gives them."""
    night.store.field_faults.append(
        visits.select(
            submission_id=pl.col("form").str.to_uppercase(),
            participant_no="participant",
            companion_id="companion",
            fault=pl.lit(fault),
            first_delivered=pl.lit(night.store.day(night.number)),
        )
    )
