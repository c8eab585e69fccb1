"""Runs the product's command line and kills it at a chosen point, with nothing in the product that knows of it.

The points are the seams between this program and the world: before and after each commit of the journal, each piece
that is sent to or received from the network, each rename. They are counted as the command goes by them; at the
n-th of a kind the process kills itself with SIGKILL.

One process imports everything once, and forks for each command. It reads a JSON object a line
(`{"argv", "env", "cwd", "at", "falls", "out"}`) and answers with one (`{"status", "points"}`): the child's wait
status, and the names of the points it went by, if it came to its end.
"""

import faulthandler
import importlib
import json
import os
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Points:
    """Counts the points, and ends the process at one of them."""

    def __init__(self, at: tuple[str, int]) -> None:
        self._at = at
        self._lock = threading.Lock()
        self.names: list[str] = []

    def pass_by(self, name: str) -> None:
        with self._lock:
            self.names.append(name)
            if (name, self.names.count(name)) == self._at:
                os.kill(os.getpid(), signal.SIGKILL)

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
    """Retries come soon after one another. Nothing else about them is different."""
    import tenacity

    from sync.api import retry
    from sync.execution import freshness

    retry._growing = tenacity.wait_random(0.01, 0.05)  # type: ignore[assignment]
    freshness.PAUSES = [0.01, 0.02, 0.04]


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
    points = Points(tuple(order["at"]))
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
        Path(order["out"] + ".points").write_text(json.dumps(points.names), encoding="utf-8")
        sys.stdout.flush()
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
        names = json.loads(said.read_text(encoding="utf-8")) if said.exists() else []
        print(json.dumps({"status": status, "points": names}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
