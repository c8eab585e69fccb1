"""What a person, or a script, can do after a command."""

from pathlib import Path

from sync.commands.earlier_run import reading_options, run_again
from sync.commands.result import RunResult
from sync.errors import ExitCode
from sync.model import Mode, RunState
from sync.settings import Settings, sending_to
from sync.status import Status
from sync.text import typed


def next_command(ended: RunResult, settings: Settings) -> str | None:
    """The command to type next, ready for the shell; None where nothing is left to do, or the sheet comes first."""
    facts, counts = ended.run.facts, ended.run.counts
    if ended.exit_code == ExitCode.CANNOT_START or ended.live:  # whoever runs it goes on with it
        return None
    if ended.mode is Mode.CHECK:
        if any(counts[status] for status in Status if status.facts.bad):
            return None
        return run_again(facts.file, facts, settings, "--dry-run", accept=settings.accept)
    if _lacks_only_its_workbook(ended):
        words = ["report", facts.id]
    elif _lacks_only_what_shows_it(ended):
        return run_again(facts.file, facts, settings, "--dry-run", *_showing(settings), accept=settings.accept)
    elif _was_stopped(ended) or _left_to_send(ended):
        words = ["resume", facts.id]
    elif counts[Status.WOULD_UPDATE]:
        words = ["undo", facts.parent] if facts.mode is Mode.UNDO else ["apply", *_preview(ended, settings)]
    else:
        return None
    return f"campfire-sync {typed(*words)}{settings.state_option}"


def next_steps(ended: RunResult, settings: Settings) -> list[str]:
    """What to do next, in sentences."""
    command = next_command(ended, settings)
    steps = [f"{_purpose(ended)}: {command}"] if command else []
    counts = ended.run.counts
    if counts[Status.WOULD_UPDATE] and (plan := _plan(ended, settings)):
        steps.append(f"Somebody else approves the plan with: campfire-sync approve {typed(plan)} --key FILE")
    if ended.mode is Mode.CHECK and ended.exit_code is ExitCode.SOME_ROWS and not ended.results:
        file = ended.run.facts.file
        words = ["check", file, *reading_options(file, ended.run.facts, settings, settings.accept)]
        steps.append(f"Correct the rows in the sheet, save it, and check it again: campfire-sync {typed(*words)}")
    to_fix = any(counts[status] for status in Status if status.facts.fixable and not status.facts.resumable)
    if ended.results and to_fix and ended.mode is not Mode.UNDO and ended.exit_code is ExitCode.SOME_ROWS:
        command = run_again(ended.results, ended.run.facts, settings, accept=settings.accept)
        steps.append(f"Correct the sheet “To fix” in the results workbook, save it, and run it: {command}")
    if ended.undone_by:
        steps.append(f"This run was put back by {ended.undone_by}.")
    elif counts[Status.UPDATED] and ended.run.facts.mode is not Mode.UNDO and ended.run.state is RunState.COMPLETE:
        steps.append(f"To put everything back: campfire-sync undo {ended.run.facts.id}{settings.state_option}")
    return steps


def after_export(path: Path, settings: Settings, is_template: bool) -> str:
    """What to do with an exported sheet, in a sentence."""
    words = ["check", str(path)] if is_template else ["run", str(path), "--dry-run"]
    mapping = ["--mapping", str(settings.mapping.absolute())] if settings.mapping else []
    where = [] if is_template else sending_to(settings.target_url)
    do = "Fill it in, save it, and check it" if is_template else "Edit it, save it, and see what would change"
    return f"{do}: campfire-sync {typed(*words, *mapping, *where)}{settings.state_option}"


def _preview(ended: RunResult, settings: Settings) -> list[str]:
    """What `apply` takes: the plan file, which somebody may sign, or else the preview's own id."""
    facts, plan = ended.run.facts, _plan(ended, settings)
    return [plan, *sending_to(facts.base_url)] if plan else [facts.id]


def _plan(ended: RunResult, settings: Settings) -> str:
    """The plan file of a preview, from whatever folder; empty where there is none."""
    return str(settings.plan.absolute()) if settings.plan and not ended.error else ""


def _lacks_only_its_workbook(ended: RunResult) -> bool:
    is_complete = ended.run.state is RunState.COMPLETE and not _left_to_send(ended)
    early = ended.exit_code in (ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED)
    return early and is_complete and ended.results is None


def _lacks_only_what_shows_it(ended: RunResult) -> bool:
    """Whether a preview that changes nothing lacks its plan file or its page."""
    is_complete = ended.exit_code is ExitCode.STOPPED_EARLY and ended.run.state is RunState.COMPLETE
    return is_complete and ended.mode is Mode.PREVIEW and not ended.run.counts[Status.WOULD_UPDATE]


def _was_stopped(ended: RunResult) -> bool:
    """Whether the run itself ended early: one of which only a file could not be written did not."""
    early = ended.exit_code in (ExitCode.STOPPED_EARLY, ExitCode.INTERRUPTED)
    return early and ended.run.state is not RunState.COMPLETE


def _left_to_send(ended: RunResult) -> bool:
    return any(ended.run.counts[status] for status in Status if status.facts.resumable)


def _purpose(ended: RunResult) -> str:
    if _lacks_only_its_workbook(ended):
        return "Write it with"
    if _lacks_only_what_shows_it(ended):
        return "Make the preview again with"
    if ended.mode is Mode.CHECK:
        return "See what would change"
    if _was_stopped(ended):
        return "Continue with"
    if _left_to_send(ended):
        return "Try the failed rows again with"
    return "Put this back with" if ended.run.facts.mode is Mode.UNDO else "Send exactly this with"


def _showing(settings: Settings) -> list[str]:
    """The options by which the next preview leaves the files that this one was asked for."""
    files = [("--plan", settings.plan), ("--html", settings.html)]
    return [word for option, path in files if path for word in (option, str(path.absolute()))]
