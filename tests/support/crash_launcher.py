"""Runs the product's command line, and at a chosen point kills it or lets something else happen to it.

Nothing in the product knows of it.

The points are the seams between this program and the world: before and after each commit of the journal, each piece
that is sent to or received from the network, each rename. They are counted as the command goes by them; at the
n-th of a kind the process kills itself with SIGKILL, or brings about another event (`EVENTS`).

One process imports everything once, and forks for each command. It reads a JSON object a line
(`{"argv", "env", "cwd", "at", "falls", "out"}`) and answers with one (`{"status", "points"}`): the child's wait
status, and the names of the points it went by, if it came to its end.
"""

import faulthandler
import importlib
import json
import os
import shutil
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def _state() -> Path:
    return Path(os.environ["CAMPFIRE_SYNC_STATE"])


def _break(descriptor: int) -> None:
    """Nobody reads this stream any more."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, descriptor)
    os.close(writing)


def _no_more_descriptors() -> None:
    import resource

    highest = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def _disk_full() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _rename_journal() -> None:
    journal = _state() / "journal.sqlite3"
    if journal.exists():
        journal.rename(journal.with_name("renamed.sqlite3"))


EVENTS: dict[str, Callable[[], None]] = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "SIGHUP": lambda: os.kill(os.getpid(), signal.SIGHUP),
    "SIGTERM": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "state directory gone": lambda: shutil.rmtree(_state(), ignore_errors=True),
    "journal renamed": _rename_journal,
    "wal gone": lambda: (_state() / "journal.sqlite3-wal").unlink(missing_ok=True),
    "no more descriptors": _no_more_descriptors,
    "disk full": _disk_full,
    "stdout gone": lambda: _break(1),
    "stderr gone": lambda: _break(2),
}


class Points:
    """Counts the points, and ends the process at one of them."""

    def __init__(self, at: tuple[str, int], event: str = "kill") -> None:
        self._at = at
        self._happen = EVENTS[event]
        self._lock = threading.Lock()
        self.names: list[str] = []

    def pass_by(self, name: str) -> None:
        with self._lock:
            self.names.append(name)
            if (name, self.names.count(name)) == self._at:
                self._happen()

    def around(self, owner: Any, name: str, what: str) -> None:
        """Put a point before and one after each call."""
        real: Callable[..., Any] = getattr(owner, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            self.pass_by(f"before {what}")
            done = real(*args, **kwargs)
            self.pass_by(f"after {what}")
            return done

        setattr(owner, name, called)


class Connection(sqlite3.Connection):
    """A connection to the journal whose commits are points."""

    points: Points

    def commit(self) -> None:
        self.points.pass_by("before commit")
        super().commit()
        self.points.pass_by("after commit")

    def __exit__(self, kind: Any, value: Any, trace: Any) -> Any:
        if kind is not None:
            return super().__exit__(kind, value, trace)
        self.points.pass_by("before commit")
        done = super().__exit__(kind, value, trace)
        self.points.pass_by("after commit")
        return done


def watch(points: Points) -> None:
    """Put points around everything by which the product leaves traces in the world."""
    from httpcore._backends.sync import SyncStream

    Connection.points = points
    real = sqlite3.connect

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        return real(*args, factory=Connection, **kwargs)

    sqlite3.connect = connect  # type: ignore[assignment]
    points.around(SyncStream, "write", "send")
    points.around(SyncStream, "read", "receive")
    points.around(os, "replace", "rename")
    points.around(os, "link", "rename")


def shorten_pauses() -> None:
    """Retries come soon after one another, and throttling costs little time. Nothing else about them is different."""
    import tenacity

    from sync.api import pacing, retry
    from sync.execution import freshness

    retry._growing = tenacity.wait_random(0.01, 0.05)  # type: ignore[assignment]
    freshness.PAUSES = [0.01, 0.02, 0.04]
    pacing.FIRST_PAUSE, pacing.LONGEST_PAUSE, pacing._SLOWEST = 0.01, 0.05, 500.0


def fall(where: str, name: str, how: str) -> None:
    """Let a function fall over: `sync.api.client:Client`, `_ask`, `raise` or `abort`."""
    module, _, inner = where.partition(":")
    owner = importlib.import_module(module)
    owner = getattr(owner, inner) if inner else owner

    def fallen(*args: Any, **kwargs: Any) -> None:
        if how == "abort":
            os.abort()
        raise RuntimeError(f"fallen over with {args!r} {kwargs!r}")

    setattr(owner, name, fallen)


def child(order: dict[str, Any]) -> None:
    os.setsid()
    out = os.open(order["out"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    points = Points(tuple(order["at"]), order["event"])
    watch(points)
    shorten_pauses()
    if order["falls"]:
        faulthandler.enable()
        fall(*order["falls"])
    sys.argv = ["campfire-sync", *order["argv"]]
    from sync.cli import main

    try:
        main()
    except SystemExit as e:
        with suppress(OSError):  # the event may have been that nothing can be written any more
            Path(order["out"] + ".points").write_text(json.dumps(points.names), encoding="utf-8")
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(e.code if isinstance(e.code, int) else 1)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def import_all() -> None:
    import sync.api.client
    import sync.cli.commands
    import sync.cli.terminal
    import sync.commands.apply
    import sync.commands.resume
    import sync.commands.run
    import sync.commands.undo
    import sync.report.workbook.workbook
    import sync.validation.validation  # noqa: F401


def main() -> None:
    """Fork for each order."""
    import_all()
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                child(order)
            finally:
                os._exit(99)
        _, status = os.waitpid(pid, 0)
        said = Path(order["out"] + ".points")
        names = json.loads((said.read_text(encoding="utf-8") if said.exists() else "") or "[]")
        print(json.dumps({"status": status, "points": names}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
