"""A breaking change needs a new version of the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest
from open_data_contract_standard.model import Server

from assets.meaning import Meaning
from assets.sharing.agreement import Table
from assets.sharing.contracts import as_yaml, changes, contract, from_yaml, of_share, unannounced, unreleasable
from assets.sharing.dictionary import Column, Described
from assets.sharing.released import unfounded, versions
from tests.assets.sharing.conftest import agreement, table

MEANING = Meaning("Arti.", "Meaning.")
COLUMNS = (
    Column("person_id", "varchar", MEANING, required=True),
    Column("status", "varchar", MEANING, allowed=("active", "left"), personal=True),
    Column("born_on", "date", MEANING),
    Column("children", "integer", MEANING, unit="person", required=True),
)
PEOPLE = Described(
    "marts.dim_person", MEANING, COLUMNS, ("person_id",), False, "1.2.0", (), (), False, False, "Dinas Uji"
)


def with_columns(*columns: Column, version: str = "1.2.0", **changes) -> Described:
    return replace(PEOPLE, columns=columns, version=version, **changes)


def changed(place: int, **how) -> Described:
    columns = list(COLUMNS)
    columns[place] = replace(columns[place], **how)
    return with_columns(*columns)


def test_a_contract_survives_a_round_trip():
    made = contract(PEOPLE)
    assert from_yaml(as_yaml(made)) == made
    key, status, *_ = made.schema_[0].properties
    assert (key.primaryKey, key.primaryKeyPosition, key.required) == (True, 1, True)
    assert ([each.value for each in status.enum], status.classification) == (["active", "left"], "personal data")
    assert changes(made, from_yaml(as_yaml(made))) == []


@pytest.mark.parametrize(
    ("now", "level", "says"),
    [
        (with_columns(*COLUMNS[:3]), "major", "column children was removed"),
        (with_columns(*COLUMNS, Column("sex", "varchar", MEANING)), "minor", "column sex was added"),
        (changed(3, type="bigint"), "major", "was integer and is bigint"),
        (changed(3, unit="household"), "major", "was in person and is in household"),
        (changed(3, required=False), "major", "may be null now"),
        (changed(2, required=True), "minor", "is never null now"),
        (changed(1, allowed=("active",)), "major", "has no value left any more"),
        (changed(1, allowed=("active", "left", "graduated")), "minor", "may have the value graduated"),
        (changed(1, allowed=()), "major", "no longer listed"),
        (replace(PEOPLE, grain=("person_id", "born_on")), "major", "its grain was"),
    ],
)
def test_a_change_needs_a_version(now, level, says):
    released = contract(PEOPLE)
    assert any(change.level == level and says in change.what for change in changes(released, contract(now)))
    assert any(says in problem for problem in unannounced(released, contract(now)))
    assert unannounced(released, contract(replace(now, version="2.0.0"))) == []
    minor = unannounced(released, contract(replace(now, version="1.3.0")))
    assert any(says in problem for problem in minor) == (level == "major")


def test_a_renamed_column_is_removed_and_added():
    now = contract(with_columns(replace(COLUMNS[0], name="id"), *COLUMNS[1:], grain=("id",)))
    found = {each.what for each in changes(contract(PEOPLE), now)}
    assert {"column person_id was removed", "column id was added"} < found


def test_descriptions_may_change_and_versions_only_increase():
    released = contract(PEOPLE)
    assert unannounced(released, contract(changed(1, meaning=Meaning("Status.", "Status.")))) == []
    assert "below the released" in unannounced(released, contract(replace(PEOPLE, version="1.1.9")))[0]


def test_a_contract_is_deleted_by_hand():
    assert "was removed" in unreleasable({"marts.dim_person.odcs.yaml": as_yaml(contract(PEOPLE))}, {})[0]


def test_a_key_with_nulls_is_tested_but_not_a_primary_key():
    (schema,) = contract(replace(PEOPLE, grain=("status", "born_on"), null_in_grain=True)).schema_
    assert not any(column.primaryKey for column in schema.properties)
    assert schema.quality[0].arguments == {"properties": ["status", "born_on"]}


def test_a_shares_contract_follows_the_agreement():
    masks = {"children": "clear", "born_on": "year_only", "status": "suppressed", "person_id": "pseudonym"}
    shown = of_share(
        contract(PEOPLE), Table.model_validate(table("dim_person", masks)), True, Server(server="x", type="local")
    )
    children, born_on, status, person_id = shown.schema_[0].properties
    assert (children.required, born_on.logicalType, born_on.physicalType) == (None, "integer", "smallint")
    assert (status.enum, person_id.primaryKey, person_id.required) == (None, True, True)
    assert contract(PEOPLE).schema_[0].properties[1].enum


def test_a_share_without_the_key_column_has_no_key():
    stated = Table.model_validate(table("dim_person", {"person_id": "last_four", "status": "clear"}))
    shown = of_share(contract(PEOPLE), stated, False, Server(server="x", type="local"))
    assert not any(column.primaryKey for column in shown.schema_[0].properties)


def test_agreements_rely_on_a_contract_that_holds(tmp_path):
    (tmp_path / "a.odcs.yaml").write_text("version: 2.1.0\nid: sadaya.marts.dim_person\nschema:\n- {")
    released = versions(tmp_path)
    assert released == {"sadaya.marts.dim_person": "2.1.0"}

    def complaint(**stated) -> str:
        return "".join(unfounded([agreement({**table("dim_person", {"name": "clear"}), **stated})], released))

    assert complaint(version="2.0.4") == ""
    assert "relies on version 1.0.0" in complaint(version="1.0.0")
    assert "only 2.1.0" in complaint(version="2.2.0")
    assert "not that of the table" in complaint(contract="sadaya.marts.dim_house")
    assert "there is no contract" in "".join(unfounded([agreement()], {}))
