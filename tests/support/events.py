"""What may happen to a process while it works: events that a person, the system or bad luck brings about.

Each is a function to be called inside the process. One that passes by itself returns what ends it.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

_JOURNAL = "journal.sqlite3"
_DAY = 86_400.0  # seconds
End = Callable[[], None] | None


def _state() -> Path:
    return Path(os.environ["CAMPFIRE_SYNC_STATE"])


def _send(*signals: signal.Signals) -> None:
    for number in signals:
        os.kill(os.getpid(), number)


def _break(descriptor: int) -> None:
    """Nobody reads this stream any more."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, descriptor)
    os.close(writing)


def _narrow(stream: Any) -> None:
    """This stream takes ASCII only."""
    stream.reconfigure(encoding="ascii", errors="strict")


def _no_more_descriptors() -> None:
    import resource

    highest = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def _disk_full() -> Callable[[], None]:
    """No file takes another byte. Returns what makes room again."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _disk_stays_full() -> None:
    _disk_full()


def _rename_state() -> None:
    with suppress(FileNotFoundError):
        _state().rename(_state().with_name("renamed"))


def _rename_journal() -> None:
    with suppress(FileNotFoundError):
        (_state() / _JOURNAL).rename(_state() / "renamed.sqlite3")


def _replace_journal() -> None:
    """Another file with the same bytes takes its place, as a tool that restores or synchronises files does."""
    journal = _state() / _JOURNAL
    with suppress(FileNotFoundError):
        copy = shutil.copy2(journal, journal.with_name("copy"))
        journal.replace(journal.with_name("renamed.sqlite3"))
        Path(copy).replace(journal)


def _damage_journal() -> None:
    """Bytes in the middle of the file are overwritten with others."""
    with suppress(FileNotFoundError), (_state() / _JOURNAL).open("r+b") as file:
        file.seek(max(file.seek(0, os.SEEK_END) // 2, 100))
        file.write(b"\xa5" * 4096)


def _remove_sheet() -> None:
    for path in _state().parent.glob("edits.csv"):
        path.unlink()


def _remove_current_folder() -> None:
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    Path(folder).rmdir()


def _lose_temporary_folder() -> None:
    os.environ |= dict.fromkeys(("TMPDIR", "TMP", "TEMP"), "/nonexistent")
    tempfile.tempdir = "/nonexistent"


class _Clock(type):
    """A wrong clock's class of moments: those of the right one are of it, too."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


def shift_clock(seconds: float) -> None:
    """What the computer takes for the present moment is so many seconds later. Intervals stay as they are."""

    class Shifted(datetime, metaclass=_Clock):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=seconds)

    real = time.time
    time.time = lambda: real() + seconds
    for name, module in list(sys.modules.items()):
        if name.startswith("sync.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Shifted  # type: ignore[attr-defined]


EVENTS: dict[str, Callable[[], End]] = {
    "kill": lambda: _send(signal.SIGKILL),
    "SIGINT": lambda: _send(signal.SIGINT),
    "SIGINT and SIGTERM": lambda: _send(signal.SIGINT, signal.SIGTERM),
    "SIGHUP": lambda: _send(signal.SIGHUP),
    "SIGTERM": lambda: _send(signal.SIGTERM),
    "state directory gone": lambda: shutil.rmtree(_state(), ignore_errors=True),
    "state directory renamed": _rename_state,
    "journal renamed": _rename_journal,
    "journal replaced": _replace_journal,
    "journal damaged": _damage_journal,
    "wal gone": lambda: (_state() / f"{_JOURNAL}-wal").unlink(missing_ok=True),
    "no more descriptors": _no_more_descriptors,
    "disk full": _disk_stays_full,
    "disk full for a moment": _disk_full,
    "stdout gone": lambda: _break(1),
    "stderr gone": lambda: _break(2),
    "stdout narrow": lambda: _narrow(sys.stdout),
    "stderr narrow": lambda: _narrow(sys.stderr),
    "sheet gone": _remove_sheet,
    "current folder gone": _remove_current_folder,
    "temporary folder gone": _lose_temporary_folder,
    "clock set back": lambda: shift_clock(-_DAY),
    "clock set forward": lambda: shift_clock(_DAY),
}
