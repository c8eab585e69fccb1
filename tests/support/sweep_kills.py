"""A run that is killed at a point and gone on with, judged by the server. Used by `test_kills`."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.fault_records import Record, customer
from tests.support.fault_server import FaultServer
from tests.support.product import ROOT, Ran, environment
from tests.support.truth import holds, judge_bodies, judge_records, wishes_for, write_sheet

Point = tuple[str, int]  # the how manieth of a kind
NEVER: Point = ("", 0)
ROWS = range(1, 31)
SPEED = ("--rate", "2000", "--json", "--timeout", "10")
DONE_ALREADY, NOBODY, REFUSED, LOST, BUSY = 5, 30, 8, (9, 17), (12, 21)


class Launcher:
    """The process that starts commands which are to be killed."""

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
    ) -> tuple[int, list[str], str]:
        """Run a command, killed at this point. Returns its exit code (-9: killed), the points, its output.

        `event` names what happens there instead of the kill (`crash_launcher.EVENTS`).

        `falls` names a function that falls over, as `crash_launcher.fall` takes it.
        """
        out = folder / "output"
        Path(f"{out}.points").unlink(missing_ok=True)
        order = {"argv": argv, "env": env, "cwd": str(ROOT), "at": at, "falls": falls, "out": str(out), "event": event}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        said = self._answer()
        code = os.waitstatus_to_exitcode(said["status"])
        return code, said["points"], out.read_text(encoding="utf-8")

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@dataclass
class Tally:
    """What a sweep has found."""

    points: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(
        default_factory=list
    )  # updates on the server and not in the results, or asked for and nowhere
    false: list[str] = field(default_factory=list)  # rows whose status is not true

    def lose(self, where: str, is_so: bool) -> None:
        """Note a loss, if it is one."""
        self.lost += [where] * is_so

    def belie(self, where: str, is_so: bool) -> None:
        """Note a false status, if it is one."""
        self.false += [where] * is_so


class Case:
    """A job of 30 rows on a server of its own, in a folder of its own, as often as it is wanted anew."""

    def __init__(self, server: FaultServer, launcher: Launcher, folder: Path, concurrency: int = 1) -> None:
        self.server = server
        self.folder = folder
        self.wishes = wishes_for(ROWS)
        self.tally = Tally()
        self.mark = 0  # how long the log was when the command began that is killed
        self._launcher = launcher
        self._speed = [*SPEED, "--concurrency", str(concurrency)]

    def anew(self) -> None:
        """Everything as it was before the first command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.server.reset(self._records())
        self.server.puts = {REFUSED: ["400"] * 9, **{number: ["reset-after-apply"] for number in LOST}}
        self.server.puts |= {number: ["429:0"] for number in BUSY}
        self.sheet = write_sheet(self.folder / "edits.csv", self.wishes)

    def kept(self) -> Callable[[], None]:
        """What puts the case back as it is now."""
        server, copy = self.server.kept(), self.folder.with_name("kept")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy)

        def put_back() -> None:
            shutil.rmtree(self.folder)
            shutil.copytree(copy, self.folder)
            server()

        return put_back

    def _records(self) -> list[Record]:
        records = [customer(number) for number in (*ROWS, 31, 32)]
        held = next(record for record in records if record["id"] == DONE_ALREADY)
        held |= {"notes": "a new note – with é and “quotes”", "terms": "net_60"}
        return [record for record in records if record["id"] != NOBODY]

    def command(self, *argv: str, at: Point = NEVER, event: str = "kill") -> tuple[int, list[str], Ran]:
        """Run a command of the product; its points are counted, and at the one named it is killed."""
        state = self.folder / "state"
        plain = argv[0] in ("report",)
        args = [*argv, "--json"] if plain else [*argv, *self._speed]
        code, points, output = self._launcher.run(args, environment(self.server, state), self.folder, at, event=event)
        self.server.settle()
        line = next((line for line in output.splitlines() if line.startswith("{")), "{}")
        return code, points, Ran(code, output, output, state, json.loads(line))

    def run_ids(self, mode: str) -> list[str]:
        """The runs of this mode in the journal, as they are there now."""
        return [run for (run,) in self._ask("SELECT id FROM runs WHERE mode = ? ORDER BY started_at", mode)]

    def _ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        path = self.folder / "state" / "journal.sqlite3"
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as db:
            if not list(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'rows'")):
                return []  # killed before the tables were made
            return list(db.execute(sql, values))

    def judge_the_dead(self, mode: str) -> None:
        """What the journal says right after the kill, before anybody has looked: nothing that did not happen, and no
        row out of doubt that was sent."""
        for run in self.run_ids(mode):
            for number, state in self._ask("SELECT record_id, state FROM rows WHERE run = ?", run):
                applied = any(asked.applied for asked in self.server.log[self.mark :] if asked.customer == number)
                where = f"right after the kill, customer {number}, {state}"
                self.tally.belie(where, state == "updated" and not applied)
                self.tally.lose(where, state in ("read", "planned", "unchanged", "invalid") and applied)

    def judge_updated(self, ran: Ran) -> None:
        """After the run has been gone on with: every update is on the server and in the results, and is true."""
        judge_bodies(self.server, self.wishes)
        judge_records(self.server, self.wishes)
        expected = dict.fromkeys(ROWS, "updated")
        expected |= {NOBODY: "rejected", REFUSED: "rejected", DONE_ALREADY: "unchanged"}
        told = ran.told
        assert len(told) == len(ROWS) == sum(ran.json["counts"].values())
        for row in told:
            number = row.customer or 0
            if expected[number] == "updated":
                self.tally.lose(str(row), not holds(self.server.records[number], self.wishes[number]))
                self.tally.belie(str(row), not any(asked.applied for asked in self.server.asked("PUT", number)))
            self.tally.belie(str(row), row.status != expected[number])

    def judge_undone(self, ran: Ran) -> None:
        """After the undo has been gone on with: the server is as it was at first."""
        for number in self.server.records:
            self.tally.lose(f"customer {number}", bool(self.server.changed(number)))
        for row in ran.told:
            self.tally.belie(str(row), row.status != "updated")
        assert len(ran.told) == 27
