"""Lists on ODK Central: what differs is changed, UUIDs stay, and a run can be repeated from anywhere."""

from __future__ import annotations

import logging

import pytest

from assets.pull.outcome import PullFailed
from field.lists.families import ListError
from field.lists.sync import sync
from tests.assets.pull.conftest import Answer, Asked
from tests.field.lists.conftest import family, listed

pytestmark = pytest.mark.slow

FIRST = [family(number, f"PDP{number % 3}") for number in range(30)]


@pytest.fixture
def run(environment, tmp_path, caplog):
    """Bring Central's lists up to date; no name or number of a family is logged, nor in an error."""
    caplog.set_level(logging.DEBUG, logger="sadaya")

    def run(*rows: dict[str, str], allowed: bool = False):
        try:
            return sync(listed(*rows), environment, tmp_path, lambda _: None, allowed)
        finally:
            ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("sadaya"))
            assert not any(told in ours for told in ("JSR36", "KEPALA", "JALAN"))

    return run


def shown(central, list_: str = "keluarga") -> dict[str, dict[str, str]]:
    return {
        number: {name: value for name, value in entity.items() if name != "uuid"}
        for number, entity in central.live(list_).items()
    }


def uuids(central, list_: str = "keluarga") -> dict[str, str]:
    return {number: entity["uuid"] for number, entity in central.live(list_).items()}


def wanted(*rows: dict[str, str]) -> dict[str, dict[str, str]]:
    return {row["no_peserta"]: row for row in rows}


def test_the_first_run_makes_the_list_and_its_families(run, central, monkeypatch):
    monkeypatch.setattr("field.lists.central.BATCH", 12)
    monkeypatch.setattr("field.lists.central.PAGE_ROWS", 7)
    done = run(*FIRST)
    assert (done.created, done.settle.height) == (30, 0)
    assert shown(central) == wanted(*FIRST)
    assert [asked.path for asked in central.written] == ["/v1/projects/1/datasets/keluarga/entities"] * 3


def test_a_second_run_changes_nothing(run, central):
    run(*FIRST)
    before = len(central.written)
    assert run(*FIRST).counts() == {
        "lists": 1, "created": 0, "restored": 0, "updated": 0, "deleted": 0, "unchanged": 30, "foreign": 0,
        "without_companion": 0, "to_settle": 0,
    }  # fmt: skip
    assert len(central.written) == before


def test_entities_keep_their_uuid_and_it_says_nothing_of_the_family(run, central):
    run(*FIRST)
    before = uuids(central)
    later = [{**row, "jatuh_tempo": "2026-12-01"} for row in FIRST[:2]] + FIRST[2:]
    assert run(*later).updated == 2
    assert uuids(central) == before
    assert shown(central) == wanted(*later)
    central.lists.clear()
    run(*FIRST)
    assert not set(before.values()) & set(uuids(central).values()), "not made from the number"


def test_families_that_left_are_deleted_and_those_that_return_get_their_uuid_back(run, central):
    run(*FIRST)
    before = uuids(central)
    done = run(*FIRST[3:], family(99))
    assert (done.deleted, done.created) == (3, 1)
    assert set(shown(central)) == {row["no_peserta"] for row in (*FIRST[3:], family(99))}
    back = [{**row, "alamat": "PINDAH"} for row in FIRST[:2]]
    done = run(*back, *FIRST[3:], family(99))
    assert (done.restored, done.created) == (2, 0)
    assert all(uuids(central)[row["no_peserta"]] == before[row["no_peserta"]] for row in back)
    assert all(shown(central)[row["no_peserta"]] == row for row in back)


def test_a_deleted_entity_that_central_no_longer_has_is_made_again(run, central):
    run(*FIRST)
    run(*FIRST[1:])

    def purged(asked: Asked) -> Answer | None:
        return Answer.of({"message": "Could not find the resource"}, 404) if asked.path.endswith("/restore") else None

    central.before = purged
    done = run(*FIRST)
    assert (done.restored, done.created) == (0, 1)
    assert shown(central) == wanted(*FIRST)


def test_a_server_that_does_not_tell_of_deletions_gets_new_entities(run, central):
    """Before 2024.3 Central knew no `deletedAt` in filters."""

    def old(asked: Asked) -> Answer | None:
        return Answer.of({"message": "not supported"}, 501) if "$filter" in asked.query else None

    central.before = old
    run(*FIRST)
    run(*FIRST[1:])
    done = run(*FIRST)
    assert (done.restored, done.created) == (0, 1)


def test_a_list_that_is_suddenly_nearly_empty_deletes_nothing(run, central):
    many = [family(number) for number in range(100)]
    run(*many)
    for fewer in (many[:70], []):
        with pytest.raises(ListError, match="nothing was changed"):
            run(*fewer)
    assert shown(central) == wanted(*many)
    assert run(*many[:70], allowed=True).deleted == 30


def test_every_phone_gets_its_companions_families_only(run, central):
    """By Central's own filter, which the run sets before it sends a family."""
    central.app_users = {"telepon": {"pendamping": "PDP1"}, "tanpa": {}}
    run(*FIRST)
    assert central.carried_by("telepon") == {row["no_peserta"] for row in FIRST if row["pendamping"] == "PDP1"}
    assert central.carried_by("tanpa") == set()


def test_a_filter_that_somebody_widened_is_set_again(run, central):
    run(*FIRST)
    central.lists["keluarga"]["accessFilter"]["rules"].append({"datasetProperty": "nama", "actorProperty": "nama"})
    run(*FIRST)
    assert len(central.lists["keluarga"]["accessFilter"]["rules"]) == 1


def test_a_server_that_cannot_filter_gets_no_families(run, central):
    central.filters = False
    with pytest.raises(ListError, match="SADAYA_FIELD_LISTS_SPLIT"):
        run(*FIRST)
    assert central.written == []


def test_on_such_a_server_each_companion_has_a_list(run, central, environment):
    central.filters = False
    environment["SADAYA_FIELD_LISTS_SPLIT"] = "pendamping"
    nobodys = family(77, "")
    central.lists["keluarga_baru"] = {"properties": ["no_peserta"], "entities": {}, "accessFilter": None}
    central.put("keluarga_baru", "11111111-1111-4111-8111-111111111111", no_peserta="JSR360001")
    done = run(*FIRST, nobodys)
    assert (done.lists, done.created, done.without_companion) == (3, 30, 1)
    own = {f"keluarga_pendamping_{companion}": companion for companion in ("PDP0", "PDP1", "PDP2")}
    assert set(central.lists) == {*own, "keluarga_baru"}
    for list_, companion in own.items():
        assert {row["pendamping"] for row in shown(central, list_).values()} == {companion}
    moved = [{**row, "pendamping": "PDP1"} if row["pendamping"] == "PDP0" else row for row in FIRST]
    done = run(*moved)
    assert (done.created, done.deleted) == (10, 10), "a companion who has no family any more has an empty list"
    assert shown(central, "keluarga_pendamping_PDP0") == {}
    assert len(shown(central, "keluarga_baru")) == 1, "a list of others"


def test_conflicts_come_back_as_rows_and_are_not_touched(run, central):
    run(*FIRST)
    number = FIRST[0]["no_peserta"]
    central.from_phone(number, alamat="DARI PUSAT")
    central.from_phone(number, base=1, alamat="DARI TELEPON")
    central.from_phone(FIRST[1]["no_peserta"], alamat="LAIN")
    central.from_phone(FIRST[1]["no_peserta"], base=1, nama="NAMA LAIN")
    before = len(central.written)
    done = run(*[{**row, "jatuh_tempo": "2026-12-01"} for row in FIRST[:2]], *FIRST[2:])
    assert len(central.written) == before
    hard, soft = sorted(done.settle.to_dicts(), key=lambda row: row["jenis"])
    assert hard == {
        "daftar": "keluarga",
        "uuid": uuids(central)[number],
        "no_peserta": number,
        "properti": "alamat",
        "di_sadaya": FIRST[0]["alamat"],
        "di_central": "DARI TELEPON",
        "dari_ponsel": "DARI TELEPON",
        "jenis": "hard",
        "tindakan": hard["tindakan"],
        "what_to_do": hard["what_to_do"],
    }
    assert hard["tindakan"].startswith("Buka entitas ini di Central")
    assert (soft["properti"], soft["jenis"], soft["dari_ponsel"]) == ("nama", "soft", "NAMA LAIN")
    assert done.unchanged == 28


def test_a_family_in_conflict_that_left_waits_for_a_person(run, central):
    run(*FIRST)
    central.from_phone(FIRST[0]["no_peserta"], alamat="A")
    central.from_phone(FIRST[0]["no_peserta"], base=1, alamat="B")
    done = run(*FIRST[1:])
    assert (done.deleted, done.settle["di_sadaya"].to_list()) == (0, [None])


def test_an_entity_that_changes_while_the_list_is_sent_is_reported(run, central):
    run(*FIRST)
    number = FIRST[0]["no_peserta"]

    def meanwhile(asked: Asked) -> None:
        if asked.method == "PATCH" and "/entities/" in asked.path:
            central.before = lambda asked: None
            central.from_phone(number, alamat="SAAT ITU")

    central.before = meanwhile
    changed = [{**FIRST[0], "jatuh_tempo": "2026-12-01"}, *FIRST[1:]]
    done = run(*changed)
    assert (done.updated, done.settle["jenis"].to_list()) == (0, ["changed"])
    assert shown(central)[number]["alamat"] == "SAAT ITU"
    assert run(*changed).updated == 1


def test_entities_of_others_are_left_alone(run, central):
    run(*FIRST)
    central.put("keluarga", "11111111-1111-4111-8111-111111111111", nama="tanpa nomor")
    central.put("keluarga", "22222222-2222-4222-8222-222222222222", **{
        name: value for name, value in FIRST[0].items() if name != "label"
    })  # fmt: skip
    done = run(*FIRST)
    assert (done.foreign, done.unchanged, done.settle["jenis"].to_list()) == (1, 30, ["twice"])
    assert len(central.lists["keluarga"]["entities"]) == 32


@pytest.mark.parametrize("what", ["POST entities", "PATCH", "DELETE", "POST restore"])
def test_an_answer_that_was_lost_changes_nothing_twice(run, central, what):
    """The server did it, the connection broke, and the request is sent again."""
    run(*FIRST, family(90), family(91))
    run(*FIRST, family(91))
    method, _, end = what.partition(" ")
    lost: list[Asked] = []

    def lose(asked: Asked, answer: Answer) -> Answer:
        if not lost and asked.method == method and "/entities" in asked.path and asked.path.endswith(end):
            lost.append(asked)
            return Answer(answer.status, answer.body, cut=1)
        return answer

    central.after = lose
    later = [{**FIRST[0], "alamat": "BARU"}, *FIRST[1:], family(90), family(92)]
    done = run(*later)
    assert len(lost) == 1
    assert (done.created, done.updated, done.deleted, done.restored) == (1, 2, 1, 1)
    assert done.settle.height == 0
    assert shown(central) == wanted(*later)


@pytest.mark.parametrize("after", range(1, 6))
def test_a_run_that_stopped_is_completed_by_the_next(run, central, after):
    run(*FIRST)
    later = [{**FIRST[0], "alamat": "BARU"}, *FIRST[3:], family(98), family(99)]
    done = len(central.written)

    def stop(asked: Asked) -> Answer | None:
        return Answer(418) if len(central.written) > done + after else None

    central.before = stop
    try:
        run(*later)
    except PullFailed as failed:
        assert "answered 418" in str(failed)  # noqa: PT017 -- the last of them does not stop
    central.before = lambda asked: None
    run(*later)
    assert shown(central) == wanted(*later)
    assert run(*later).unchanged == len(later)


def test_two_runs_exclude_each_other(run, central, environment, tmp_path):
    def second(asked: Asked) -> None:
        central.before = lambda asked: None
        with pytest.raises(ListError, match="another run"):
            sync(listed(*FIRST), environment, tmp_path, lambda _: None)

    central.before = second
    assert run(*FIRST).created == 30


@pytest.mark.parametrize(
    ("setting", "value", "match"),
    [
        ("SADAYA_FIELD_LISTS_URL", "https://odk.example/v1/projects/1", "must be like"),
        ("SADAYA_FIELD_LISTS_SPLIT", "kabupaten", "SPLIT is pendamping or nothing"),
    ],
)
def test_wrong_settings_are_named(run, environment, setting, value, match):
    environment[setting] = value
    with pytest.raises(ListError, match=match):
        run(*FIRST)


def test_a_wrong_token_is_reported_without_showing_it(run, central, environment):
    environment["SADAYA_FIELD_LISTS_TOKEN"] = "token-salah"
    with pytest.raises(PullFailed, match="does not accept our credentials") as failed:
        run(*FIRST)
    assert "token-salah" not in repr(failed.value)
