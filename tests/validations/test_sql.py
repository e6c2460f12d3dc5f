"""SQL as text: quoted values are returned unchanged; a query without a row is an error."""

import duckdb
import pytest

from validations.sql import identifier, literal, row, value


@pytest.mark.parametrize("text", ["plain", "o'clock", "''", 'a "b"', "back\\slash", ""])
def test_a_literal_is_the_text_itself(text):
    assert value(duckdb.execute(f"select {literal(text)}")) == text


@pytest.mark.parametrize("name", ["plain", 'a "b"', "o'clock", "two words", "select"])
def test_an_identifier_names_its_column(name):
    assert duckdb.execute(f"select 1 as {identifier(name)}").description[0][0] == name


def test_a_query_without_a_row_is_told():
    assert row(duckdb.execute("select 1, 2")) == (1, 2)
    with pytest.raises(LookupError):
        value(duckdb.execute("select 1 where false"))
