"""Somebody who watches a run and keeps silent."""

from collections.abc import Iterable

from sync.model import Problem, RowRecord, RunFacts
from sync.progress import Meter
from sync.status import State


class Quiet:
    """A `sync.progress.Progress` that prints nothing and agrees to everything."""

    def run_begins(self, run: RunFacts) -> None:
        """A run begins."""

    def say(self, text: str) -> None:
        """Something that a person should know."""

    def warn(self, text: str) -> None:
        """Something that a person should look at."""

    def problem(self, problem: Problem) -> None:
        """Something is wrong with a row of the sheet."""

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """A stage begins."""

    def advance(self, rows: int) -> None:
        """So many more rows are done."""

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """A row is done."""

    def tick(self) -> None:
        """Time goes by."""

    def end(self) -> None:
        """The stage is over."""

    def planned(self, run: RunFacts, rows: Iterable[RowRecord]) -> None:
        """What would be sent, in a dry run."""

    def agrees(self, run: RunFacts, planned: Iterable[RowRecord]) -> bool:
        """Whoever calls a function has decided."""
        return True
