"""What companions report beside visits, and what became of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

DAY = date(2019, 10, 1)
SENT = datetime.combine(DAY, time(8))
FORM = {"companion_id": "C1", "visited_on": DAY, "submitted_at": SENT}


@pytest.fixture
def report(night):
    """report(model, submission_id, **different): a form of a companion."""

    def report(model: str, number: str, **given) -> None:
        night.stages(f"stg_dinsos__{model}", record_key=number, submission_id=number, **FORM | given)

    return report


@pytest.fixture
def listed(night):
    """listed(dtks_id, niks, **different): a household of DTKS, with members that have these NIKs."""

    def listed(dtks_id: str, *niks: str, since: date = DAY - timedelta(300), no_kk: str | None = None) -> None:
        night.stages(
            "stg_dinsos__dtks_rumah_tangga", record_key=dtks_id, dtks_id=dtks_id, no_kk=no_kk, valid_from=since
        )
        night.says("dinsos_dtks_rumah_tangga", dtks_id, household=f"H {dtks_id}", in_frame=True)
        for number, nik in enumerate(niks):
            night.stages(
                "stg_dinsos__dtks_anggota", record_key=f"{dtks_id}|{number}", dtks_id=dtks_id, nik=nik, valid_from=since
            )

    return listed


def test_a_proposed_family_reaches_dtks_by_its_niks_or_its_card(night, report, listed, ask):
    """Half of its NIKs in one household, or the family card; a relative who is listed elsewhere is no match."""
    families = {
        "half": (["1", "2"], "K1"),
        "one of three": (["3", "4", "5"], "K2"),
        "by card": ([], "K3"),
        "nobody": (["9"], "K9"),
        "before": (["6"], None),
        "rejected": (["1"], None),
    }
    for number, (niks, card) in families.items():
        state = "REJECTED" if number == "rejected" else None
        report("keluarga_baru", number, head_name="KEPALA", village_code="3601012001", member_count=3, no_kk=card,
               review_state=state)  # fmt: skip
        for nth, nik in enumerate(niks):
            night.stages(
                "stg_dinsos__keluarga_baru_anggota",
                record_key=f"{number} {nth}",
                submission_id=number,
                nik=nik,
                nik_state="valid",
            )
    listed("D1", "1", "8", since=DAY + timedelta(20))
    listed("D2", "3")
    listed("D3", no_kk="K3", since=DAY + timedelta(10))
    listed("D4", "6")
    columns = "submission_id, outcome, settled_on, dtks_id, niks_listed, household_id"
    assert ask(f"select {columns} from fct_change_report order by 1") == [
        ("before", "already", DAY - timedelta(300), "D4", 1, "H D4"),
        ("by card", "done", DAY + timedelta(10), "D3", 0, "H D3"),
        ("half", "done", DAY + timedelta(20), "D1", 1, "H D1"),
        ("nobody", "waiting", None, None, None, None),
        ("one of three", "waiting", None, None, None, None),
    ]


def test_a_change_is_carried_out_when_the_list_shows_it(night, report, ask):
    """A death ends the membership, or gives it another receiver; a move is on the list with the new village."""
    later = DAY + timedelta(20)
    on_list = {"village_code": "3601012001", "regency_code": "3601"}
    for number, now in {
        "left": {"status": "left", "end_date": later}, "stays": {}, "moved": {"village_code": "3602012001"}, "died": {},
        "heir": {},
    }.items():  # fmt: skip
        night.tells("JAMSOSRATU", number, participant_no=number, **{"status": "active", **on_list, **now})
        nik = "dead" if number == "died" else "alive"
        night.stages("stg_dinsos__jamsosratu", record_key=number, participant_no=number, nik=nik, valid_from=later)
    for number, change in {
        "left": "LULUS",
        "stays": "KELUAR",
        "moved": "PINDAH",
        "died": "MENINGGAL",
        "heir": "MENINGGAL",
    }.items():
        report("perubahan_status", number, participant_no=number, change=change, changed_on=DAY, dead_nik="dead",
               new_village_code="3602012001")  # fmt: skip
    for number, day in (("T1", DAY), ("T2", DAY + timedelta(1)), ("T3", DAY + timedelta(9))):
        night.stages("stg_dinsos__penyaluran", record_key=number, transaction_no=number, programme="JAMSOSRATU",
                     participant_no="stays", period="2019-T2", period_year=2019, period_stage=2, amount=500_000,
                     paid_on=day, status="BERHASIL")  # fmt: skip
    columns = "submission_id, outcome, settled_on, payments_after, amount_after"
    assert ask(f"select {columns} from fct_change_report order by 1") == [
        ("died", "waiting", None, 0, 0),
        ("heir", "done", later, 0, 0),
        ("left", "done", later, 0, 0),
        ("moved", "done", later, 0, 0),
        ("stays", "waiting", None, 2, 1_000_000),
    ]


def test_what_a_family_saw_is_compared_with_the_bank(night, report, ask):
    cases = {
        "agrees": (500_000, None, [(500_000, "BERHASIL")], 0),
        "cut": (450_000, 50_000, [(500_000, "BERHASIL")], -50_000),
        "differs": (450_000, None, [(500_000, "BERHASIL")], -50_000),
        "not_reported": (500_000, None, [], None),
        "returned_but_seen": (500_000, None, [(500_000, "RETUR")], 500_000),
    }
    for number, (seen, cut, paid, _) in cases.items():
        report("bayar_dilihat", number, participant_no=number, period="2019-T2", amount_seen=seen, amount_cut=cut)
        for amount, status in paid:
            night.stages("stg_dinsos__penyaluran", record_key=number, transaction_no=number, programme="JAMSOSRATU",
                         participant_no=number, period="2019-T2", period_year=2019, period_stage=2, amount=amount,
                         paid_on=DAY, status=status)  # fmt: skip
    report(
        "bayar_dilihat",
        "earlier",
        participant_no="agrees",
        period="2019-T2",
        amount_seen=1,
        visited_on=DAY - timedelta(9),
    )
    report(
        "bayar_dilihat", "rejected", participant_no="agrees", period="2019-T2", amount_seen=1, review_state="REJECTED"
    )
    rows = ask("select submission_id, comparison, difference from fct_payment_seen where is_counted order by 1")
    assert rows == sorted((number, number, case[3]) for number, case in cases.items())
    assert ask("select submission_id from fct_payment_seen where not is_counted") == [("earlier",)]
