"""Contracts of agencies' shares, derived from those of the tables and from the agreements.

python -m orchestration.contracts --home HOME --to DIR [--local FOLDER] [AGENCY...]
    writes one file for each table of a share that has rows, with the extract of the published load as server; with
        SADAYA_POSTGRES_DSN also with that server, or with the one that `sadaya serve --local FOLDER` started, if it
        runs. `make contracts` tests them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from open_data_contract_standard.model import OpenDataContractStandard, Server
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from assets.generated import write_folder
from assets.home import Home
from assets.local_postgres import running
from assets.seal import pointed_at
from assets.sharing.agreement import Agreement, Table, codes, path_of, read_one
from assets.sharing.catalogue import is_aggregate
from assets.sharing.contracts import as_yaml, contract, of_share, table_of
from assets.sharing.dictionary import Described
from assets.sharing.postgres import DSN
from assets.sharing.released import SUFFIX
from orchestration.dictionary import PATTERN, tables


def shared(agreement: Agreement, known: dict[str, Described], extract: Path, dsn: str | None) -> dict[str, str]:
    """File name -> contract, for each table of an agreement and each server. extract: folder of the extract."""
    made = {}
    for table in agreement.tables:
        whole, columns = known[table.table], {column.name: column.type for column in known[table.table].columns}
        for server in _servers(agreement, table, extract, dsn):
            derived = of_share(contract(whole), table, is_aggregate(table.table, columns), server)
            if server.type == "postgres":
                _forget_types(derived)
            made[f"{agreement.agency}.{table.name}.{server.server}{SUFFIX}"] = as_yaml(derived)
    return made


def _servers(agreement: Agreement, table: Table, extract: Path, dsn: str | None) -> Iterator[Server]:
    files = _files(table, extract)
    if files and "extracts" in agreement.media:
        yield Server(server="extract", type="local", path=str(files), format="parquet")
    if dsn and "postgres" in agreement.media:
        target = conninfo_to_dict(dsn)
        yield Server(
            server="postgres",
            type="postgres",
            host=str(target.get("host", "localhost")),
            port=int(target.get("port") or 5432),
            database=str(target.get("dbname", "postgres")),
            schema=agreement.agency,
        )


def _files(table: Table, extract: Path) -> Path | None:
    """Path of a table in an extract; None for a table split by kabupaten/kota without rows, which has no files."""
    parquet = extract.resolve() / "parquet"
    whole = parquet / f"{table.name}.parquet"
    if whole.is_file():
        return whole
    return parquet / table.name / "*.parquet" if (parquet / table.name).is_dir() else None


def _forget_types(derived: OpenDataContractStandard) -> None:
    """Remove DuckDB's type names, which another server does not have; the logical types stay."""
    for column in table_of(derived)[1]:
        column.physicalType = None


def _local(folder: Path | None) -> str | None:
    parameters = running(folder) if folder else None
    return make_conninfo(**parameters) if parameters else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestration.contracts")
    parser.add_argument("agencies", nargs="*", default=codes(), metavar="AGENCY")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--local", type=Path)
    asked = parser.parse_args()
    home = Home(asked.home)
    load_id = pointed_at(home)
    if load_id is None:
        print("nothing is published there", file=sys.stderr)
        return 1
    files: dict[str, str] = {}
    known, dsn = tables(), os.environ.get(DSN) or _local(asked.local)
    for agency in asked.agencies:
        files |= shared(read_one(path_of(agency)), known, home.extract(load_id, agency), dsn)
    print("\n".join(str(path) for path in write_folder(asked.to, files, PATTERN)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
