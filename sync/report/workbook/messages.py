"""The sentences of the workbook, for somebody who knows Excel and not the API."""

from collections.abc import Mapping

from sync.model import Mode, RowRecord, RunFacts, RunRecord, RunState
from sync.status import Status
from sync.text import counted


def to_fix(facts: RunFacts) -> tuple[Status, ...]:
    """The statuses whose rows are in To fix. An undo has none: its sheet asks for what has just been undone."""
    return () if facts.mode is Mode.UNDO else tuple(status for status in Status if status.facts.fixable)


def means(status: Status, facts: RunFacts) -> str:
    """What a status means in this kind of run."""
    line = status.facts
    match facts.mode:
        case Mode.CHECK:
            other = line.check_meaning
        case Mode.UNDO:
            other = (line.undo_preview_meaning if facts.dry_run else "") or line.undo_meaning
        case _:
            other = line.preview_meaning if facts.dry_run else ""
    return other or line.meaning


def remedy(row: RowRecord, facts: RunFacts, here: str = "in To fix") -> str:
    """What to do about a row that was not sent, or that the API or the network stopped.

    `here` says where the row can be corrected.
    """
    if facts.mode is Mode.PREVIEW and row.status is Status.FAILED:
        return "Run the preview again."
    line = row.status.facts
    other = {Mode.CHECK: line.check_remedy, Mode.UNDO: line.undo_remedy}.get(facts.mode, "")
    return (other or line.remedy).format(run=facts.id, here=here)


def title(facts: RunFacts) -> str:
    """What the workbook is of."""
    match facts.mode:
        case Mode.CHECK:
            return "Results of a check"
        case Mode.PREVIEW:
            return f"Preview {facts.id}"
        case Mode.UNDO:
            return f"Undo {facts.id} of {facts.undone}: what {'would be' if facts.dry_run else 'was'} put back"
    return f"Results of run {facts.id}"


def kind_of_run(record: RunRecord) -> str:
    """The run's mode, and whether it was a dry run."""
    facts = record.facts
    dry = " (dry run: nothing was put back)" if facts.dry_run and facts.mode is Mode.UNDO else ""
    return f"{facts.mode}{dry}"


def headline(record: RunRecord, counts: Mapping[Status, int]) -> str:
    """What happened, in one or two sentences."""
    rows = sum(counts.values())
    if not rows:
        return "There was nothing to do: the sheet has no rows."
    wrong = sum(count for status, count in counts.items() if status.facts.bad)
    if record.facts.mode is Mode.CHECK:
        return f"{_checked(rows, wrong)} Nothing was sent: this was a check."
    return f"{_done(record.facts, counts, rows)} {_left(record.facts, counts, wrong)}"


def _checked(rows: int, wrong: int) -> str:
    if not wrong:
        return f"{counted(rows, 'rows')} read without a problem."
    return f"{wrong:,} of {counted(rows, 'rows')} {'has' if wrong == 1 else 'have'} a problem: see Problems and To fix."


def _done(facts: RunFacts, counts: Mapping[Status, int], rows: int) -> str:
    unchanged = f"{counts[Status.UNCHANGED]:,} unchanged"
    if counts[Status.LEFT_OUT]:
        unchanged += f", {counts[Status.LEFT_OUT]:,} left out"
    of_rows = f"of {counted(rows, 'rows')}"
    if facts.dry_run:
        would = f"{counts[Status.WOULD_UPDATE]:,} {of_rows} would be {_done_in(facts, 'updated')}"
        return f"{would}, {unchanged}. Nothing was {_done_in(facts)}."
    return f"{counts[Status.UPDATED]:,} {of_rows} {_done_in(facts, 'updated')}, {unchanged}."


def _done_in(facts: RunFacts, otherwise: str = "sent") -> str:
    """What a run does to its rows, and did: an undo puts them back."""
    return "put back" if facts.mode is Mode.UNDO else otherwise


def _left(facts: RunFacts, counts: Mapping[Status, int], wrong: int) -> str:
    not_sent = counts[Status.NOT_SENT]
    if not wrong and not not_sent:
        return "Every row is done."
    parts = [f"{wrong:,} {'needs' if wrong == 1 else 'need'} attention"] if wrong else []
    parts += [f"{not_sent:,} not {_done_in(facts)}"] if not_sent else []
    return f"{' and '.join(parts)}: see {'Results' if facts.mode is Mode.UNDO else 'To fix'}."


def ending(record: RunRecord) -> str:
    """Why a run did not reach its end, and how to continue it; empty for one that did."""
    run = record.facts.id
    if record.state is RunState.COMPLETE:
        return ""
    if record.state is RunState.HELD_BACK:
        return f"Held back, nothing was {_done_in(record.facts)}: {record.stopped_because}"
    if record.state is RunState.RUNNING:
        return f"The run has not ended, or its process was killed. To continue it: campfire-sync resume {run}"
    because = f": {record.stopped_because}" if record.stopped_because else "."
    return f"The run stopped early{because}\nTo continue it: campfire-sync resume {run}"
