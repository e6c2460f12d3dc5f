"""A published load with families, an agreement that gives them, and an ODK Central."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing.agreement import Agreement
from field.lists import families as families_module
from field.lists.families import Families
from field.lists.plan import SHOWN
from tests.assets.pull.conftest import served  # noqa: F401 -- a fixture
from tests.assets.sharing.conftest import table, written
from tests.field.lists.central import TOKEN, Entities

AS_OF = date(2026, 3, 15)
COLUMNS = ("participant_no", "companion_id", "head_name", "address", "village_name", "last_visited_on", "due_on")


def family(number: int, companion: str = "PDP1", **changes: str) -> dict[str, str]:
    """A family as an entity."""
    row = {
        "no_peserta": f"JSR36{number:04}",
        "pendamping": companion,
        "nama": f"KEPALA {number}",
        "alamat": f"JALAN {number}, DESA",
        "kunjungan_terakhir": "2026-01-05",
        "jatuh_tempo": str(date(2026, 4, 1) + timedelta(days=number % 30)),
        **changes,
    }
    return {"label": f"{row['nama']} ({row['no_peserta']})", **row}


def listed(*rows: dict[str, str], load_id: str = "20260315-001") -> Families:
    return Families(load_id, "dinuji", pl.DataFrame(list(rows), schema=dict.fromkeys(SHOWN, pl.String)))


@pytest.fixture
def central(served) -> Entities:  # noqa: F811
    return Entities(served)


@pytest.fixture
def environment(central) -> dict[str, str]:
    return {
        "SADAYA_FIELD_LISTS_URL": f"{central.url}/datasets/keluarga",
        "SADAYA_FIELD_LISTS_TOKEN": TOKEN,
    }


@pytest.fixture
def agreements(monkeypatch) -> Callable[..., None]:
    """Put made-up agreements in the place of the real ones."""

    def put(*given: Agreement) -> None:
        monkeypatch.setattr(families_module, "read", lambda: list(given))

    return put


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.model_validate(
        written(table("family_due", {"household_id": "pseudonym", **dict.fromkeys(COLUMNS, "clear")}))
    )


@pytest.fixture
def home(tmp_path, agreements, agreement) -> Home:
    """A home with a published load of three families, two companions."""
    agreements(agreement)
    home = Home(tmp_path / "home").create()
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(AS_OF, "code")
        ledger.set_state(load_id, "published")
    publish(home, load_id)
    return home


def publish(home: Home, load_id: str, more: str = "") -> Path:
    path = home.warehouse(load_id)
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create schema marts; create schema reference;
            create table reference.load as select '{load_id}' as load_id, date '{AS_OF}' as as_of_date;
            create table marts.family_due as select 'H' || participant_no as household_id, * from (values
                ('JSR360001', 'PDP1', 'SITI', 'JL. MELATI 1', 'CARITA', date '2026-01-05', date '2026-04-07'),
                ('JSR360002', 'PDP1', 'UJANG', null, 'CARITA', null, date '2026-03-01'),
                ('JSR360003', 'PDP/2', 'ASEP', 'JL. MAWAR 2', null, date '2025-11-01', date '2026-02-01'),
                ('JSR360004', null, null, 'JL. KENANGA', 'LABUAN', null, date '2026-02-01')
            ) t({", ".join(COLUMNS)});
            {more}
            """
        )
    home.current_publication.unlink(missing_ok=True)
    home.current_publication.symlink_to(Path("..") / "publications" / load_id)
    return path
