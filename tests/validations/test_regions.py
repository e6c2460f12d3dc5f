"""Region codes, and the kabupaten/kota in a file name."""

from __future__ import annotations

import pytest

from validations import regions


def test_the_seeds_hold_the_whole_province():
    villages = regions.villages()
    assert dict(villages.group_by("kind").len().iter_rows()) == {"DESA": 1238, "KELURAHAN": 314}
    assert villages["district_code"].n_unique() == 155
    assert villages["village_code"].is_unique().all()
    assert regions.regency_codes() == ("3601", "3602", "3603", "3604", "3671", "3672", "3673", "3674")
    assert set(villages["district_code"]) <= set(regions.nik_prefixes())


def test_replaced_codes_lead_to_codes_in_force():
    changes = regions.village_changes()
    assert changes["new_code"].is_in(regions.village_codes().implode()).all()
    assert not changes["old_code"].is_in(regions.village_codes().implode()).any()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dukcapil_3601.csv", "3601"),
        ("PKH_KOTA_SERANG_2019.csv", "3673"),
        ("pkh kab. serang.csv", "3604"),
        ("DTKS_TANGSEL.xlsx", "3674"),
        ("Kota Tangerang Selatan 2019.xlsx", "3674"),
        ("kota-tangerang.csv", "3671"),
        ("KABUPATEN TANGERANG.csv", "3603"),
        ("lebak.csv", "3602"),
        ("3602_lebak.csv", "3602"),
        ("pkh_serang.csv", None),
        ("3601_3602.csv", None),
        ("lebak pandeglang.csv", None),
        ("a36011b.csv", None),
        ("pkh_20193601.csv", None),
        ("PKH_BANTEN.csv", None),
    ],
)
def test_the_regency_of_a_file_name(name, code):
    assert regions.regency_in_name(name) == code


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("PKH Serang.csv", "SERANG"),
        ("PKH Tangerang.csv", "TANGERANG"),
        ("PKH 3601-3604.csv", "3601, 3604"),
        ("PKH Kab. Serang dan Kota Serang.csv", "3604, 3673"),
        ("PKH Kota Serang.csv", None),
        ("PKH_BANTEN.csv", None),
        ("3604 (Serang).csv", None),
    ],
)
def test_a_file_name_with_no_single_regency_is_told(name, names):
    told = [notice.en for notice in regions.coverage_notices(name)]
    assert [f"names {names}," in sentence for sentence in told] == ([True] if names else [])
