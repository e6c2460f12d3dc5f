"""Tests why a snapshot is held: the state with it, compared with the state in force (ruling 39)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
import pytest

from assets.home import Home
from assets.intake.hold import much_quarantined, why_held
from assets.intake.received import Received, ReceivedFile
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import Limits, Source
from tests.assets.intake.conftest import SOURCE
from validations.contract import Field
from validations.counts import Counts
from validations.engine import accepted_schema
from validations.evidence import QUARANTINE, QUARANTINED_KEYS
from validations.field_types import coded, components, decile
from validations.messages import Filled

pytestmark = pytest.mark.slow

FIELDS = (
    Field("STATUS", coded({"AKTIF": (), "KELUAR": ()}), "Status", "Status"),
    Field("DESIL", decile(), "Desil", "Decile"),
    Field("KOMPONEN", components(("SD", "SMP", "LANSIA"), 4), "Komponen", "Components"),
    Field("LANTAI", coded({"TANAH": (), "SEMEN": ()}), "Lantai", "Floor", required=False),
)
CODED = replace(SOURCE, contract=replace(SOURCE.contract, fields=(*SOURCE.contract.fields, *FIELDS)))
Rows = list[dict]


def rows(keys: Sequence[int], unit: str = "3601", **values: object) -> Rows:
    """Accepted rows of these keys; the items of a list value are used in turn."""
    given = {"status": "AKTIF", "desil": ["1", "2", "3", "4"], "komponen": ["SD", "SD;SMP"], "lantai": None} | values
    dealt = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    return [
        {"record_key": f"K{key}", "coverage_regency": unit, **{n: v[at % len(v)] for n, v in dealt.items()}}
        for at, key in enumerate(keys)
    ]


@dataclass
class Nights:
    """Judged deliveries of one source, one per night; files cover the province unless `coverage` is given."""

    home: Home
    source: Source = CODED
    day: date = date(2019, 10, 31)

    def arrive(
        self, accepted: Rows, quarantined: Sequence[tuple[str | None, str]] = (), coverage: str = "36"
    ) -> tuple[Received, Filled | None]:
        """Write a judged delivery; returns why it would be held. quarantined: (key, place stated by the row)."""
        self.day += timedelta(days=1)
        count = Counts(len(accepted) + len(quarantined), len(accepted), len(quarantined))
        file = ReceivedFile("uji.csv", str(self.day), 1, coverage, counts=count)
        delivery = Received(f"uji-{self.day}", self.source.name, self.day, str(self.day), [file])
        self._write(delivery, accepted, quarantined)
        with Ledger(self.home.ledger) as ledger:
            load = Load(self.home, self.home.root, "20191101-001", self.day)
            return delivery, why_held(load, ledger, self.source, delivery)

    def _write(self, delivery: Received, accepted: Rows, quarantined: Sequence[tuple[str | None, str]]) -> None:
        folder = self.home.delivery(self.source.name, delivery.delivery_id)
        (folder / "accepted").mkdir(parents=True)
        frame = pl.DataFrame(accepted, schema=accepted_schema(self.source.contract))
        frame.write_parquet(folder / "accepted" / "0.parquet")
        keys = [{"record_key": key, "coverage_regency": place} for key, place in quarantined if key]
        pl.DataFrame(keys, schema=QUARANTINED_KEYS).write_parquet(folder / "quarantined_keys.parquet")
        lines = [
            {"file_name": "uji.csv", "row_number": at, "record_key": key}
            for at, (key, _) in enumerate(quarantined)
            for _ in range(2)  # two checks fail
        ]
        pl.DataFrame(lines, schema=QUARANTINE).write_parquet(folder / "quarantine.parquet")
        duplicates = {"record_key": pl.String, "file_name": pl.String, "row_number": pl.Int64}
        pl.DataFrame(schema=duplicates).write_parquet(folder / "duplicates.parquet")

    def accept(self, accepted: Rows, quarantined: Sequence[tuple[str | None, str]] = (), coverage: str = "36") -> None:
        """Add a delivery and put it in force, also if it would be held (as if released)."""
        delivery, _ = self.arrive(accepted, quarantined, coverage)
        counts = delivery.counts.columns()
        row = {
            "delivery_id": delivery.delivery_id, "source": "uji", "agency": "Uji", "kind": "snapshot",
            "delivery_date": str(self.day), "sha256": "a", "file_names": "uji.csv", "coverage": coverage,
            "status": "accepted", "load_id": None, **counts,
        }  # fmt: skip
        file = {"file_name": "uji.csv", "sha256": str(self.day), "bytes": 1, "coverage": coverage, "status": "accepted"}
        with Ledger(self.home.ledger) as ledger:
            ledger.record_delivery(row, [file | counts])


@pytest.fixture
def nights(tmp_path) -> Nights:
    return Nights(Home(tmp_path / "it's home").create())


def codes(reason: Filled | None) -> set[str]:
    """The exceeded limits, by the texts of the sentence."""
    told = {
        "shrank": "records fell", "keys": "keys in force come again", "quarantine": "rows are quarantined",
        "shift": "share of a value",
    }  # fmt: skip
    return {name for name, words in told.items() if reason and words in reason.en}


def places(reason: Filled) -> set[str]:
    return set(re.findall(r"\b36\d{0,2}(?= [A-Z])", reason.en))


def test_the_first_delivery_of_a_source_is_never_held(nights):
    assert nights.arrive([], [(f"K{n}", "3601") for n in range(100)])[1] is None


def test_what_is_nearly_the_same_is_not_held(nights):
    nights.accept(rows(range(100)))
    assert nights.arrive(rows(range(5, 105)), [("K3", "3601")])[1] is None


def test_all_keys_are_new(nights):
    nights.accept(rows(range(100)))
    _, reason = nights.arrive(rows(range(500, 600)))
    assert (reason.code, codes(reason)) == ("keys_not_again", {"keys"})
    assert "36 BANTEN 0 of 100; 3601 KABUPATEN PANDEGLANG 0 of 100" in reason.en
    assert reason.en.startswith("Held until a person releases the delivery: ")
    assert "kurang dari 75 % kunci yang berlaku muncul lagi: 36 BANTEN 0 dari 100" in reason.id


@pytest.mark.parametrize(("again", "held"), [(75, False), (74, True)])
def test_three_keys_of_four_must_come_again(nights, again, held):
    nights.accept(rows(range(100)))
    assert ("keys" in codes(nights.arrive(rows(range(100 - again, 200 - again)))[1])) is held


def test_a_key_that_moved_to_another_regency_came_again(nights):
    nights.accept(rows(range(60)) + rows(range(60, 120), "3602"))
    _, reason = nights.arrive(rows(range(60), "3602") + rows(range(60, 120), "3601"))
    assert reason is None


def test_one_regency_whose_keys_are_new_is_held_though_the_province_is_not(nights):
    nights.accept(rows(range(1000)) + rows(range(1000, 1060), "3602"))
    _, reason = nights.arrive(rows(range(1000)) + rows(range(2000, 2060), "3602"))
    assert (codes(reason), places(reason)) == ({"keys"}, {"3602"})


def test_all_rows_are_quarantined_their_keys_known(nights):
    nights.accept(rows(range(100)))
    delivery, reason = nights.arrive([], [(f"K{n}", "36") for n in range(100)])
    assert (reason.code, codes(reason)) == ("much_quarantined", {"quarantine"}), (
        "their records would be carried forward"
    )
    assert "36 BANTEN 100 of 100; 3601 KABUPATEN PANDEGLANG 100 of 100" in reason.en
    assert delivery.status == "accepted"


def test_all_rows_are_quarantined_their_keys_unreadable(nights):
    nights.accept(rows(range(100)))
    _, reason = nights.arrive([], [(None, "36")] * 100)
    assert (reason.code, codes(reason)) == ("snapshot_shrank", {"shrank", "keys", "quarantine"})


@pytest.mark.parametrize(("bad", "held"), [(25, False), (26, True)])
def test_a_quarter_of_the_rows_may_be_quarantined(nights, bad, held):
    nights.accept(rows(range(100)))
    _, reason = nights.arrive(rows(range(100 - bad)), [(f"K{n}", "3601") for n in range(100 - bad, 100)])
    assert codes(reason) == ({"quarantine"} if held else set())


def test_a_quarantined_row_lies_where_its_record_was_in_force(nights):
    nights.accept(rows(range(1000)) + rows(range(1000, 1060), "3602"))
    _, reason = nights.arrive(rows(range(1000)), [(f"K{n}", "36") for n in range(1000, 1060)])
    assert (codes(reason), places(reason)) == ({"quarantine"}, {"3602"})


def test_everybody_is_in_decile_1(nights):
    nights.accept(rows(range(100)))
    _, reason = nights.arrive(rows(range(100), desil="1"))
    assert (reason.code, codes(reason)) == ("values_shifted", {"shift"})
    assert "DESIL moved by more than 25 poin/points: 36 BANTEN 1 from 25 % to 100 %" in reason.en
    assert "STATUS" not in reason.en


@pytest.mark.parametrize(("left", "held"), [(25, False), (26, True)])
def test_a_status_may_move_by_25_points(nights, left, held):
    nights.accept(rows(range(100)))
    _, reason = nights.arrive(rows(range(left), status="KELUAR") + rows(range(left, 100)))
    assert codes(reason) == ({"shift"} if held else set())


def test_of_components_each_is_a_value(nights):
    nights.accept(rows(range(100), komponen=["SD", "SD;SMP"]))
    assert nights.arrive(rows(range(100), komponen=["SD", "SD;SMP", "SD"]))[1] is None
    _, reason = nights.arrive(rows(range(100), komponen=["SD;LANSIA", "SD;LANSIA;SMP"]))
    assert "KOMPONEN moved by more than 25 poin/points: 36 BANTEN LANSIA from 0 % to 100 %" in reason.en


def test_a_column_that_goes_empty_moved_and_one_that_is_filled_for_the_first_time_did_not(nights):
    nights.accept(rows(range(100)))
    assert nights.arrive(rows(range(100), lantai="TANAH"))[1] is None
    nights.accept(rows(range(100), lantai="TANAH"))
    _, reason = nights.arrive(rows(range(100)))
    assert "LANTAI moved by more than 25 poin/points: 36 BANTEN TANAH from 100 % to 0 %" in reason.en or (
        "LANTAI moved by more than 25 poin/points: 36 BANTEN empty from 0 % to 100 %" in reason.en
    )


def test_shares_are_of_what_would_be_in_force_with_what_is_carried_forward(nights):
    nights.accept(rows(range(100), status=["AKTIF", "KELUAR"]))
    kept = [row for row in rows(range(100), status=["AKTIF", "KELUAR"]) if row["status"] == "AKTIF"]
    _, reason = nights.arrive(kept, [(f"K{n}", "3601") for n in range(1, 100, 2)])
    assert codes(reason) == {"quarantine"}


def test_of_fewer_than_fifty_records_in_force_shares_say_nothing(nights):
    nights.accept(rows(range(49)))
    assert nights.arrive(rows(range(100, 149), desil="1"))[1] is None
    assert nights.arrive([], [(f"K{n}", "3601") for n in range(49)])[1] is None


def test_small_regencies_count_in_the_province(nights):
    nights.accept(rows(range(30)) + rows(range(30, 60), "3602"))
    _, reason = nights.arrive(rows(range(100, 130)) + rows(range(130, 160), "3602"))
    assert (codes(reason), places(reason)) == ({"keys"}, {"36"})


def test_what_a_delivery_does_not_cover_is_not_compared(nights):
    nights.accept(rows(range(100)) + rows(range(100, 200), "3602"))
    assert nights.arrive(rows(range(100)), coverage="3601")[1] is None
    nights.accept(rows(range(100)), coverage="3601")
    assert nights.arrive(rows(range(200)), coverage="36")[1] is not None
    assert nights.arrive(rows(range(100)) + rows(range(100, 200), "3602"), coverage="36")[1] is None
    _, reason = nights.arrive(rows(range(500, 600)), coverage="3601")
    assert places(reason) == {"36", "3601"}


def test_records_without_a_place_count_in_the_province_and_may_get_one(nights):
    nights.accept(rows(range(100), "36") + rows(range(100, 200)))
    assert nights.arrive(rows(range(200)))[1] is None
    _, reason = nights.arrive(rows(range(100, 200)) + rows(range(500, 600), "36"))
    assert (codes(reason), places(reason)) == ({"keys"}, {"36"})


def test_what_is_carried_forward_is_in_force(nights):
    nights.accept(rows(range(100)))
    nights.accept(rows(range(20)), [(f"K{n}", "3601") for n in range(20, 100)])  # held then, and released
    assert nights.arrive(rows(range(100)))[1] is None
    _, reason = nights.arrive(rows(range(20)) + rows(range(200, 280)))
    assert "36 BANTEN 20 of 100" in reason.en


def test_what_was_never_accepted_is_not_in_force(nights):
    nights.accept(rows(range(100)))
    nights.accept(rows(range(100)), [(f"X{n}", "3601") for n in range(100)])
    assert nights.arrive(rows(range(100)))[1] is None, "the broken keys need not come again"


def test_what_is_quarantined_once_too_often_is_lost(nights):
    nights.accept(rows(range(100)))
    broken = [(f"K{n}", "3601") for n in range(80, 100)]
    for _ in range(nights.source.carry_forward):
        assert nights.arrive(rows(range(80)), broken)[1] is None
        nights.accept(rows(range(80)), broken)
    _, reason = nights.arrive(rows(range(80)), broken)
    assert codes(reason) == {"shrank"}
    assert "36 BANTEN from 100 to 80" in reason.en


def test_a_source_may_declare_other_limits_with_a_reason(nights):
    with pytest.raises(ValueError, match="need a reason"):
        Limits(keys_again=0)
    nights.source = replace(CODED, limits=Limits(keys_again=0, why="its keys hold the year"))
    nights.accept(rows(range(100)))
    assert nights.arrive(rows(range(500, 600)))[1] is None
    assert nights.arrive(rows(range(500, 550)))[1] is not None


def test_a_column_that_the_contract_did_not_have_yet_is_no_shift(nights):
    nights.source = replace(CODED, contract=replace(SOURCE.contract, fields=(*SOURCE.contract.fields, *FIELDS[1:])))
    plain = [{name: value for name, value in row.items() if name != "status"} for row in rows(range(100))]
    nights.accept(plain)
    nights.source = CODED
    assert nights.arrive(rows(range(100)))[1] is None


def test_a_reason_never_holds_a_value_of_a_person(nights):
    nights.accept(rows(range(100)))
    _, reason = nights.arrive(rows(range(500, 600), desil="1"))
    assert not re.search(r"K\d", reason.id + reason.en)


@pytest.mark.parametrize(
    ("read", "bad", "warned"), [(12, 12, True), (12, 11, False), (100, 26, True), (100, 25, False), (100, 0, False)]
)
def test_of_what_is_accepted_though_much_is_quarantined_there_is_a_notice(read, bad, warned):
    found = much_quarantined(CODED, Counts(read, read - bad, bad))
    assert [notice.code for notice in found] == (["much_quarantined"] if warned else [])
