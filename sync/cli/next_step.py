"""What a person, or a script, can do after a command."""

import os
import shlex

from sync.commands.result import RunResult
from sync.errors import ExitCode
from sync.model import Mode
from sync.settings import Settings
from sync.status import Status


def next_command(ended: RunResult, settings: Settings) -> str | None:
    """The command to type next, ready for the shell; None where there is none, or where the sheet comes first."""
    facts, counts = ended.run.facts, ended.run.counts
    if ended.exit_code == ExitCode.CANNOT_START:
        return None
    if ended.mode is Mode.CHECK:
        if any(counts[status] for status in Status if status.facts.bad):
            return None
        words = ["run", facts.file, "--dry-run", *_reading(settings)]
    elif ended.exit_code in (ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED) or counts[Status.FAILED]:
        words = ["resume", facts.id]
    elif counts[Status.WOULD_UPDATE]:
        words = ["undo", facts.parent] if facts.mode is Mode.UNDO else ["apply", facts.id]
    else:
        return None
    return f"campfire-sync {quoted(words)}{settings.elsewhere}"


def next_steps(ended: RunResult, settings: Settings) -> list[str]:
    """What to do next, in sentences."""
    command, counts = next_command(ended, settings), ended.run.counts
    steps = [f"{_purpose(ended)}: {command}"] if command else []
    fixable = any(counts[status] for status in (Status.INVALID, Status.REJECTED))
    if ended.results and fixable and ended.exit_code is ExitCode.SOME_ROWS:
        steps.append("Correct the sheet “To fix” in the results workbook, save it, and run that file.")
    return steps


def quoted(words: list[str]) -> str:
    """Words as the shell of this system takes them."""
    if os.name == "nt":  # no file name of Windows holds a double quote
        return " ".join(f'"{word}"' if " " in word else word for word in words)
    return shlex.join(words)


def _purpose(ended: RunResult) -> str:
    if ended.mode is Mode.CHECK:
        return "See what would change"
    if ended.exit_code in (ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED):
        return "Continue with"
    if ended.run.counts[Status.FAILED]:
        return "Try the failed rows again with"
    return "Put this back with" if ended.run.facts.mode is Mode.UNDO else "Send exactly this with"


def _reading(settings: Settings) -> list[str]:
    """The options by which the next command reads the sheet as this one did."""
    mapping = ["--mapping", str(settings.mapping.absolute())] if settings.mapping else []
    return [*mapping, *(["--sheet", settings.sheet] if settings.sheet else [])]
