"""Held deliveries and late sources are alerted once, one alert per kind, without personal data."""

from __future__ import annotations

from datetime import date

import dagster as dg
import pytest

from assets.ledger import Ledger
from assets.sources import all_sources
from orchestration import nightly, waiting
from orchestration.lock import writer
from orchestration.schedules import alert_on_waiting
from tests.assets.test_ledger import delivery, file

DAY = date(2019, 11, 2)


@pytest.fixture
def sent(monkeypatch) -> list:
    """The alerts that were sent. `working`: whether any channel works."""

    class Sent(list):
        working = True

        def send(self, alert):
            if self.working:
                self.append(alert)
            return ["webhook"] if self.working else []

    sent = Sent()
    monkeypatch.setattr("orchestration.alerts.send", sent.send)
    monkeypatch.setenv("SADAYA_ALERT_WEBHOOK", "http://127.0.0.1/never")
    return sent


@pytest.fixture
def ledger(home):
    """A ledger with a first load of 2019-11-01, for which every source delivered."""
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(date(2019, 11, 1), "code")
        for source in all_sources():
            ledger.record_delivery(delivery(1, source=source.name, load_id=load_id), [file(1)])
        ledger.set_state(load_id, "published")
        yield ledger


def hold(ledger: Ledger, number: int, reason: str = "loss") -> None:
    row = delivery(
        number, "held", day=DAY.isoformat(), reason_code=reason, reason_id="SITI 3601", reason_en="SITI 3601"
    )
    ledger.record_delivery(row, [file(number)])


def test_nothing_waits(home, ledger, sent):
    assert waiting.send_alerts(home, DAY) == sent == []


def test_all_held_deliveries_are_in_one_alert_once(home, ledger, sent):
    hold(ledger, 7)
    hold(ledger, 8, "shift")
    assert waiting.send_alerts(home, DAY) == sent
    (alert,) = sent
    assert alert.kind == waiting.HELD
    assert alert.run == "20191101-001"
    assert alert.reason == "dinsos_pkh-7 (loss); dinsos_pkh-8 (shift)"
    assert "ditahan" in alert.text
    assert "held" in alert.subject
    assert waiting.send_alerts(home, DAY) == []
    hold(ledger, 9)
    assert [each.reason for each in waiting.send_alerts(home, DAY)] == ["dinsos_pkh-9 (loss)"]


def test_an_alert_has_nothing_of_the_reason_that_may_quote_a_row(home, ledger, sent):
    hold(ledger, 7)
    waiting.send_alerts(home, DAY)
    assert "SITI" not in f"{sent[0].text}{sent[0].subject}"


def test_a_released_delivery_is_not_reported(home, ledger, sent):
    hold(ledger, 7)
    ledger.accept_held("dinsos_pkh-7")
    assert waiting.send_alerts(home, DAY) == []


def test_a_source_is_late_once_per_delivery_that_it_misses(home, ledger, sent):
    daily = next(source for source in all_sources() if source.expected_every == 1)
    assert waiting.send_alerts(home, DAY) == [], "due today is not late"
    (alert,) = waiting.send_alerts(home, date(2019, 11, 3))
    assert alert.kind == waiting.LATE
    assert f"{daily.name} (2019-11-01, tiap / every 1 d)" in alert.reason
    assert waiting.send_alerts(home, date(2019, 11, 4)) == []
    ledger.record_delivery(delivery(2, source=daily.name, day="2019-11-04"), [file(2)])
    (again,) = waiting.send_alerts(home, date(2019, 11, 6))
    assert again.reason == f"{daily.name} (2019-11-04, tiap / every 1 d)"


def test_a_source_that_never_sent_is_late_from_the_first_load_on(home, sent):
    with Ledger(home.ledger) as ledger:
        ledger.open_load(date(2019, 11, 1), "code")
    assert waiting.send_alerts(home, DAY) == [], "a new warehouse need not have everything on its first day"
    (alert,) = waiting.send_alerts(home, date(2019, 11, 3))
    daily = {source.name for source in all_sources() if source.expected_every == 1}
    assert {text.split(" (")[0] for text in alert.reason.split("; ")} == daily
    assert "(-, tiap" in alert.reason


def test_held_and_late_are_an_alert_each(home, ledger, sent):
    hold(ledger, 7)
    assert [alert.kind for alert in waiting.send_alerts(home, date(2019, 11, 5))] == [waiting.HELD, waiting.LATE]


def test_a_failed_alert_is_sent_the_next_time(home, ledger, sent):
    hold(ledger, 7)
    sent.working = False
    assert waiting.send_alerts(home, DAY) == []
    sent.working = True
    assert len(waiting.send_alerts(home, DAY)) == 1


def test_nothing_is_recorded_while_alerts_are_off(home, ledger, sent, monkeypatch):
    hold(ledger, 7)
    monkeypatch.delenv("SADAYA_ALERT_WEBHOOK")
    assert waiting.send_alerts(home, DAY) == []
    assert ledger.alerted(waiting.HELD) == set()


def test_the_sensor_sends_alerts_about_held_deliveries(home, ledger, sent, surroundings):
    hold(ledger, 7)
    assert alert_on_waiting(dg.build_sensor_context()).skip_message.startswith("alerts sent: held")
    assert sent[0].kind == waiting.HELD


def test_the_sensor_skips_while_a_load_runs(home, ledger, sent, surroundings, monkeypatch):
    from orchestration.lock import Busy

    def busy(_):
        raise Busy("another load is running")

    monkeypatch.setattr("orchestration.lock.writer", busy)
    assert "load is running" in alert_on_waiting(dg.build_sensor_context()).skip_message
    assert sent == []


def test_a_warehouse_without_loads_sends_no_alert(home, sent, surroundings):
    assert "nothing was loaded" in alert_on_waiting(dg.build_sensor_context()).skip_message
    with writer(home):
        assert waiting.send_alerts(home, DAY) == []


def test_a_nightly_command_sends_alerts_although_nothing_is_new(home, landing, sent, surroundings, monkeypatch):
    with Ledger(home.ledger) as ledger:
        ledger.set_state(ledger.open_load(date(2019, 11, 1), "code"), "failed")
    monkeypatch.setattr(nightly, "_anything_new", lambda *_: False)
    assert nightly.run_night(home, landing, date(2019, 11, 3)).status == "unchanged"
    assert [alert.kind for alert in sent] == [waiting.LATE]
    assert nightly.run_night(home, landing, date(2019, 11, 4)).status == "unchanged"
    assert len(sent) == 1
