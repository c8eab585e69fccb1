"""What the workbook says, in the words of somebody who knows Excel and not the API."""

import json
from typing import Any

from sync.model import MISSING, Change, Mode, RowRecord, RunFacts, RunRecord, RunState
from sync.status import Status

EMPTY = "(empty)"
ABSENT = "(not in the record)"

TO_FIX = tuple(status for status in Status if status.facts.fixable)


def to_fix(facts: RunFacts) -> tuple[Status, ...]:
    """The statuses of which the rows are in To fix. An undo has none: its sheet asks for what has been undone."""
    return () if facts.mode is Mode.UNDO else TO_FIX


def sentence(said: str) -> str:
    """A text that stands for itself, with its capital."""
    return said[:1].upper() + said[1:]


def means(status: Status, facts: RunFacts) -> str:
    """What a status means, and what to do."""
    line = status.facts
    other = {Mode.CHECK: line.check_meaning, Mode.UNDO: line.undo_meaning}.get(facts.mode, "")
    return other or line.meaning


def value(held: Any) -> str:
    """A field's value as a person reads it. Null, an empty text and a field that is not there look different."""
    if held is MISSING:
        return ABSENT
    if held is None:
        return EMPTY
    if held == "":
        return '""'
    return held if isinstance(held, str) else json.dumps(held, ensure_ascii=False, default=str)


def changes(found: tuple[Change, ...]) -> str:
    """A row's changes: `terms: net_30 → net_45`."""
    return "; ".join(f"{change.field}: {value(change.before)} → {value(change.after)}" for change in found)


def name(row: RowRecord) -> str:
    """The customer's name: as the API answered, as it was read, or as the row wants it."""
    for seen in (row.after, row.before):
        if seen is not None and seen.name:
            return seen.name
    wanted = row.edits.get("name")
    return wanted if isinstance(wanted, str) else ""


def moment(at: str) -> str:
    """A time of the journal, to the second: `2026-11-22 16:01:03Z`."""
    return f"{at[:10]} {at[11:19]}Z" if len(at) >= 20 and at.endswith("Z") else at


def remedy(row: RowRecord, facts: RunFacts) -> str:
    """What to do about a row that the API or the network stood in the way of."""
    if facts.dry_run and row.status is Status.FAILED:
        return "Run the preview again."
    line = row.status.facts
    other = {Mode.CHECK: line.check_remedy, Mode.UNDO: line.undo_remedy}.get(facts.mode, "")
    return (other or line.remedy).format(run=facts.id)


def kind_of_run(record: RunRecord) -> str:
    """The run's mode, and whether it was only a look."""
    facts = record.facts
    look = " (dry run: nothing was sent)" if facts.dry_run and facts.mode not in (Mode.PREVIEW, Mode.CHECK) else ""
    return f"{facts.mode}{look}"


def headline(record: RunRecord, counts: dict[Status, int]) -> str:
    """What happened, in one or two sentences."""
    rows = sum(counts.values())
    if not rows:
        return "There was nothing to do: the sheet has no rows."
    wrong = sum(counts[status] for status in TO_FIX if status is not Status.NOT_SENT)
    if record.facts.mode is Mode.CHECK:
        return f"{_checked(rows, wrong)} Nothing was sent: this was a check."
    where = "Results" if record.facts.mode is Mode.UNDO else "To fix"
    return f"{_done(record.facts, counts, rows)} {_left(counts, wrong, where)}"


def _checked(rows: int, wrong: int) -> str:
    if not wrong:
        return f"{_rows(rows)} read without a problem."
    return f"{wrong:,} of {_rows(rows)} {'has' if wrong == 1 else 'have'} a problem: see Problems and To fix."


def _done(facts: RunFacts, counts: dict[Status, int], rows: int) -> str:
    unchanged = f"{counts[Status.UNCHANGED]:,} unchanged"
    if facts.dry_run:
        return f"{counts[Status.WOULD_UPDATE]:,} of {_rows(rows)} would be updated, {unchanged}. Nothing was sent."
    did = "put back" if facts.mode is Mode.UNDO else "updated"
    return f"{counts[Status.UPDATED]:,} of {_rows(rows)} {did}, {unchanged}."


def _left(counts: dict[Status, int], wrong: int, where: str) -> str:
    waiting = counts[Status.NOT_SENT]
    if not wrong and not waiting:
        return "No row is left over."
    parts = [f"{wrong:,} {'needs' if wrong == 1 else 'need'} a look"] if wrong else []
    parts += [f"{waiting:,} not sent"] if waiting else []
    return f"{' and '.join(parts)}: see {where}."


def ending(record: RunRecord) -> str:
    """What is to be said of a run that did not go through to its end; empty for one that did."""
    run = record.facts.id
    if record.state is RunState.COMPLETE:
        return ""
    if record.state is RunState.HELD_BACK:
        return f"Held back, nothing was sent: {record.stopped_because}"
    if record.state is RunState.RUNNING:
        return f"The run has not ended, or was cut off. campfire-sync resume {run} goes on with it."
    because = f": {record.stopped_because}" if record.stopped_because else "."
    return f"The run stopped early{because}\ncampfire-sync resume {run} goes on with it."


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
