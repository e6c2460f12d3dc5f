"""A home with a published load of a few rows, made without a load: for tests of what happens between two loads."""

from __future__ import annotations

import json
from datetime import date

import duckdb

from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import LoadState
from assets.publication import pointer
from assets.seal import seal_of, summary_path

CODE = "code-1"
TABLES = {
    "warehouse": "create schema marts; create table marts.dim_household as select 'H1' as household_id",
    "staging": "create schema int; create table int.int_award as select 'H1' as household_id, true as serves",
}


def publish_small(home: Home, as_of: date, code_version: str = CODE) -> str:
    """One more published load. Returns its id."""
    home.create()
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(as_of, code_version)
    home.publication(load_id).mkdir()
    home.load(load_id).root.mkdir()
    paths = {"warehouse": home.warehouse(load_id), "staging": home.load(load_id).staging}
    for name, path in paths.items():
        with duckdb.connect(str(path)) as connection:
            connection.execute(TABLES[name])
    sealed = {"sources": {}} | seal_of(paths["warehouse"])
    summary_path(home, load_id).write_text(json.dumps(sealed))
    pointer.turn(home, load_id)
    with Ledger(home.ledger) as ledger:
        ledger.set_state(load_id, LoadState.PUBLISHED)
    return load_id
