"""A household of DTKS whose row stays broken keeps its decile as long as the registry lists its members."""

from __future__ import annotations

import pytest

HOUSEHOLDS, MEMBERS = "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"
MODELS = [
    f"stg_dinsos__dtks_{name}" for name in ("rumah_tangga_versions", "rumah_tangga", "anggota_versions", "anggota")
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory, parsed, query, load_folder, delivery):
    """kept(nights): (ID, decile, carried since) after nights of (rows of households, broken ones, members)."""
    models = {model: parsed.sql(model) for model in MODELS}

    def kept(*nights: tuple[dict[str, str], list[str], list[str]]) -> list[tuple]:
        deliveries = []
        for month, (deciles, broken, members) in enumerate(nights, start=1):
            rows = [{"record_key": key, "id_dtks": key, "desil": decile} for key, decile in deciles.items()]
            deliveries.append(delivery(HOUSEHOLDS, f"2019-{month:02}-01", rows, [(key, "3601") for key in broken]))
            rows = [{"record_key": f"{key}|1", "id_dtks": key, "no_urut": "1"} for key in members]
            deliveries.append(delivery(MEMBERS, f"2019-{month:02}-01", rows))
        loaded = load_folder(tmp_path_factory.mktemp("load"), patience=1)
        loaded.write(deliveries)
        rows = query(loaded.root, parsed.sql("stg_dinsos__dtks_rumah_tangga_kept"), **models)
        found = [(row["dtks_id"], row["decile"], str(row["carried_forward_since"] or "")) for row in rows]
        return sorted(found)

    return kept


FIRST = ({"H": "2", "other": "3"}, [], ["H", "other"])
OTHER = ("other", 3, "")


def test_a_quarantined_household_keeps_the_decile_while_its_members_are_listed(kept):
    broken = ({"other": "3"}, ["H"], ["H", "other"])
    assert kept(FIRST, broken) == [("H", 2, "2019-02-01"), OTHER]
    assert kept(FIRST, broken, broken, broken) == [("H", 2, "2019-03-01"), OTHER]


def test_a_household_removed_from_the_registry_keeps_nothing(kept):
    broken = ({"other": "3"}, ["H"], ["H", "other"])
    dropped = ({"other": "3"}, [], ["H", "other"])
    without_members = ({"other": "3"}, ["H"], ["other"])
    assert kept(FIRST, broken, broken, dropped) == [OTHER]
    assert kept(FIRST, broken, broken, without_members) == [OTHER]


def test_a_corrected_row_counts_again_once(kept):
    broken = ({"other": "3"}, ["H"], ["H", "other"])
    mended = ({"H": "5", "other": "3"}, [], ["H", "other"])
    assert kept(FIRST, broken, broken, mended) == [("H", 5, ""), OTHER]


def test_a_household_that_was_never_accepted_has_no_decile_to_keep(kept):
    assert kept(({"other": "3"}, ["H"], ["H", "other"])) == [OTHER]
