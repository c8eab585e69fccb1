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
    yield f"{'run':<22}{'when':<18}{'mode':<9}{'state':<13}{'rows':<44}file"
    for run in runs:
        facts = run.facts
        when = facts.started_at[:16].replace("T", " ")
        yield f"{facts.id:<22}{when:<18}{facts.mode:<9}{state(run, settings):<13}{counted(run):<44}{facts.file}"


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
