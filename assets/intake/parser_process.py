"""Runs in the parser's process (assets/intake/apart.py is its parent): does one task after another until the parent
ends.

Its memory is limited. It exits after a failure and when its parent ends, so that it never writes into a load's folders
after the load.
"""

from __future__ import annotations

import errno
import os
import pickle
import queue
import re
import resource
import signal
import sys
import threading
from typing import Any, BinaryIO

from assets.errors import told
from assets.intake.apart import BROKEN, MEMORY_BYTES, OUT_OF_MEMORY, UNREADABLE, Failure, Task
from assets.intake.parse import parse_file
from assets.sources import source_named
from validations.messages import Refusal

_PLACE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOENT, errno.EMFILE, errno.ENFILE}
"""Errors of the folder that is written to. Other system errors are caused by the content of a file."""
_BLOCK = 1 << 20


def main() -> None:
    """Answer tasks from standard input on standard output."""
    _end_when_asked()
    _limit()
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)  # output of libraries must not mix with answers
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks, waiting), daemon=True).start()
    while True:
        answer = _answer(waiting.get())
        _send(answers, answer)
        if isinstance(answer, Failure):
            return


def _end_when_asked() -> None:
    """End on SIGTERM even if the parent ignores or blocks it: a process inherits both."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _limit() -> None:
    """Limit memory, disable core dumps (they would hold personal data), and ignore SIGINT."""
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES if most < 0 else min(MEMORY_BYTES, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _listen(tasks: BinaryIO, waiting: queue.SimpleQueue[Task]) -> None:
    """Queue tasks. The end of the pipe means that the parent has ended: exit at once."""
    while size := tasks.read(8):
        waiting.put(pickle.loads(tasks.read(int.from_bytes(size, "big"))))  # noqa: S301 -- from our parent
    os._exit(0)


def _send(answers: BinaryIO, answer: Any) -> None:
    content = pickle.dumps(answer)
    answers.write(len(content).to_bytes(8, "big") + content)
    answers.flush()


def _answer(task: Task) -> Any:
    """Run a task. Returns the parsed file, an exception that its caller expects, or a failure."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + task.seconds, most))
    try:
        return parse_file(task.path, source_named(task.source), task.out_dir, task.prefix)
    except Refusal as refusal:
        return Refusal(refusal.message, refusal.values)
    except MemoryError:
        return Failure(OUT_OF_MEMORY, "")
    except BaseException as error:  # panics of Rust derive from BaseException only
        if "OutOfMemory" in type(error).__name__:
            return Failure(OUT_OF_MEMORY, "")
        return _of_the_system(error, task) if isinstance(error, OSError) or _number(error) else _broken(error)


def _of_the_system(error: BaseException, task: Task) -> OSError | Failure:
    """Classify a system error: the file cannot be read to its end, a folder cannot be written, or the parser failed."""
    try:
        with task.path.open("rb") as file:
            while file.read(_BLOCK):
                continue
    except OSError as unreadable:
        return Failure(UNREADABLE, os.strerror(unreadable.errno or 0))
    number = _number(error)
    return OSError(number, os.strerror(number)) if number in _PLACE else _broken(error)


def _number(error: BaseException) -> int:
    """The errno of an error, 0 if it has none; errors of Rust have it in their message only."""
    said = re.search(r"\(os error (\d+)\)", str(error))
    return getattr(error, "errno", None) or (int(said[1]) if said else 0)


def _broken(error: BaseException) -> Failure:
    return Failure(BROKEN, told(error))


if __name__ == "__main__":
    sys.exit("started by assets/intake/apart.py only")
