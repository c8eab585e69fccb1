"""How a command ended: what the shell, the JSON object and the closing summary are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import ExitCode
from sync.model import Mode, RunRecord
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


def exit_code(run: RunRecord) -> ExitCode:
    """What the shell is given for a run that came to its end."""
    bad = any(run.counts[status] for status in BAD)
    return ExitCode.SOME_ROWS if bad else ExitCode.OK
