"""Which runs have sent what a preview showed, or put back what a run sent."""

from itertools import dropwhile

from sync.journal.reader import JournalReader
from sync.journal.row_pages import RowPages
from sync.model import Mode, RunRecord, RunState
from sync.status import Status


def sendings_of(history: JournalReader, preview: str) -> list[RunRecord]:
    """The runs that have applied a preview and sent something, the oldest first."""
    return _that_sent(history, history.runs(), Mode.APPLY, preview)


def undos_of(history: JournalReader, run: str, since: str = "") -> list[RunRecord]:
    """The runs that have put back something of a run, the oldest first; with `since` only those after that run."""
    runs = history.runs()
    if since:
        runs = list(dropwhile(lambda each: each.facts.id != since, runs))
    return _that_sent(history, runs, Mode.UNDO, run)


def rows_done(history: JournalReader, runs: list[RunRecord]) -> set[int]:
    """The sheet's numbers of the rows that hold by these runs what they were to send, or to put back."""
    done = (Status.UPDATED, Status.UNCHANGED)  # unchanged: the record held it already
    return {number for run in runs for number in RowPages(history, run.facts.id).numbers(*done)}


def undo_of_all(history: JournalReader, run: str) -> RunRecord | None:
    """The latest run that has put back all that a run sent; None where something is left, or nothing was put back."""
    return next((undo for undo in reversed(undos_of(history, run)) if _is_whole(undo)), None)


def _is_whole(undo: RunRecord) -> bool:
    done = undo.counts[Status.UPDATED] + undo.counts[Status.UNCHANGED]
    return undo.state is RunState.COMPLETE and done == sum(undo.counts.values())


def _that_sent(history: JournalReader, runs: list[RunRecord], mode: Mode, parent: str) -> list[RunRecord]:
    of_parent = (run for run in runs if (run.facts.mode, run.facts.parent) == (mode, parent))
    return [run for run in of_parent if history.has_sent(run.facts.id)]
