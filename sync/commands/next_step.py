"""The command to type next, where there is one: as it is printed, and as scripts read it."""

from sync.commands.result import RunResult
from sync.errors import ExitCode
from sync.model import Mode, RunState
from sync.status import Status


def next_command(result: RunResult, options: str) -> str | None:
    """The command that takes a run further.

    Args:
        options: what has to be typed for the run to be found, such as ` --state-dir DIR`.
    """
    facts, counts = result.run.facts, result.run.counts
    if result.mode is Mode.CHECK or result.run.state is RunState.HELD_BACK:
        return None
    if result.exit_code in (ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED) or counts[Status.FAILED]:
        return f"campfire-sync resume {facts.id}{options}"
    if counts[Status.WOULD_UPDATE] and result.exit_code is not ExitCode.CANNOT_START:
        if facts.mode is Mode.UNDO:
            return f"campfire-sync undo {facts.parent}{options}"
        return f"campfire-sync apply {facts.id}{options}"
    return None
