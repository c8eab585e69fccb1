"""A run that is killed at a point and gone on with, judged by the server. Used by `test_kills`."""

import copy
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.fault_records import Record, customer
from tests.support.fault_server import FaultServer
from tests.support.launcher import KILLED, NEVER, Launcher, Point
from tests.support.product import Ran, environment
from tests.support.truth import holds, judge_bodies, judge_records, wishes_for, write_sheet

SPEED = ("--rate", "2000", "--json", "--timeout", "10")


@dataclass(frozen=True)
class Job:
    """Which customers the sheet names, and with which of them something is the matter."""

    rows: range
    refused: int
    nobody: int  # there is no such customer
    lost: tuple[int, ...]  # the answer to the first PUT does not arrive
    busy: tuple[int, ...]  # the first PUT is throttled
    done_already: int = 5


LARGE = Job(range(1, 31), refused=8, nobody=30, lost=(9, 17), busy=(12, 21))
SMALL = Job(range(1, 10), refused=4, nobody=9, lost=(6,), busy=(7,))


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

    def judge(self, swept: str) -> None:
        """Something was killed, nothing was lost, and nothing false was said."""
        print(f"\n{swept}: {self.points.total()} points {dict(self.points)}, lost {self.lost}, false {self.false}")  # noqa: T201
        assert self.points
        assert (self.lost, self.false) == ([], [])


class Case:
    """A job on a server of its own, in a folder of its own, as often as it is wanted anew."""

    def __init__(
        self, server: FaultServer, launcher: Launcher, folder: Path, concurrency: int = 1, job: Job = LARGE
    ) -> None:
        self.server = server
        self.folder = folder
        self.job = job
        self.wishes = wishes_for(job.rows)
        self.tally = Tally()
        self.mark = 0  # how long the log was when the command began that is killed
        self._launcher = launcher
        self._output = folder
        self._speed = [*SPEED, "--concurrency", str(concurrency)]

    def anew(self) -> None:
        """Everything as it was before the first command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.server.reset(self._records())
        self.server.puts = {self.job.refused: ["400"] * 9} | {n: ["reset-after-apply"] for n in self.job.lost}
        self.server.puts |= {number: ["429:0"] for number in self.job.busy}
        self.sheet = write_sheet(self.folder / "edits.csv", self.wishes)

    def of_another_scheduler(self, launcher: Launcher) -> "Case":
        """The same job, once it was made anew, as another process starts it: same files, same state directory."""
        other = copy.copy(self)
        other._launcher, other._output = launcher, self.folder.with_name("another")
        other._output.mkdir(parents=True)
        other.sheet = self.folder / "edits.csv"
        return other

    def kept(self) -> Callable[[], None]:
        """What puts the case back as it is now."""
        server, kept = self.server.kept(), self.folder.with_name("kept")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.folder, kept)

        def put_back() -> None:
            shutil.rmtree(self.folder)
            shutil.copytree(kept, self.folder)
            server()

        return put_back

    def _records(self) -> list[Record]:
        records = [customer(number) for number in (*self.job.rows, 31, 32)]
        held = next(record for record in records if record["id"] == self.job.done_already)
        held |= {"notes": "a new note – with é and “quotes”", "terms": "net_60"}
        return [record for record in records if record["id"] != self.job.nobody]

    def command(
        self, *argv: str, at: Point = NEVER, event: str = "kill", already: str = "", settled: bool = True
    ) -> tuple[int, list[str], Ran]:
        """Run a command of the product; its points are counted, and at the one named it is killed.

        `settled`: wait for the server to have dealt with everything. Not while another process asks too.
        """
        state = self.folder / "state"
        args = [*argv, "--json"] if argv[0] == "report" else [*argv, *self._speed]
        if argv[0] == "app":
            args.remove("--json")
        env = environment(self.server, state)
        ended = self._launcher.run(args, env, self._output, at, event=event, already=already)
        if settled:
            self.server.settle()
        ran = Ran(ended.code, ended.stdout, ended.stderr, state)
        with suppress(ValueError):  # nothing, or a part of it, where the process or its output came to an end
            ran.json = json.loads(ended.stdout)
        return ended.code, ended.points, ran

    def kills(self, attempt: Callable[[Point], int], points: list[str], place: int) -> bool:
        """Whether an attempt, which returns its exit code, is killed at the point in this place.

        One that does not come by that point as often is killed at an earlier one of its name: what is read again or
        put on disk together depends on how busy the machine is.
        """
        name = points[place]
        killed = any(attempt((name, nth)) == KILLED for nth in range(points[: place + 1].count(name), 0, -1))
        self.tally.points[name] += killed
        return killed

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
        expected = dict.fromkeys(self.job.rows, "updated")
        expected |= {self.job.nobody: "rejected", self.job.refused: "rejected", self.job.done_already: "unchanged"}
        told = ran.told
        assert len(told) == len(self.job.rows) == sum(ran.json["counts"].values())
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
        assert len(ran.told) == len(self.job.rows) - 3
