"""Runs the product's command line, and at a chosen point kills it or lets something else happen to it.

Nothing in the product knows of it.

The points are the seams between this program and the world: before and after each commit of the journal, each piece
that is sent to or received from the network, each rename. They are counted as the command goes by them; at the
n-th of a kind the process kills itself with SIGKILL, or brings about another event (`tests.support.events`). An event
that passes by itself is over a few points later.

One process imports everything once, and forks for each command. It reads a JSON object a line
(`{"argv", "env", "cwd", "at", "event", "already", "falls", "out"}`) and answers with one (`{"status", "points"}`): the
child's wait status, and the names of the points it went by, if it came to its end.
"""

import faulthandler
import importlib
import json
import os
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.events import EVENTS
from tests.support.fork_server import warm_up

_A_MOMENT = 4  # points
_LONGEST = 60  # seconds that a command takes, unless it hangs


class Points:
    """Counts the points, and ends the process at one of them."""

    def __init__(self, at: tuple[str, int], event: str = "kill") -> None:
        self._at = at
        self._happen = EVENTS[event]
        self._end: Callable[[], None] | None = None
        self._over_at = 0
        self._lock = threading.Lock()
        self.names: list[str] = []

    def pass_by(self, name: str) -> None:
        with self._lock:
            self.names.append(name)
            count = len(self.names)
            is_here = (name, self.names.count(name)) == self._at
        if is_here:
            self._over_at = count + _A_MOMENT
            self._end = self._happen()
        elif self._end and count >= self._over_at:
            self._end()
            self._end = None

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
    pacing.FIRST_THROTTLE_PAUSE, pacing.LONGEST_THROTTLE_PAUSE, pacing._SLOWEST = 0.01, 0.05, 500.0


def await_answers() -> None:
    """Give requests in flight at an interrupt as long as they need: on a busy machine an answer may be late."""
    from sync import stop

    stop._GRACE = _LONGEST


BEFOREHAND = EVENTS | {"answers awaited": await_answers}


def name_the_process() -> None:
    """Let the server's log tell which process a request is from: `User-Agent: campfire-sync/0.1.0 (pid)`."""
    from sync.api import client

    client.__version__ += f" ({os.getpid()})"  # type: ignore[attr-defined]


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
    Path(order["out"] + ".pid").write_text(str(os.getpid()), encoding="ascii")
    out = os.open(order["out"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(os.open(order["out"] + ".errors", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), 2)
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    faulthandler.dump_traceback_later(_LONGEST, exit=True)
    points = Points(tuple(order["at"]), order["event"])
    watch(points)
    shorten_pauses()
    name_the_process()
    if order["already"]:
        BEFOREHAND[order["already"]]()
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


def main() -> None:
    """Fork for each order."""
    import sync.app.server  # noqa: F401  (`warm_up` needs no app)

    warm_up()
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
