"""`runs`: the past runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.errors import CannotStart
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.model import RunRecord, RunState
from sync.settings import Settings
from sync.status import Stage, Status


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run, with its state as it is now."""

    record: RunRecord
    state: str  # a RunState, or “interrupted” where it was killed
    counts: Mapping[Status, int]


def runs(settings: Settings) -> list[PastRun]:
    """All runs, the latest last."""
    history = JournalReader(settings.journal)
    return [_past_run(run, settings, history) for run in history.runs()]


def _past_run(run: RunRecord, settings: Settings, history: JournalReader) -> PastRun:
    """A run that the journal calls running is, if somebody holds its lock; otherwise it was killed.

    While it runs, a row whose request is in flight has not failed.
    """
    if run.state is not RunState.RUNNING:
        return PastRun(run, run.state.value, run.counts)
    try:
        with run_lock(settings.state, run.facts.base_url):
            return PastRun(run, "interrupted", run.counts)
    except CannotStart:
        counts = dict(run.counts)
        in_flight = min(history.count(run.facts.id, Stage.SENDING), counts[Status.FAILED])
        counts[Status.FAILED] -= in_flight
        counts[Status.NOT_SENT] += in_flight
        return PastRun(run, run.state.value, counts)
