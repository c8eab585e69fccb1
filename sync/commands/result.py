"""How a command ended: what the shell, the JSON object and the closing summary are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sync.api.api import Api
from sync.errors import CampfireSyncError, ExitCode, LimitExceeded
from sync.journal import writer as steps
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts, RunRecord, RunState
from sync.report.totals import totals_by_currency
from sync.status import Status

BAD = tuple(status for status in Status if status.facts.bad)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A command that has ended."""

    run: RunRecord
    mode: Mode
    exit_code: ExitCode
    totals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # currency: total field: exact decimal
    results: Path | None = None
    because: str = ""  # why it stopped early


def exit_code(counts: Mapping[Status, int]) -> ExitCode:
    """What the shell is given for a run that came to its end."""
    return ExitCode.SOME_ROWS if any(counts[status] for status in BAD) else ExitCode.OK


def end(
    mode: Mode, facts: RunFacts, session: int, journal: JournalWriter, api: Api, reason: CampfireSyncError | None
) -> RunResult:
    """Write down how a run ended. `reason` is why it stopped before its last row, if it did."""
    state = RunState.COMPLETE
    if reason:
        held_back = isinstance(reason, LimitExceeded) and not journal.reader.has_sent(facts.id)
        state = RunState.HELD_BACK if held_back else RunState.STOPPED
    because = str(reason) if reason else ""
    journal.commit([steps.requests(session, api.requests), steps.ended(facts.id, state, because)])
    run = journal.reader.run(facts.id)
    code = ExitCode(reason.exit_code) if reason else exit_code(run.counts)
    return RunResult(run, mode, code, totals_by_currency(journal.reader, facts.id), because=because)
