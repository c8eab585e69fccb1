"""The list of past runs."""

from collections.abc import Iterator
from typing import Any

from sync.errors import CannotStart
from sync.history import History
from sync.lock import one_at_a_time
from sync.model import RunRecord, RunState
from sync.settings import Settings


def lines(settings: Settings) -> Iterator[str]:
    """A line for each past run, the latest last."""
    runs = History(settings.journal).runs()
    if not runs:
        yield f"There are no runs in {settings.state} yet."
        return
    table = [("run", "when", "mode", "state", "rows", "file")]
    for run in runs:
        facts = run.facts
        when = f"{facts.started_at[:16].replace('T', ' ')} UTC"
        table.append((facts.id, when, facts.mode.value, state(run, settings), counted(run), facts.file))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()


def objects(settings: Settings) -> list[dict[str, Any]]:
    """An object for each past run, the latest last."""
    return [
        {
            "run": run.facts.id,
            "started_at": run.facts.started_at,
            "ended_at": run.ended_at,
            "mode": run.facts.mode.value,
            "state": state(run, settings),
            "file": run.facts.file,
            "base_url": run.facts.base_url,
            "counts": {status.key: count for status, count in run.counts.items()},
            "results": run.results or None,
        }
        for run in History(settings.journal).runs()
    ]


def counted(run: RunRecord) -> str:
    """How many rows of which status."""
    return ", ".join(f"{count:,} {status.value}" for status, count in run.counts.items() if count) or "none"


def state(run: RunRecord, settings: Settings) -> str:
    """How far a run has come. One that says it is running is, if somebody holds its lock; otherwise it was killed."""
    if run.state is not RunState.RUNNING:
        return run.state.value
    try:
        with one_at_a_time(settings.state, run.facts.base_url):
            return "interrupted"
    except CannotStart:
        return run.state.value
