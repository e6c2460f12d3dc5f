"""The list of sources, and how they are declared."""

from __future__ import annotations

import pytest

from assets.sources import (
    Delimited,
    JsonLines,
    JsonPages,
    KoboPages,
    Workbook,
    agencies,
    agency_of,
    all_sources,
    referred_by,
    set_of,
    source_named,
)

KINDS = {
    "dukcapil_penduduk": ("dukcapil", "delta"),
    "dinsos_dtks_rumah_tangga": ("dinsos", "snapshot"),
    "dinsos_dtks_anggota": ("dinsos", "snapshot"),
    "dinsos_pkh": ("dinsos", "snapshot"),
    "dinsos_jamsosratu": ("dinsos", "snapshot"),
    "dinsos_penyaluran": ("dinsos", "delta"),
    "dinsos_kunjungan": ("dinsos", "delta"),
    "dinsos_keluarga_baru": ("dinsos", "delta"),
    "dinsos_keluarga_baru_anggota": ("dinsos", "delta"),
    "dinsos_perubahan_status": ("dinsos", "delta"),
    "dinsos_bayar_dilihat": ("dinsos", "delta"),
    "dindik_siswa": ("dindik", "snapshot"),
    "dinkes_jkn": ("dinkes", "snapshot"),
    "dinkes_gizi": ("dinkes", "delta"),
    "diskop_umkm": ("diskop", "snapshot"),
    "dprkp_rtlh": ("dprkp", "snapshot"),
    "disnaker_pencaker": ("disnaker", "snapshot"),
    "bps_kemiskinan": ("bps", "snapshot"),
    "sadaya_keputusan": ("sadaya", "delta"),
    "sadaya_tindak_lanjut": ("sadaya", "delta"),
}


def test_sources_of_exports_and_our_own_are_declared_as_agreed():
    """More may be declared (docs/sources.md)."""
    declared = {source.name: (agency_of(source).group, source.kind) for source in all_sources()}
    assert declared.items() >= KINDS.items()


def test_a_name_is_the_agency_and_the_export():
    for source in all_sources():
        assert source.name.startswith(f"{agency_of(source).group}_")
        assert source.kind in ("snapshot", "delta")


def test_source_and_contract_have_the_same_name():
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
    assert formats["dinsos_penyaluran"] == (Delimited(";"),)
    for form in ("kunjungan", "keluarga_baru", "keluarga_baru_anggota", "perubahan_status", "bayar_dilihat"):
        repeat = form.removeprefix("keluarga_baru_") if form.startswith("keluarga_baru_") else None
        assert formats[f"dinsos_{form}"] == (JsonPages("value", numbered=False), KoboPages(repeat), Workbook())
    assert formats["dindik_siswa"] == formats["diskop_umkm"] == (JsonLines(),)
    assert formats["dinkes_jkn"] == (Delimited("|"),)
    assert formats["dinkes_gizi"] == formats["bps_kemiskinan"] == (Workbook(),)
    assert formats["dprkp_rtlh"] == (Delimited(","),)
    assert formats["disnaker_pencaker"] == (JsonPages("data", numbered=True),)


def test_lists_that_a_source_is_compared_with_are_those_of_its_rules():
    referred = {source.name: [other.name for other in referred_by(source)] for source in all_sources()}
    assert referred["dinsos_penyaluran"] == ["dinsos_pkh", "dinsos_jamsosratu"]
    assert referred["dinsos_kunjungan"] == ["dinsos_jamsosratu"]
    assert referred["dinsos_keluarga_baru_anggota"] == ["dinsos_keluarga_baru"]
    for source in all_sources():
        assert not {member.name for member in set_of(source)} & set(referred[source.name]), "of its own set"


def test_sources_that_are_not_sent_are_pulled():
    pulled = {source.name for source in all_sources() if source.pull is not None}
    forms = {name for name in KINDS if name.startswith(("dinsos_kunjungan", "dinsos_keluarga", "dinsos_perubahan"))}
    assert pulled & set(KINDS) == {"diskop_umkm", "disnaker_pencaker", "dinsos_bayar_dilihat", *forms}


def test_sources_can_key_a_dictionary():
    """Intake uses sources as keys."""
    assert len(dict.fromkeys(all_sources(), 1)) == len({source.name for source in all_sources()})


def test_agencies_have_a_group_and_a_name():
    assert {agency.group: agency.name for agency in agencies()}.items() >= {
        "bps": "BPS",
        "dindik": "Dindikbud",
        "dinkes": "Dinas Kesehatan",
        "dinsos": "Dinas Sosial",
        "diskop": "Dinas Koperasi UKM",
        "disnaker": "Disnakertrans",
        "dprkp": "DPRKP",
        "dukcapil": "Disdukcapil",
        "sadaya": "Petugas Sadaya",
    }.items()
