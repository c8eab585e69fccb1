"""A process that has everything imported, and forks for each command of the product that a test wants to disturb."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from tests.support.product import ROOT

Point = tuple[str, int]  # the how manieth of a kind
NEVER: Point = ("", 0)
KILLED = -9  # the code of a command that was killed


class Ended(NamedTuple):
    """A command that has ended."""

    code: int
    points: list[str]  # that it went by; empty if it was killed
    stdout: str
    stderr: str


class Launcher:
    """The process that starts commands which are to be killed or disturbed."""

    def __enter__(self) -> "Launcher":
        command = [sys.executable, str(ROOT / "tests" / "support" / "crash_launcher.py")]
        pipe = subprocess.PIPE
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env)
        self._answer()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def run(
        self,
        argv: list[str],
        env: dict[str, str],
        folder: Path,
        at: Point = NEVER,
        falls: tuple[str, ...] = (),
        event: str = "kill",
        already: str = "",
    ) -> Ended:
        """Run a command to which something happens at this point.

        Args:
            folder: where its output is kept.
            event: what happens, one of `events.EVENTS`.
            already: what has happened before it begins, one of `crash_launcher.BEFOREHAND`.
            falls: names a function that falls over, as `crash_launcher.fall` takes it.
        """
        out = folder / "output"
        points, errors = Path(f"{out}.points"), Path(f"{out}.errors")
        points.unlink(missing_ok=True)
        order = {"argv": argv, "env": env, "cwd": str(ROOT), "out": str(out), "falls": falls}
        order |= {"at": at, "event": event, "already": already}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        code = os.waitstatus_to_exitcode(answer["status"])
        return Ended(code, answer["points"], out.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
