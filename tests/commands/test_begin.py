"""A run begins, and from then on comes to an end in order."""

from pathlib import Path

import pytest

from sync.commands.begin import begin
from sync.errors import CampfireSyncError
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts
from sync.stop import Interrupted, StopSignal

FACTS = RunFacts("20260101-000000-abcd", Mode.RUN, "", "edits.csv", "", "", "", "", "http://127.0.0.1", "0", ("Id",))


class InterruptedAfter(JournalWriter):
    """A signal comes in the instant after the commit."""

    def begin(self, *args: object) -> None:
        super().begin(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt


class InterruptedBefore(JournalWriter):
    """A signal comes before the commit."""

    def begin(self, *args: object) -> None:
        raise KeyboardInterrupt


def test_a_run_that_is_in_the_journal_goes_on_to_its_end(tmp_path: Path) -> None:
    stop = StopSignal(20)
    with InterruptedAfter(tmp_path / "journal.sqlite3") as book:
        begin(book, FACTS, [], stop)
        assert book.reader.has(FACTS.id)
    stop.signalled()  # raises nothing any more
    assert stop.is_interrupted


def test_a_run_that_is_not_there_yet_does_not_begin(tmp_path: Path) -> None:
    with InterruptedBefore(tmp_path / "journal.sqlite3") as book, pytest.raises(KeyboardInterrupt):
        begin(book, FACTS, [], StopSignal(20))


def test_no_run_begins_after_an_interrupt(tmp_path: Path) -> None:
    stop = StopSignal(20)
    stop.interrupt()
    with JournalWriter(tmp_path / "journal.sqlite3") as book:
        with pytest.raises(Interrupted):
            begin(book, FACTS, [], stop)
        assert not book.reader.has(FACTS.id)


def test_a_signal_ends_at_once_what_may_be_left_undone() -> None:
    stop = StopSignal(20)
    stop.ends_in_order()
    with pytest.raises(KeyboardInterrupt), stop.at_once():
        stop.signalled()
    stop.signalled()
    assert isinstance(stop.reason, CampfireSyncError)
