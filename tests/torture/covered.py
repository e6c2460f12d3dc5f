"""Counts which lines of the readers ran; our own counter, as the project depends on none."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import assets.intake

READERS = Path(assets.intake.__file__).parent
NAMES = (
    "delimited", "encoding", "furniture", "json_records", "pages", "parse", "parsed", "records", "sheet_bounds",
    "text_header", "totals", "workbook",
)  # fmt: skip


@contextmanager
def counting() -> Generator[dict[str, set[int]]]:
    """Yields, by reader, the numbers of the lines that ran; code inside runs about ten times slower."""
    wanted = {str(READERS / f"{name}.py"): name for name in NAMES}
    ran: dict[str, set[int]] = {name: set() for name in NAMES}

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            ran[wanted[frame.f_code.co_filename]].add(frame.f_lineno)
        return local

    def tracing(frame: FrameType, _event: str, _argument: Any) -> Any:
        return local if frame.f_code.co_filename in wanted else None

    sys.settrace(tracing)
    threading.settrace(tracing)
    try:
        yield ran
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


def lines_of(name: str) -> set[int]:
    """The lines of a reader's functions; lines that run on import are not counted."""
    path = READERS / f"{name}.py"
    found: set[int] = set()
    waiting = [part for part in compile(path.read_text(), str(path), "exec").co_consts if isinstance(part, CodeType)]
    while waiting:
        code = waiting.pop()
        inner = [part for part in code.co_consts if isinstance(part, CodeType)]
        waiting += inner
        if code.co_flags & 0x2:  # a function, not a class's body
            found |= {line for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    return found


def report(ran: dict[str, set[int]]) -> str:
    """By reader, the share of its lines that ran, and the numbers of the others."""
    said = []
    for name in NAMES:
        every = lines_of(name)
        missed = sorted(every - ran[name])
        said.append(f"{100 * (1 - len(missed) / len(every)):5.1f} %  {name}  {missed}")
    return "\n".join(said)
