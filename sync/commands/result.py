"""How a command ended: what the shell, the JSON object and the closing summary are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import ExitCode
from sync.model import Mode, RunRecord
from sync.status import Status
from sync.text import ended

BAD = tuple(status for status in Status if status.facts.bad)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A command that has ended. The facts of the run (file, base URL, warnings …) are `run.facts`."""

    run: RunRecord
    mode: Mode
    exit_code: ExitCode
    totals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # currency: total field: exact decimal
    results: Path | None = None
    reason: str = ""  # why it stopped early, without a full stop
    remedy: str = ""  # what to do about that on the command line, where the reason does not say, without a full stop
    fault: BaseException | None = None  # the unexpected exception that stopped it, for a file of details
    declined: bool = False  # somebody was asked, and said no
    live: bool = False  # the run is still in progress in another process
    undone_by: str = ""  # the runs that have put back all of it, where this is a look at an earlier run
    by: str = ""  # who typed this command: user@host

    @property
    def error(self) -> str:
        """Why it stopped early and what to do about it, as the command line says it; without a full stop."""
        return f"{ended(self.reason)} {self.remedy}" if self.remedy else self.reason


def exit_code(counts: Mapping[Status, int]) -> ExitCode:
    """What the shell is given for a run that came to its end."""
    return ExitCode.SOME_ROWS if any(counts[status] for status in BAD) else ExitCode.OK
