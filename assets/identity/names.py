"""DuckDB macros that make Indonesian names comparable: drop titles, fold spellings, ignore the order of words."""

from __future__ import annotations

import duckdb

_TITLES = (
    "H", "HJ", "HAJI", "HAJJAH", "KH", "KYAI", "KIAI", "USTADZ", "USTAD", "USTZ", "UST", "DRS", "DRA", "DR", "IR",
    "PROF", "ALM", "ALMH", "ALMARHUM", "ALMARHUMAH", "BIN", "BINTI", "BT", "RR",
)  # fmt: skip
_DEGREES = r"\b(S\.? ?(PDI?|AG|KOM|SOS|IP|KM|KEP)|S\.(E|H|T|SI|HI)|A\.? ?MD|M\.(PD|SI|KOM|AG))\b"
"""`S.E` needs its dot, `S PD` does not: `S E` may be initials, and `M.` often abbreviates Muhammad."""
_MUHAMMAD = (
    "MUHAMMAD MUHAMAD MUHAMMED MUHAMED MOHAMMAD MOHAMAD MOHAMMED MOHAMED MOCHAMMAD MOCHAMAD MOCH MOH MUH MHD MUHD"
)
_WHOLE_WORDS = {
    **dict.fromkeys(_MUHAMMAD.split(), "MUAMAD"),
    **dict.fromkeys(("ST", "SITTI", "SITY"), "SITI"),
    "ABD": "ABDUL",
    "TB": "TUBAGUS",
    "RD": "RADEN",
}
_FOLDS = (
    ("OE", "U"),
    ("TJ", "C"),
    ("DJ|J", "Y"),
    ("CH|KH", "H"),
    ("PH|F|V", "P"),
    ("([STDGB])[HY]", "\\1"),
    ("IE", "I"),
    ("AE|AI|EI", "E"),
    ("([A-Z])H", "\\1"),
)
"""Older spellings and sounds that are written in two ways, replaced in this order; then doubled letters become one."""
_APOSTROPHES = "''´`’‘ʼ"
"""`NUR'AENI` equals `NURAENI`. The quote is doubled because the text is used in a SQL literal."""
_COMMON = ("MUAMAD", "SITI")
"""Half of the province has one of these words: two names that share nothing else do not agree."""


def _folded(word: str) -> str:
    for old, new in _FOLDS:
        word = f"regexp_replace({word}, '{old}', '{new}', 'g')"
    return word


def _texts(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_MACROS = f"""
create or replace macro plain(name) as strip_accents(upper(translate(name, '{_APOSTROPHES}', '')));

create or replace macro bare_words(name) as list_filter(string_split_regex(
    regexp_replace(regexp_replace(plain(name), ',.*$|\\(.*\\)|{_DEGREES}', ' ', 'g'), '[^A-Z]+', ' ', 'g'), ' +'),
    lambda word: word <> '' and word not in ({_texts(_TITLES)}));

create or replace macro given_words(name) as list_transform(bare_words(name),
    lambda word, place: if(word = 'M' and place = 1, 'MUHAMMAD', word));

create or replace macro single_letters(word) as array_to_string(list_transform(
    string_split(word, ''), lambda letter, place: case when letter = word[place - 1] then '' else letter end), '');

create or replace macro fold_word(word) as single_letters(
    coalesce(map {_WHOLE_WORDS}[word], {_folded("word")}));

create or replace macro name_words(name) as list_sort(list_distinct(
    list_transform(given_words(name), lambda word: fold_word(word))));

create or replace macro words_only_in(a, b) as list_filter(a, lambda word: not list_contains(b, word));

create or replace macro apart_by(x, y, slips) as
    abs(len(x) - len(y)) <= slips and damerau_levenshtein(x, y) <= slips;

create or replace macro word_equal(x, y) as apart_by(x, y, least(len(x), len(y)) // 6);

create or replace macro word_alike(x, y) as
    least(len(x), len(y)) > 2 and apart_by(x, y, greatest(least(len(x), len(y)) // 5, 1));

create or replace macro run_together(words) as array_to_string(words, '');

create or replace macro rests_equal(a, b) as case
    when len(a) > 0 and len(b) > 0 and len(a) + len(b) <= 3
        and least(len(a[1]), len(a[-1]), len(b[1]), len(b[-1])) > 1 then len(list_filter([
        [run_together(a), run_together(b)], [run_together(list_reverse(a)), run_together(b)],
        [run_together(a), run_together(list_reverse(b))]], lambda way: word_equal(way[1], way[2]))) > 0
    else false end;

create or replace macro words_equal(a, b) as case when a = b then len(a) > 0
    when abs(len(a) - len(b)) <= 1 then rests_equal(words_only_in(a, b), words_only_in(b, a)) else false end;

create or replace macro words_within(a, b) as
    len(list_filter(a, lambda word: len(word) > 1 and word not in ({_texts(_COMMON)}))) > 0
    and (list_has_all(b, a) or (len(a) > 1 and len(words_only_in(a, b)) = 1 and len(list_filter(words_only_in(b, a),
        lambda word: word_equal(word, words_only_in(a, b)[1]) or word[1] = words_only_in(a, b)[1])) > 0));

create or replace macro words_agree(a, b) as words_equal(a, b) or words_within(a, b) or words_within(b, a);

create or replace macro one_name_in_the_other(a, b) as
    len(list_filter(a, lambda word: len(word) > 1 and list_contains(b, word))) > 0
    and (list_has_all(a, b) or list_has_all(b, a));

create or replace macro each_alike(a, b) as len(a) > 0 and len(list_filter(a,
    lambda word: len(list_filter(b, lambda other: word_alike(word, other))) = 0)) = 0;

create or replace macro words_alike(a, b) as case when words_agree(a, b) then true else
    (len(a) > len(b) or each_alike(words_only_in(a, b), words_only_in(b, a)))
    and (len(b) > len(a) or each_alike(words_only_in(b, a), words_only_in(a, b))) end;
"""


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros.

    name_words(name): folded words, sorted, without duplicates. words_equal(a, b): the same words, one of them possibly
    with a slip (one letter in six; short names differ by a letter), or with two words run together. words_agree(a, b):
    also one name within the other (`ASEP` and `ASEP HIDAYAT`, `ASEP H`), which is weak evidence by itself.
    words_alike(a, b): also slips in short words, so that `RINA` is like `RINI`: evidence for weights, not for rules.
    one_name_in_the_other(a, b): all words of one are in the other, common words included: evidence within a household
    only.
    """
    connection.execute(_MACROS)


def fold(connection: duckdb.DuckDBPyConnection, relation: str, table: str = "folded_name") -> None:
    """Make a table (name; words: result of `name_words`; word_bits: one bit per word, so that names with a word in
    common have a bit in common) of every name in a relation.

    Each distinct word is folded once: millions of names consist of some thousands of words. A name that consists of
    titles only is left out.
    """
    connection.execute(f"""
        create or replace table {table} as with
        bare as materialized (select name, given_words(name) as words from (select distinct name from {relation})),
        word as (select name, unnest(words) as word from bare),
        folded as materialized (select word, fold_word(word) as folded from (select distinct word from word))
        select name, list_sort(list_distinct(list(folded))) as words,
            bit_or(1::ubigint << hash(folded) % 64) as word_bits
        from word join folded using (word) group by name
    """)
