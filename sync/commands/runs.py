"""`runs`: the past runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.journal.reader import JournalReader
from sync.journal.run_lock import AnotherRun, run_lock
from sync.model import RunRecord, RunState
from sync.settings import Settings
from sync.status import Status


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run, with its state as it is now."""

    record: RunRecord
    state: str  # a RunState, or “interrupted” where it was killed
    counts: Mapping[Status, int]

    @property
    def words(self) -> str:
        """`40 updated, 1 in doubt, 9 not sent`; of a run whose personal data was removed, `forgotten` at the end.

        A row whose request was on its way is not said to have failed. An undo has put back what another run has
        updated.
        """
        facts, in_doubt, counts = self.record.facts, self.record.in_doubt, []
        for status, count in self.counts.items():
            if status is Status.FAILED:
                counts += [(count - in_doubt, facts.word(status)), (in_doubt, "in doubt")]
            else:
                counts.append((count, facts.word(status)))
        said = [f"{count:,} {word}" for count, word in counts if count]
        return ", ".join([*said, "forgotten"] if self.record.forgotten else said)


def runs(settings: Settings) -> list[PastRun]:
    """All runs, the latest last."""
    return [_past_run(run, settings) for run in JournalReader(settings.journal).runs()]


def _past_run(run: RunRecord, settings: Settings) -> PastRun:
    if run.state is not RunState.RUNNING:
        return PastRun(run, run.state.value, run.counts)
    if not is_live(run, settings):
        return PastRun(run, "interrupted", run.counts)
    live = JournalReader(settings.journal, live=True).run(run.facts.id)
    return PastRun(live, live.state.value, live.counts)


def is_done(run: RunRecord) -> bool:
    """Whether a run is complete, with no row that can still be sent, or read.

    By its counts: of 100 runs it is asked at a time.
    """
    return run.state is RunState.COMPLETE and not any(run.counts[each] for each in Status if each.facts.resumable)


def is_live(run: RunRecord, settings: Settings) -> bool:
    """Whether another process works on a run. One that the journal calls running was killed if nobody has its lock."""
    if run.state is not RunState.RUNNING:
        return False
    try:
        with run_lock(settings.state, run.facts.base_url):
            return False
    except AnotherRun:
        return True
