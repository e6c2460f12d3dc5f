"""The process that parses (assets/intake/apart.py holds its other end): one task after the other, until its
parent ends.

It has as much memory as a file may take. It ends itself after a failure, and as soon as its parent is gone, so that
nobody writes into a load's folders after the load.
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
"""What goes wrong with the place that is written to. Other errors of the system come of what stands in a file."""
_BLOCK = 1 << 20


def main() -> None:
    """Answer tasks from standard input on standard output."""
    _limit()
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)  # what libraries print is no answer
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks, waiting), daemon=True).start()
    while True:
        answer = _answer(waiting.get())
        _send(answers, answer)
        if isinstance(answer, Failure):
            return


def _limit() -> None:
    """Memory, no core dump (it would hold people's data), and no signal but those that end us at once."""
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES if most < 0 else min(MEMORY_BYTES, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _listen(tasks: BinaryIO, waiting: queue.SimpleQueue[Task]) -> None:
    """Take tasks. Their end is our parent's: whatever is being done is done for nobody."""
    while size := tasks.read(8):
        waiting.put(pickle.loads(tasks.read(int.from_bytes(size, "big"))))  # noqa: S301 -- from our parent
    os._exit(0)


def _send(answers: BinaryIO, answer: Any) -> None:
    content = pickle.dumps(answer)
    answers.write(len(content).to_bytes(8, "big") + content)
    answers.flush()


def _answer(task: Task) -> Any:
    """What comes of a task: the parsed file, an exception that its caller expects, or a failure."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + task.seconds, most))
    try:
        return parse_file(task.path, source_named(task.source), task.out_dir, task.prefix)
    except Refusal as refusal:
        return Refusal(refusal.message, refusal.values)
    except MemoryError:
        return Failure(OUT_OF_MEMORY, "")
    except BaseException as error:  # panics of Rust are none of the ordinary exceptions
        if "OutOfMemory" in type(error).__name__:
            return Failure(OUT_OF_MEMORY, "")
        return _of_the_system(error, task) if isinstance(error, OSError) or _number(error) else _broken(error)


def _of_the_system(error: BaseException, task: Task) -> OSError | Failure:
    """Whose fault an error of the system is: the file's, if it cannot be read to its end; else the place's, or ours."""
    try:
        with task.path.open("rb") as file:
            while file.read(_BLOCK):
                continue
    except OSError as unreadable:
        return Failure(UNREADABLE, os.strerror(unreadable.errno or 0))
    number = _number(error)
    return OSError(number, os.strerror(number)) if number in _PLACE else _broken(error)


def _number(error: BaseException) -> int:
    """The system's number of an error, 0 if it is not one of the system; Rust writes it into the sentence only."""
    said = re.search(r"\(os error (\d+)\)", str(error))
    return getattr(error, "errno", None) or (int(said[1]) if said else 0)


def _broken(error: BaseException) -> Failure:
    return Failure(BROKEN, told(error))


if __name__ == "__main__":
    sys.exit("started by assets/intake/apart.py only")
