"""Names that are written differently but equal, and names that only look alike."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.identity import names

_WORDS = st.one_of(
    st.sampled_from(("ASEP", "ASEB", "HASEP", "NUR", "HAYATI", "NURHAYATI", "MUHAMMAD", "M", "RINA", "RINI", "ALI")),
    st.text("AEHIMNRTU", min_size=1, max_size=6),
)
_NAMES = st.lists(_WORDS, max_size=4).map(" ".join)
"""Names that are easily confused."""


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
        ("NUR HAYATI", "NURHAYATI"),
        ("SITI NUR HAYATI", "SITI NURHAYATI"),
        ("MUHAMMADTUMPAL YOHANES", "MUHAMMAD TUMPAL YOHANES"),
        ("ABDULLATIF", "ABDUL LATIF"),
        ("MUHAMMAT RIDWAN", "MUHAMMAD RIDWAN"),
    ],
)
def test_one_name_in_two_spellings(agree, a, b):
    assert agree(a, b) == (True, True)
    assert agree(b, a) == (True, True)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ASEP", "ASEP HIDAYAT"),
        ("SITI AMINAH BINTI SALEH", "SITI AMINAH"),
        ("ASEP M", "ASEP MULYANA"),
        ("ASEP M.", "MUHAMMAD ASEP"),
    ],
)
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
        ("HASAN A.", "HASANAH"),
        ("ASEP", "ENTIN"),
        ("", "ASEP"),
        ("", ""),
        ("H.", "HJ."),
    ],
)
def test_different_names(agree, a, b):
    assert agree(a, b) == (False, False)
    assert agree(b, a) == (False, False)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("RINA", "RINI"),
        ("TIUR", "TYUR"),
        ("MUHAMMD RIDWAN", "MUHAMMAD RIDWAN"),
        ("TOGAR LUBIS", "TGAR LUBIS"),
        ("YOPI LUBIS NASUTION", "YOPY LUBIS NASUTION"),
        ("KIM PATTIASINA", "KYM PATTIASINA"),
        ("HAMZAH SIREGAR", "TAMZAH"),
        ("SITI AMINI BINTI SALEH", "SITI AMINAH"),
    ],
)
def test_a_slip_in_a_short_word_makes_names_only_alike(judge, a, b):
    macros = ("words_equal", "words_agree", "words_alike")
    assert judge(a, b, *macros) == (False, False, True)
    assert judge(b, a, *macros) == (False, False, True)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("HASAN", "HUSEN"),
        ("AHMAD RIZKI", "AHMAD RIZAL"),
        ("SITI AMINAH", "SITI FATIMAH"),
        ("RINA RINI", "RINA DEWI"),
        ("MUHAMMAD", "MUHAMMAD RIDWAN"),
        ("OG", "GO"),
        ("", "ASEP"),
        ("", ""),
    ],
)
def test_names_that_are_not_alike(judge, a, b):
    assert not any(judge(a, b, "words_alike") + judge(b, a, "words_alike"))


@pytest.mark.slow
@given(st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=100))
@settings(deadline=None, max_examples=50)
def test_macros_are_symmetric(of_names, pairs):
    """The result does not depend on the order of the two names, and a stricter macro implies the looser one."""
    said = of_names.execute(
        """select a, b, words_equal(a, b), words_agree(a, b), words_alike(a, b) from (
            select name_words(unnest($1)) as a, name_words(unnest($2)) as b
            union all select name_words(unnest($2)), name_words(unnest($1)))""",
        [[a for a, _ in pairs], [b for _, b in pairs]],
    ).fetchall()
    ours, theirs = said[: len(pairs)], said[len(pairs) :]
    assert [one[2:] for one in ours] == [other[2:] for other in theirs]
    assert all(equal <= agree <= alike for *_, equal, agree, alike in ours)


def test_folding_words_equals_folding_names():
    connection = duckdb.connect()
    names.install(connection)
    said = ["MOH. JUSUP, S.PD", "H. DJOKO TJAHYONO", "H. M. ALI", "ALI M", "SITI SITI", "H.", "", None, "ST. AISYAH"]
    connection.execute("create table person as select unnest($1) as name", [said])
    names.fold(connection, "person")
    differing = connection.execute("select name from folded_name where words <> name_words(name)").fetchall()
    assert differing == []
    (folded,) = connection.execute("select list(name order by name) from folded_name").fetchone()
    names_of_titles_alone = ["H.", "", None]
    assert folded == sorted(name for name in said if name not in names_of_titles_alone)


def test_names_with_a_word_in_common_have_a_bit_in_common():
    connection = duckdb.connect()
    names.install(connection)
    connection.execute("create table person as select unnest(['SITI AMINAH', 'AMINAH', 'ST. AISYAH', 'BUDI']) as name")
    names.fold(connection, "person")
    pairs = connection.execute(
        "select list_has_any(a.words, b.words), (a.word_bits & b.word_bits) <> 0 from folded_name a, folded_name b"
    ).fetchall()
    assert {shares_word for shares_word, _ in pairs} == {True, False}
    assert all(shares_bit for shares_word, shares_bit in pairs if shares_word)
    assert not all(shares_bit for _, shares_bit in pairs)
