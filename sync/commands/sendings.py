"""Which runs have sent what a preview showed, or put back what a run sent."""

from itertools import dropwhile

from sync.journal.reader import JournalReader
from sync.journal.row_pages import RowPages
from sync.model import Mode, RowRecord, RunRecord, RunState
from sync.status import STATES, Stage, Status

# Of the rows of an undo: those that it has come to, whatever came of them.
_REACHED = tuple({*STATES} - {Stage.READ, Stage.PLANNED, Status.LEFT_OUT})


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


def rows_undone(history: JournalReader, run: str) -> dict[int, str]:
    """The sheet's numbers of the rows that undos of a run were to put back, each with the id of the last such undo.

    A row of which that undo was undone in turn is not among them: it holds again what the run sent.
    """
    undone: dict[int, str] = {}
    for undo in history.runs():
        facts = undo.facts
        if (facts.mode, facts.parent, facts.dry_run) != (Mode.UNDO, run, False):
            continue
        if undo.state is RunState.COMPLETE or history.has_sent(facts.id):
            restored = rows_undone(history, facts.id)
            numbers = RowPages(history, facts.id).numbers(*_REACHED)
            undone |= {number: facts.id for number in numbers if number not in restored}
    return undone


def undos_of_all(history: JournalReader, run: str) -> list[RunRecord]:
    """The runs that together have put back all that a run sent; none where something is left."""
    undos = [(undo, _put_back(history, undo)) for undo in undos_of(history, run)]
    is_whole = bool(undos) and not _in_effect(history, run)
    return [undo for undo, rows in undos if rows] if is_whole else []


def may_have_sent(row: RowRecord, is_forgotten: bool = False) -> bool:
    """Whether the record may hold what a run sent for this row. The changes of a forgotten run are gone."""
    refused = row.state is Status.REJECTED and row.http_status is not None and row.http_status >= 400
    refused = refused and row.attempts == 1  # an earlier attempt may have arrived all the same
    return bool(row.attempts and (row.changes or is_forgotten)) and not refused


def _in_effect(history: JournalReader, run: str) -> set[int]:
    """The sheet's numbers of the rows that may hold what a run sent: no undo has put them back."""
    is_forgotten = bool(history.run(run).forgotten)
    rows = {row.row for row in history.rows(run) if may_have_sent(row, is_forgotten)}
    return rows.difference(*(_put_back(history, undo) for undo in undos_of(history, run)))


def _put_back(history: JournalReader, undo: RunRecord) -> set[int]:
    """The sheet's numbers of the rows that an undo has put back, and that no undo of it may have sent again."""
    again = (_in_effect(history, each.facts.id) for each in undos_of(history, undo.facts.id))
    return rows_done(history, [undo]).difference(*again)


def _that_sent(history: JournalReader, runs: list[RunRecord], mode: Mode, parent: str) -> list[RunRecord]:
    of_parent = (run for run in runs if (run.facts.mode, run.facts.parent) == (mode, parent))
    return [run for run in of_parent if history.has_sent(run.facts.id)]
