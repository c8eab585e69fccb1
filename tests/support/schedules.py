"""Random schedules: a job, done in one of several ways, in a world of outside edits, replicas and lost answers."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from sync.cli.commands import cli
from tests.support.fault_records import customer
from tests.support.product import Ran, environment
from tests.support.world import Judge, Odds, Wishes, World

HEADERS = {
    "terms": "Payment Terms",
    "notes": "Notes",
    "zip_code": "Zip Code",
    "contacts[1].email": "Contact 1 Email",
    "contacts[2].email": "Contact 2 Email",
    "contacts[3].email": "Contact 3 Email",
}
MAPPING = "id: Customer ID\ncolumns:\n" + "".join(f"  {header}: {target}\n" for target, header in HEADERS.items())
CUSTOMERS = range(1, 8)
NOT_ARRIVED = ["503", "429:0", "502", "reset", "html"]
ARRIVED = ["reset-after-apply", "html-after-apply", "cut-after-apply", "apply-502", "wrong-id-after-apply"]
WAYS = ["run", "apply", "resume", "apply and resume", "two runs", "run", "apply"]


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
        self.mapping = self.folder / "mapping.yaml"
        self.mapping.write_text(MAPPING, encoding="utf-8")

    def play(self) -> list[str]:
        """Play it; returns what is wrong."""
        with self.world:
            way = self.chance.choice(WAYS)
            last = self._job(way, 0)
            if way == "two runs":
                last = self._job("run", 1)
            if self.chance.random() < 0.6:
                self._undo(last)
        return [f"seed {self.seed}, {way}: {wrong}" for wrong in self.judge.wrong]

    def _job(self, way: str, turn: int) -> Ran:
        self.world.chain += 1
        wishes = {n: wish(self.chance, turn) for n in CUSTOMERS if self.chance.random() < 0.8} or {1: {"notes": "x"}}
        self._make_faults()
        sheet = self._sheet(wishes, turn)
        preview = "apply" in way
        ran = self._command("run", sheet, "--mapping", self.mapping, *(["--dry-run"] if preview else self._first(way)))
        if preview:
            self._somebody_comes()
            ran = self._command("apply", ran.run, *self._first(way))
        if "resume" in way and ran.exit_code == 3:
            self._somebody_comes()
            ran = self._command("resume", ran.run)
        told = {each.customer: each for each in ran.told if each.customer is not None}
        valid = {n: wishes[n] for n in wishes if told[n].status != "invalid"}
        self.judge.run(
            self.world.chain,
            valid,
            {n: each.status for n, each in told.items()},
            {n: e.message for n, e in told.items()},
        )
        return ran

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
        lines = [",".join(["Customer ID", *HEADERS.values()])]
        lines += [",".join([str(n), *(str(edits.get(t, "")) for t in HEADERS)]) for n, edits in wishes.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def _command(self, *args: object) -> Ran:
        """Run a command of the product in this process."""
        state = self.folder / "state"
        options = ["--json", "--rate", "2000", "--concurrency", str(self.chance.choice([1, 2, 4])), "--timeout", "5"]
        runner = CliRunner(env=environment(self.world, state))
        done = runner.invoke(cli, [*map(str, args), *options], catch_exceptions=False)
        return Ran.ended(done.exit_code, done.stdout, done.stderr, state)
