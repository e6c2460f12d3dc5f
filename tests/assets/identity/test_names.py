"""Names that are one name, and names that only look alike."""

from __future__ import annotations

import duckdb
import pytest

from assets.identity import names


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("H. Ahmad Fauzi", "AHMAD FAUZI"),
        ("Drs. Ahmad Fauzi, S.Pd", "Ahmad Fauzi"),
        ("AHMAD FAUZI S.PD", "AHMAD FAUZI"),
        ("HJ SITI AMINAH ALM", "SITI AMINAH"),
        ("AHMAD BIN SALEH", "AHMAD SALEH"),
        ("MOH. RIDWAN", "MUHAMMAD RIDWAN"),
        ("M. RIDWAN", "MOHAMAD RIDWAN"),
        ("MUH RIDWAN", "MOCHAMAD RIDWAN"),
        ("ST. AISYAH", "SITI AISYAH"),
        ("YUSUF HIDAYAT", "JUSUP HIDAYAT"),
        ("SOEHARTO WIBOWO", "SUHARTO WIBOWO"),
        ("DJOKO TJAHYONO", "JOKO CAHYONO"),
        ("ASEP HIDAYAT", "HIDAYAT ASEP"),
        ("ROCHMAN", "ROHMAN"),
        ("SITI AMINAH", "SITI AMINNAH"),
        ("SITI KHODIJAH", "SITI KHADIJAH"),
        ("NUR'AENI", "NURAENI"),
        ("MA´MUN SYA’RONI", "MAMUN SYARONI"),
        ("ANDRÉ HIDAYAT", "ANDRE HIDAYAT"),
    ],
)
def test_one_name_in_two_spellings(agree, a, b):
    assert agree(a, b) == (True, True)
    assert agree(b, a) == (True, True)


@pytest.mark.parametrize(("a", "b"), [("ASEP", "ASEP HIDAYAT"), ("SITI AMINAH BINTI SALEH", "SITI AMINAH")])
def test_a_name_within_another_agrees_but_is_not_equal(agree, a, b):
    assert agree(a, b) == (False, True)
    assert agree(b, a) == (False, True)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("HASAN", "HUSEN"),
        ("AHMAD RIZKI", "AHMAD RIZAL"),
        ("MUHAMMAD ALI", "MUHAMMAD ADI"),
        ("MUHAMMAD ALI MAULANA", "MUHAMMAD ADI MAULANA"),
        ("SITI AMINAH", "SITI FATIMAH"),
        ("SITI ROHMAH", "SITI ROHANI"),
        ("MUHAMMAD", "MUHAMMAD RIDWAN"),
        ("SITI", "SITI AMINAH"),
        ("RINA", "RINI"),
        ("ASEP", "ENTIN"),
        ("", "ASEP"),
        ("", ""),
        ("H.", "HJ."),
    ],
)
def test_different_names(agree, a, b):
    assert agree(a, b) == (False, False)
    assert agree(b, a) == (False, False)


def test_names_are_folded_word_by_word_as_one_by_one():
    connection = duckdb.connect()
    names.install(connection)
    given = ["MOH. JUSUP, S.PD", "H. DJOKO TJAHYONO", "SITI SITI", "H.", "", None, "ST. AISYAH"]
    connection.execute("create table person as select unnest($1) as name", [given])
    names.fold(connection, "person")
    differing = connection.execute("select name from folded_name where words <> name_words(name)").fetchall()
    assert differing == []
    folded = connection.execute("select name from folded_name order by name").fetchall()
    assert [name for (name,) in folded] == ["H. DJOKO TJAHYONO", "MOH. JUSUP, S.PD", "SITI SITI", "ST. AISYAH"]
