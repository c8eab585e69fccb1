"""Which rows of a preview a person has unticked. They are on disk: a restart of the app ticks nothing."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sync.app.run_view import RunView
from sync.commands.choose import choice_of, written
from sync.errors import CannotStart
from sync.files import replace_content
from sync.settings import Settings

_RUN = re.compile(r"[0-9a-f-]{4,40}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a preview that are to be sent."""

    run: str
    sendable: int  # rows that would change something
    unticked: frozenset[int]  # those of them that a person does not want, by the sheet's own numbers

    @property
    def count(self) -> int:
        """How many there are."""
        return self.sendable - len(self.unticked)

    @property
    def digest(self) -> str:
        """What a confirmation is held to: other rows have another one, be they as many."""
        return hashlib.sha256(f"{self.run} {self.sendable} {written(self.unticked)}".encode()).hexdigest()[:32]


class Ticks:
    """The unticked rows of each preview, by the sheet's own numbers."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "app" / "unticked"
        self._known: dict[str, set[int]] = {}

    def chosen(self, shown: RunView) -> Chosen:
        """Which of the rows that a preview would send are ticked."""
        unticked = self.unticked(shown.id)
        planned = shown.table.numbers() if unticked else ()
        return Chosen(shown.id, shown.sendable, frozenset(unticked.intersection(planned)))

    def unticked(self, run: str) -> set[int]:
        """The rows that are not to be sent, those included that the preview has not come to yet."""
        if run not in self._known:
            path = self._folder / run
            text = path.read_text(encoding="ascii") if _RUN.fullmatch(run) and path.is_file() else ""
            self._known[run] = set(_rows(text))
        return self._known[run]

    def save(self, run: str, rows: Iterable[int]) -> None:
        """Keep them.

        Raises:
            CannotStart: they can't be kept.
        """
        self._known[run] = set(rows)
        path = self._folder / run
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_content(path, written(self._known[run]).encode())
        except OSError as error:
            raise CannotStart(f"the ticks can't be kept in {path} ({error.strerror or error}).") from error


def _rows(text: str) -> Iterable[int]:
    for first, last in choice_of(Settings(rows=text)).rows:
        yield from range(first, last + 1)
