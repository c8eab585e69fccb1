"""Who watches a run: a terminal, the app, or nobody. The stages never print; they call this."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sync.model import Problem, Requests, RowRecord, RunFacts, SheetWarning
from sync.status import State


class Meter(Protocol):
    """The requests of a run, as they are made."""

    @property
    def requests(self) -> Requests:
        """How many were made so far."""

    @property
    def pause_left(self) -> float:
        """Seconds until the pause that the API asked for is over."""


class Progress:
    """Somebody who watches a run. This one does so in silence, and agrees; another one overrides what it shows.

    Methods are called from the main thread unless they say otherwise.
    """

    def sheet_is_read(self, sha256: str) -> None:
        """The file of edits is read, and its content has this hash."""

    def run_begins(self, run: RunFacts) -> None:
        """A run begins, or continues."""

    def say(self, text: str) -> None:
        """Something that a person should know."""

    def warn(self, text: str) -> None:
        """Something that a person should look at."""

    def doubt(self, warning: SheetWarning, text: str) -> None:
        """Something in the sheet is doubtful: `text` says so, and on the command line how to accept it."""
        self.warn(text)

    def hint(self, text: str, in_app: str = "") -> None:
        """What to type next; in the app, which has no command line, `in_app` is said instead, or nothing."""
        self.say(text)

    def wrote(self, what: str, path: Path) -> None:
        """A file is written that was asked for: `Plan`, `Page`."""

    def problem(self, problem: Problem) -> None:
        """Something is wrong with a row of the sheet."""

    def begin(self, what: str, total: int, meter: Meter) -> None:
        """A stage with so many rows begins: `reading` or `sending`."""

    def advance(self, rows: int) -> None:
        """So many more rows are done. Called from any thread."""

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """A row is done, in this state. Called from any thread."""

    def tick(self) -> None:
        """Some tenths of a second have passed."""

    def end(self) -> None:
        """The stage is over."""

    def planned(self, run: RunFacts, rows: Iterable[RowRecord]) -> None:
        """What a dry run would send."""

    def agrees(self, run: RunFacts, planned: Iterable[RowRecord]) -> bool:
        """Whether the planned rows may be sent. Whoever cannot be asked agrees."""
        return True
