"""The list of past runs."""

from collections.abc import Iterator
from typing import Any

from sync.errors import CannotStart
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.model import RunRecord, RunState
from sync.settings import Settings
from sync.status import Stage, Status


def lines(settings: Settings) -> Iterator[str]:
    """A line for each past run, the latest last."""
    history = JournalReader(settings.journal)
    runs = history.runs()
    if not runs:
        yield f"There are no runs in {settings.state} yet."
        return
    table = [("run", "when", "mode", "state", "rows", "file")]
    for run in runs:
        facts = run.facts
        when = f"{facts.started_at[:16].replace('T', ' ')} UTC"
        said, counts = standing(run, settings, history)
        shown = ", ".join(f"{count:,} {status.value}" for status, count in counts.items() if count) or "none"
        table.append((facts.id, when, facts.mode.value, said, shown, facts.file))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()


def objects(settings: Settings) -> Iterator[dict[str, Any]]:
    """An object for each past run, the latest last."""
    history = JournalReader(settings.journal)
    for run in history.runs():
        said, counts = standing(run, settings, history)
        yield {
            "run": run.facts.id,
            "started_at": run.facts.started_at,
            "ended_at": run.ended_at,
            "mode": run.facts.mode.value,
            "state": said,
            "file": run.facts.file,
            "base_url": run.facts.base_url,
            "counts": {status.key: count for status, count in counts.items()},
            "results": run.results or None,
        }


def standing(run: RunRecord, settings: Settings, history: JournalReader) -> tuple[str, dict[Status, int]]:
    """How far a run has come, and its rows by status.

    One that says it is running is, if somebody holds its lock; otherwise it was killed. While it runs, a row that is on
    its way has not failed.
    """
    counts = dict(run.counts)
    if run.state is not RunState.RUNNING:
        return run.state.value, counts
    try:
        with run_lock(settings.state, run.facts.base_url):
            return "interrupted", counts
    except CannotStart:
        on_their_way = min(history.count(run.facts.id, Stage.SENDING), counts[Status.FAILED])
        counts[Status.FAILED] -= on_their_way
        counts[Status.NOT_SENT] += on_their_way
        return run.state.value, counts
