"""Which sources there are, and how they are declared."""

from __future__ import annotations

import pytest

from assets.sources import Delimited, Workbook, agencies, agency_of, all_sources, set_of, source_named

KINDS = {
    "dukcapil_penduduk": ("dukcapil", "delta"),
    "dinsos_dtks_rumah_tangga": ("dinsos", "snapshot"),
    "dinsos_dtks_anggota": ("dinsos", "snapshot"),
    "dinsos_pkh": ("dinsos", "snapshot"),
    "dinsos_jamsosratu": ("dinsos", "snapshot"),
}


def test_sources_are_those_of_exports():
    assert {source.name: (agency_of(source).group, source.kind) for source in all_sources()} == KINDS


def test_source_and_contract_bear_one_name():
    for source in all_sources():
        assert source.contract.source == source.name
        assert source_named(source.name) is source


def test_an_unknown_source_has_no_name():
    with pytest.raises(KeyError):
        source_named("dinsos_tidak_ada")


def test_households_come_before_their_members_and_are_a_set():
    members = source_named("dinsos_dtks_anggota")
    assert [source.name for source in set_of(members)] == ["dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"]
    names = [source.name for source in all_sources()]
    assert names.index("dinsos_dtks_rumah_tangga") < names.index("dinsos_dtks_anggota")
    assert set_of(source_named("dinsos_pkh")) == (source_named("dinsos_pkh"),)


def test_formats_are_those_of_exports():
    formats = {source.name: source.formats for source in all_sources()}
    assert formats["dukcapil_penduduk"] == (Delimited(";"),)
    assert formats["dinsos_dtks_rumah_tangga"] == (Workbook("RUMAH TANGGA"), Delimited(";"))
    assert formats["dinsos_dtks_anggota"] == (Workbook("ANGGOTA"), Delimited(";"))
    assert formats["dinsos_pkh"] == (Delimited(","),)
    assert formats["dinsos_jamsosratu"] == (Workbook(), Delimited(";"))


def test_sources_can_key_a_dictionary():
    """Intake keeps what it received by source."""
    assert len(dict.fromkeys(all_sources(), 1)) == len(KINDS)


def test_agencies_have_a_group_and_a_name():
    assert {agency.group: agency.name for agency in agencies()} == {"dukcapil": "Disdukcapil", "dinsos": "Dinas Sosial"}
