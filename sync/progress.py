"""What a run tells whoever watches it. Library code never prints: it calls this."""

from collections.abc import Iterable
from typing import Protocol

from sync.model import Problem, Requests, RowRecord, RunFacts
from sync.status import State


class Meter(Protocol):
    """What can be read of the requests while they are made."""

    @property
    def requests(self) -> Requests:
        """How many were made so far."""

    @property
    def pause_left(self) -> float:
        """Seconds until the pause that the API asked for is over."""


class Progress(Protocol):
    """Somebody who watches a run: a terminal, a log, or nobody."""

    def run_begins(self, run: RunFacts) -> None:
        """A run begins, or goes on."""

    def say(self, text: str) -> None:
        """Something that a person should know."""

    def warn(self, text: str) -> None:
        """Something that a person should look at."""

    def problem(self, found: Problem) -> None:
        """Something is wrong with a row of the sheet."""

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """A stage with so many rows begins."""

    def advance(self, rows: int) -> None:
        """So many more rows are done. Called from any thread."""

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """What became of a row, which is done. Called from any thread."""

    def tick(self) -> None:
        """Some tenths of a second have gone by. Called from the main thread."""

    def end(self) -> None:
        """The stage is over."""

    def planned(self, run: RunFacts, rows: Iterable[RowRecord]) -> None:
        """What would be sent, in a dry run."""

    def agrees(self, run: RunFacts, planned: Iterable[RowRecord]) -> bool:
        """Whether what is planned is to be sent. Somebody who can't be asked agrees."""
