"""Indonesian names made comparable, as DuckDB macros: titles gone, spellings folded, order of words free."""

from __future__ import annotations

import duckdb

_TITLES = [
    "H",
    "HJ",
    "HAJI",
    "HAJJAH",
    "KH",
    "KYAI",
    "USTADZ",
    "USTAD",
    "USTZ",
    "UST",
    "DRS",
    "DRA",
    "DR",
    "IR",
    "PROF",
    "ALM",
    "ALMH",
    "ALMARHUM",
    "ALMARHUMAH",
    "BIN",
    "BINTI",
    "BT",
    "RR",
]
_MUHAMMAD = (
    "MUHAMMAD MUHAMAD MUHAMMED MUHAMED MOHAMMAD MOHAMAD MOHAMMED MOHAMED MOCHAMMAD MOCHAMAD MOCH MOH MUH MHD MUHD M"
)
_WHOLE_WORDS = {**dict.fromkeys(_MUHAMMAD.split(), "MUHAMAD"), "ST": "SITI", "SITTI": "SITI", "SITY": "SITI"}
_FOLDS = (
    ("OE", "U"),
    ("DJ|J", "Y"),
    ("TJ", "C"),
    ("PH|F|V", "P"),
    ("([KSTDGB])[HY]", "\\1"),
    ("AE|AI|IE|EI", "E"),
    ("([A-Z])H", "\\1"),
)
"""Older spellings and sounds that are written either way; after them, doubled letters count once."""


def _folded(word: str) -> str:
    for old, new in _FOLDS:
        word = f"regexp_replace({word}, '{old}', '{new}', 'g')"
    return word


_MACROS = f"""
create or replace macro bare_words(name) as list_filter(
    string_split_regex(regexp_replace(regexp_replace(upper(name), ',.*$|\\(.*\\)', '', 'g'), '[^A-Z]+', ' ', 'g'), ' +'),
    lambda word: word <> '' and word not in ({", ".join(f"'{title}'" for title in _TITLES)}));

create or replace macro single_letters(word) as array_to_string(list_transform(
    string_split(word, ''), lambda letter, place: case when letter = word[place - 1] then '' else letter end), '');

create or replace macro fold_word(word) as single_letters(
    coalesce(map {_WHOLE_WORDS}[word], {_folded("word")}));

create or replace macro name_words(name) as list_sort(list_distinct(
    list_transform(bare_words(name), lambda word: fold_word(word))));

create or replace macro words_equal(a, b) as
    len(a) > 0 and (a = b or jaro_winkler_similarity(array_to_string(a, ' '), array_to_string(b, ' ')) >= 0.95);

create or replace macro words_agree(a, b) as
    len(a) > 0 and len(b) > 0 and (
        list_has_all(a, b) or list_has_all(b, a)
        or jaro_winkler_similarity(array_to_string(a, ' '), array_to_string(b, ' ')) >= 0.92);
"""


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros.

    name_words(name) -> folded words, sorted, each once. words_equal(a, b): the same name but for a slip.
    words_agree(a, b): also one name within the other (`ASEP` and `ASEP HIDAYAT`), which proves little by itself.
    """
    connection.execute(_MACROS)
