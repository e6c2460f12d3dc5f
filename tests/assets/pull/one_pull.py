"""Small test sources, and a pull of one of them in a process that can be killed: `python -m tests.assets.pull.one_pull
SOURCE LANDING DAY`.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from assets.pull.declared import Kobo, OData, PagedHttp, Postgres, Sftp
from assets.pull.dispatch import pull
from assets.sources import Delimited, JsonLines, JsonPages, KoboPages, Source
from validations.contract import Contract, Field
from validations.field_types import text

CONTRACT = Contract("uji", "Uji", "Test", (Field("id", text(), "Kunci", "Key"),), key=("id",))
COLUMNS = ("id_umkm", "nik_pemilik", "nama_usaha", "omzet_tahunan", "tahun_bantuan")
PULLS = {
    "table": (JsonLines(), Postgres("TABLE", "umkm.usaha", COLUMNS, "id_umkm", "umkm.jsonl", minutes=1)),
    "paged": (JsonPages("data", True), PagedHttp("PAGED", "/pencaker", "pencaker", per_page=10, begin_again=2)),
    "forms": (JsonPages("value", False), OData("FORMS", page_rows=10, begin_again=2)),
    "repeat": (JsonPages("value", False), OData("FORMS", repeat="anggota", page_rows=10, begin_again=2)),
    "kobo": (KoboPages(), Kobo("KOBO", page_rows=10, begin_again=2)),
    "folder": (Delimited(";"), Sftp("FOLDER", "/keluar/pkh", begin_again=2)),
}
SOURCES = {
    name: Source(name, "delta", (format_,), CONTRACT, pull=declared) for name, (format_, declared) in PULLS.items()
}

if __name__ == "__main__":
    name, landing, day = sys.argv[1:]
    print(pull(SOURCES[name], Path(landing), date.fromisoformat(day), os.environ, sleep=lambda _: None))
