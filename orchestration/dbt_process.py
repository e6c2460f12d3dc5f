"""Runs dbt in a separate process through its Python API: `python -m orchestration.dbt_process build ...`.

dbt's own command formats some eight thousand debug events twice before checking whether they are logged, and writes its
manifest twice: a third of its time on a small night. This one reports events from level info: as JSON on stdout, which
Dagster reads, and in `dbt.log`. Others are not made into messages.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from dbt_common.events.functions import msg_to_json

_SILENT = ("--log-level", "none", "--log-level-file", "none", "--no-write-json")
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""dbt keeps some hundred thousand objects until it ends; Python's default of 700 scans them again and again."""


class FromInfo(EventManager):
    """Drops events below level info before they become messages, which is costly."""

    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *rest: Any, **named: Any) -> None:
        if (level or e.level_tag()) not in (EventLevel.TEST, EventLevel.DEBUG):
            super().fire_event(e, level, *rest, **named)


def main(arguments: list[str], target: Path) -> int:
    """Run dbt. target: the folder of `dbt.log` and `run_results.json`. Returns 0; 1 if a node failed; 2 if dbt did."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    ctx_set_event_manager(FromInfo())
    with (target / "dbt.log").open("a", encoding="utf-8") as lines:
        done = dbtRunner(callbacks=[lambda event: _tell(event, lines)]).invoke([*_SILENT, *arguments])
        if done.exception is not None:
            print(f"{type(done.exception).__name__}: {done.exception}", file=lines)
            return 2
    if isinstance(done.result, RunExecutionResult):
        done.result.write(str(target / "run_results.json"))
    return 0 if done.success else 1


def _tell(event: EventMsg, lines: TextIO) -> None:
    print(msg_to_json(event), flush=True)
    at = event.info.ts.ToJsonString()  # ty: ignore[missing-attribute] -- a protobuf Timestamp, declared as a string
    text = event.info.msg  # ty: ignore[missing-attribute] -- exists, but is not declared
    print(f"{at} [{event.info.level}] {text}", file=lines, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(os.environ["DBT_TARGET_PATH"])))
