"""How a run ends: one place turns whatever stopped it into a RunResult.

Exit code 2 promises that this command sent nothing. Whether that is so is known from the API's own counter of PUTs,
which is right even where the journal is gone.
"""

import threading
from dataclasses import replace

from sync.commands.result import RunResult, exit_code
from sync.errors import CampfireSyncError, CannotStart, Declined, ExitCode, LimitExceeded, StoppedEarly
from sync.execution.run_in_progress import RunInProgress, Tell
from sync.journal import steps
from sync.journal.database import JournalUnreadable
from sync.journal.writer import SENT_NO_MORE, JournalFailed
from sync.model import Mode, Requests, RowRecord, RunRecord, RunState
from sync.status import State, Status, status_of
from sync.text import now


class Tally:
    """Counts rows by status during a run. The journal has the same counts, as long as it can be read."""

    def __init__(self, run: RunRecord, tell: Tell) -> None:
        self.run = run  # as it began
        self._counts = dict(run.counts)
        self._tell = tell
        self._sent = 0  # rows that were concluded after a PUT
        self._lock = threading.Lock()

    def row(self, row: RowRecord, state: State, message: str) -> None:
        """A row has another status. Called from any thread."""
        status = status_of(state, self.run.facts.dry_run)
        with self._lock:
            self._counts[row.status] -= 1
            self._counts[status] += 1
            self._sent += status in (Status.UPDATED, Status.REJECTED)
        self._tell(row, state, message)

    def counts(self, puts: int) -> dict[Status, int]:
        """Rows by status. Of the rows that are not concluded, as many are in doubt as further PUTs have left."""
        counts = dict(self._counts)
        in_doubt = min(max(puts - self._sent, 0), counts[Status.NOT_SENT])
        counts[Status.NOT_SENT] -= in_doubt
        counts[Status.FAILED] += in_doubt
        return counts


def reason_for(error: Exception, puts: int) -> CampfireSyncError:
    """Why a run stopped, as a person reads it and with its true exit code.

    Args:
        puts: how many this command has sent.
    """
    if isinstance(error, JournalUnreadable):
        return JournalFailed(f"{error} {SENT_NO_MORE}")
    if isinstance(error, CannotStart) and puts:
        return StoppedEarly(str(error))
    if isinstance(error, CampfireSyncError) and (error.exit_code != ExitCode.CANNOT_START or not puts):
        return error
    stopped = StoppedEarly(f"an unexpected error: {type(error).__name__}: {error}")
    stopped.__cause__ = error
    return stopped


def end(run: RunInProgress, mode: Mode, tally: Tally, error: Exception | None, by: str) -> RunResult:
    """Write down how a run ended. Its control totals are added up later, with its workbook.

    Args:
        mode: of the command that ends.
        error: what stopped the run before its last row, if anything did.
        by: who typed the command.
    """
    made = run.api.requests
    reason = None if error is None else reason_for(error, made.put)
    try:
        ended = _written(run, reason, made)
    except Exception as e:  # the journal is lost, or damaged: what is known of the run is in memory
        reason = reason or reason_for(e, made.put)
        ended = _from_memory(tally, reason, made)
    return RunResult(
        ended,
        mode,
        ExitCode(reason.exit_code) if reason else exit_code(ended.counts),
        reason=ended.stopped_because,
        fault=reason.__cause__ if reason and not isinstance(error, CampfireSyncError) else None,
        declined=isinstance(reason, Declined),
        by=by,
    )


def _written(run: RunInProgress, reason: CampfireSyncError | None, made: Requests) -> RunRecord:
    """The run as the journal has it, once its end is written there."""
    journal, run_id, state = run.journal, run.facts.id, RunState.COMPLETE
    if reason:
        held_back = isinstance(reason, LimitExceeded) and not journal.reader.has_sent(run_id)
        state = RunState.HELD_BACK if held_back else RunState.STOPPED
    because = str(reason).removesuffix(".") if reason else ""
    journal.commit([steps.requests(run.session, made), steps.ended(run_id, state, because)])
    return journal.reader.run(run_id)


def _from_memory(tally: Tally, reason: CampfireSyncError, made: Requests) -> RunRecord:
    """The run as this process knows it."""
    return replace(
        tally.run,
        state=RunState.STOPPED,
        ended_at=now(),
        requests=tally.run.requests.plus(made),
        counts=tally.counts(made.put),
        stopped_because=str(reason).removesuffix("."),
    )
