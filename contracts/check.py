"""Contracts held against the standard and against data by datacontract-cli, which has an environment of its own.

.venv-contracts/bin/python contracts/check.py lint FILE...     do files obey the standard?
.venv-contracts/bin/python contracts/check.py test FILE...     does the data of their servers obey them?

Exit 1 if one does not. Says which checks failed, and quotes no value of the data.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

import duckdb
from datacontract.data_contract import DataContract
from open_data_contract_standard.model import OpenDataContractStandard, Server
from psycopg.conninfo import conninfo_to_dict

GOOD = ("passed", "info")


def lint(path: Path):
    return DataContract(data_contract_file=str(path)).lint()


def test(path: Path):
    """Parquet files are shown to the tool as a view: of files themselves it checks no types."""
    contract = OpenDataContractStandard.from_file(str(path))
    with tempfile.TemporaryDirectory() as folder:
        contract.servers = [_as_view(contract, server, Path(folder)) for server in contract.servers]
        return DataContract(data_contract=contract).test()


def _as_view(contract: OpenDataContractStandard, server: Server, folder: Path) -> Server:
    if server.type != "local":
        return server
    database = folder / f"{server.server}.duckdb"
    (schema,) = contract.schema_
    with duckdb.connect(str(database)) as connection:
        files = server.path.replace("'", "''")
        connection.execute(f"create view {schema.name} as from read_parquet('{files}', union_by_name = true)")
    return Server(server=server.server, type="duckdb", database=str(database), schema="main")


def log_in() -> None:
    """Tell the tool who asks the PostgreSQL server: it reads no connection string."""
    target = conninfo_to_dict(os.environ.get("SADAYA_POSTGRES_DSN", ""))
    os.environ.setdefault("DATACONTRACT_POSTGRES_USERNAME", str(target.get("user", "postgres")))
    os.environ.setdefault("DATACONTRACT_POSTGRES_PASSWORD", str(target.get("password", "-")))


def main(asked, paths: list[Path]) -> int:
    checks, failed = 0, 0
    for path in paths:
        run = asked(path)
        checks += len(run.checks)
        wrong = [f"{check.name}: {check.reason}" for check in run.checks if check.result not in GOOD]
        wrong += [] if run.checks else ["nothing was checked"]
        failed += bool(wrong)
        for each in wrong:
            print(f"{path.name}: {each}")
    print(f"{asked.__name__}: {len(paths)} contracts, {checks} checks, {failed} contracts with something wrong")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    log_in()
    sys.exit(main({"lint": lint, "test": test}[sys.argv[1]], [Path(argument) for argument in sys.argv[2:]]))
