"""Random schedules: a job, done in one of several ways, in a world of outside edits, replicas and lost answers.

The sheet is typed, or exported and edited while others edit the records; it is run at once or by way of a preview,
perhaps stopped and resumed, perhaps followed by its To fix or another sheet, and perhaps undone.
"""

import random
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
from click.testing import CliRunner

from sync.cli.commands import cli
from sync.report.workbook import workbook as results
from tests.support.fault_records import customer
from tests.support.product import Ran, environment
from tests.support.world import Facts, Judge, Odds, RowAsked, Wishes, World, wanted

HEADERS = {
    "terms": "Payment Terms",
    "notes": "Notes",
    "zip_code": "Zip Code",
    "contacts[1].email": "Contact 1 Email",
    "contacts[2].email": "Contact 2 Email",
    "contacts[3].email": "Contact 3 Email",
}
CUSTOMERS = range(1, 8)
NOT_ARRIVED = ["503", "429:0", "502", "reset", "html"]
ARRIVED = ["reset-after-apply", "html-after-apply", "cut-after-apply", "apply-502", "wrong-id-after-apply"]
WAYS = [
    "run", "apply", "resume", "apply and resume", "two runs", "run, to fix", "apply, to fix",
    "export", "export, apply", "export, resume", "export, apply and resume", "export, to fix", "export, apply, to fix",
]  # fmt: skip


def wish(chance: random.Random, turn: int) -> dict[str, Any]:
    """What a row asks for; the values are nobody else's."""
    kinds: list[dict[str, Any]] = [
        {"terms": ["net_45", "net_60"][turn]},
        {"notes": f"sheet {turn}", "terms": ["net_45", "net_60"][turn]},
        {"contacts[1].email": f"First{turn}@Example.com"},
        {"contacts[2].email": f"second{turn}@example.com", "notes": f"sheet {turn}"},
        {"contacts[3].email": f"third{turn}@example.com"},
        {"zip_code": f"9021{turn}", "contacts[1].email": f"first{turn}@example.com"},
    ]
    return chance.choice(kinds)


def _no_workbook(history: object, run: str, path: Path, group: str = "") -> None:
    """In the place of a results workbook. It has tests of its own."""
    path.touch()


@dataclass
class Schedule:
    """One job in one world."""

    seed: int
    folder: Path
    odds: Odds = field(default_factory=Odds)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        if self.seed % 3 == 0:
            self.odds = Odds(outside=0.4, deletion=0.03, stale=0.6)  # a busy day
        self.world = World((customer(n) for n in CUSTOMERS), self.chance, self.odds)
        self.judge = Judge(self.world)
        self.rows: dict[int, RowAsked] = {}  # of the sheet that was run last
        self.mapping = self.folder / "mapping.yaml"
        # A contact that has no column may take the place of one that has.
        self.headers = {t: header for t, header in HEADERS.items() if self.seed % 2 or t != "contacts[2].email"}
        lines = "".join(f"  {header}: {target}\n" for target, header in self.headers.items())
        self.mapping.write_text(f"id: Customer ID\ncolumns:\n{lines}", encoding="utf-8")

    def play(self) -> list[str]:
        """Play it; returns what is wrong."""
        with self.world:
            way = self.chance.choice(WAYS)
            last = self._job(way, 0)
            if "to fix" in way:
                last = self._to_fix(last)
            if way == "two runs":
                last = self._job("run", 1)
            if self.chance.random() < 0.6:
                self._undo(last)
        return [f"seed {self.seed}, {way}: {wrong}" for wrong in self.judge.wrong]

    def _wish(self, turn: int) -> dict[str, Any]:
        """What a row asks for, of the columns that the sheet has."""
        asked = wish(self.chance, turn)
        return {t: value for t, value in asked.items() if t in self.headers} or {"terms": ["net_45", "net_60"][turn]}

    def _job(self, way: str, turn: int) -> Ran:
        """A sheet, and what is done with it."""
        self.world.chain += 1
        if "export" in way:
            sheet, rows = self._exported(turn)
        else:
            wishes = {n: self._wish(turn) for n in CUSTOMERS if self.chance.random() < 0.8} or {1: {"notes": "x"}}
            sheet, rows = self._sheet(wishes, turn), {n: RowAsked(each) for n, each in wishes.items()}
        return self._done(sheet, rows, way)

    def _done(self, sheet: Path, rows: dict[int, RowAsked], way: str) -> Ran:
        """Run a sheet, perhaps by way of a preview, perhaps stopped and resumed, and judge it."""
        self._make_faults()
        self.rows = rows
        preview = "apply" in way
        ran = self._command("run", sheet, "--mapping", self.mapping, *(["--dry-run"] if preview else self._first(way)))
        if preview:
            self.judge.nothing_sent(self.world.chain)
            self._somebody_comes()
            ran = self._command("apply", ran.run, *self._first(way))
        if "resume" in way and ran.exit_code == 3:
            self._somebody_comes()
            ran = self._command("resume", ran.run)
        told = {each.customer: each for each in ran.told if each.customer is not None}
        valid = {n: rows[n] for n in rows if told[n].status != "invalid"}
        statuses, messages = {n: e.status for n, e in told.items()}, {n: e.message for n, e in told.items()}
        self.judge.run(self.world.chain, valid, statuses, messages)
        return ran

    def _exported(self, turn: int) -> tuple[Path, dict[int, RowAsked]]:
        """An export, edited by its person while others edit the records."""
        path = self.folder / f"export{turn}.xlsx"
        self._command("export", path, "--mapping", self.mapping)
        seen = {n: self.judge.last_sight(n) for n in CUSTOMERS}
        for _ in range(4):  # it is days until the sheet is run
            self._somebody_comes()
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        places = {cell.value: cell.column for cell in page[1]}
        rows: dict[int, RowAsked] = {}
        for line in page.iter_rows(min_row=2):
            n = int(line[0].value)
            each = self._wish(turn) if self.chance.random() < 0.6 else {}
            rows[n] = RowAsked(each, *seen[n])
            for target, value in each.items():
                page.cell(line[0].row, places[self.headers[target]]).value = value
        book.save(path)
        return path, rows

    def _to_fix(self, ran: Ran) -> Ran:
        """Run To fix as it is: what was a conflict is confirmed.

        What was meant for a contact that has gone is for a new one, unless another one is in its place.
        """
        if not any(each.status in ("conflict", "rejected") for each in ran.told):
            return ran
        path = self.folder / "fix.xlsx"
        self._command("report", ran.run, "--out", path, whole=True)
        rows: dict[int, RowAsked] = {}
        for each in ran.told:
            if each.customer is None or each.status not in ("conflict", "rejected", "invalid"):
                continue
            before = self.rows[each.customer]
            if (
                each.status != "conflict" and before.sight is None
            ):  # of a typed sheet nothing is remembered but conflicts
                rows[each.customer] = RowAsked(before.wish)
                continue
            sight, at = self.judge.last_sight(each.customer)
            meant = wanted(before.wish, self._first_sight(each.customer, before))
            gone = {key for key in meant if key[0] == "contact" and key[:2] not in sight}
            keys = {("new", key[2]) if key in gone else key: value for key, value in meant.items()}
            rows[each.customer] = RowAsked(before.wish, sight, at, keys, bool(gone))
        self.world.chain += 1
        return self._done(path, rows, "run")

    def _first_sight(self, number: int, asked: RowAsked) -> Facts:
        if asked.sight is not None:
            return asked.sight
        events = [e for e in self.world.events if (e.number, e.chain, e.kind) == (number, self.world.chain, "shown")]
        return next((event.after for event in events if not event.is_old), {})

    def _undo(self, ran: Ran) -> None:
        run = self.world.chain
        self.world.chain += 1
        self._somebody_comes()
        self._make_faults()
        undone = self._command("undo", ran.run)
        if undone.exit_code == 2:
            return  # nothing was sent
        told = {each.customer: each for each in undone.told if each.customer is not None}
        statuses, messages = {n: e.status for n, e in told.items()}, {n: e.message for n, e in told.items()}
        self.judge.undo(self.world.chain, run, statuses, messages)

    def _first(self, way: str) -> list[str]:
        return ["--first", "3"] if "resume" in way else []

    def _make_faults(self) -> None:
        """Each row's next PUTs: refused, lost on the way there, or lost on the way back."""
        self.world._scripts.clear()
        self.world.puts = {
            n: [self.chance.choice(NOT_ARRIVED + ARRIVED) for _ in range(self.chance.choice([0, 0, 1, 1, 2]))]
            for n in CUSTOMERS
        }

    def _somebody_comes(self) -> None:
        """Between two commands."""
        for number in list(self.world.records):
            self.world.maybe_somebody_edits(number)

    def _sheet(self, wishes: Wishes, turn: int) -> Path:
        path = self.folder / f"edits{turn}.csv"
        lines = [",".join(["Customer ID", *self.headers.values()])]
        lines += [",".join([str(n), *(str(edits.get(t, "")) for t in self.headers)]) for n, edits in wishes.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def _command(self, *args: object, whole: bool = False) -> Ran:
        """Run a command of the product in this process; without its workbook, which takes two thirds of its time."""
        state = self.folder / "state"
        options = ["--json", "--rate", "2000", "--concurrency", str(self.chance.choice([1, 2, 4])), "--timeout", "5"]
        runner = CliRunner(env=environment(self.world, state))
        options = [] if args[0] == "report" else options
        with nullcontext() if whole else patch.object(results, "write", _no_workbook):
            done = runner.invoke(cli, [*map(str, args), *options], catch_exceptions=False)
        return Ran.ended(done.exit_code, done.stdout, done.stderr, state)
