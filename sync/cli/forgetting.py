"""What `forget` asks before it removes anything, and what it says when it is done."""

from collections.abc import Iterator

from sync.cli.question import can_ask, confirmed
from sync.commands.forget import Forgotten, ToForget
from sync.model import RunRecord
from sync.settings import Settings
from sync.text import counted, listed, visible_value

FEW = 5  # unfinished runs named before the question


def agrees(settings: Settings, to_forget: ToForget) -> bool:
    """Ask once; without a terminal as standard input, or with --yes, do not ask."""
    if settings.yes or not can_ask():
        return True
    runs = f"the personal data of {counted(len(to_forget.runs), 'runs')}" if to_forget.runs else ""
    sheets = _kept(to_forget.sheets) if to_forget.sheets else ""
    question = f"Remove {' and '.join(filter(None, (runs, sheets)))}?"
    return confirmed(question, _unfinished(to_forget.unfinished), map(_line, to_forget.runs))


def _kept(sheets: int) -> str:
    things = "sheet or export" if sheets == 1 else "sheets or exports"
    return f"{sheets:,} {things} that the app kept and no run has used"


def _unfinished(runs: tuple[RunRecord, ...]) -> Iterator[str]:
    if not runs:
        return
    yield f"{counted(len(runs), 'unfinished runs')} can then no longer be resumed:"
    yield from map(_line, runs[:FEW])
    if len(runs) > FEW:
        yield f"  … and {len(runs) - FEW:,} more"


def _line(run: RunRecord) -> str:
    facts = run.facts
    return f"  {facts.id}  {facts.mode.value}  {facts.file_name}"


def lines(forgotten: Forgotten) -> Iterator[str]:
    """What was removed, what was not, and which files hold the same data still."""
    yield from _removed(forgotten)
    yield from (
        f"{name} was left alone: another run is in progress for its base URL." for name in forgotten.in_progress
    )
    if forgotten.related:
        them = "that run" if len(forgotten.related) == 1 else "those runs"
        yield f"The same rows are still in {listed(forgotten.related)}. Forget {them} too."
    if forgotten.left:
        yield "These files still hold the data. Delete them yourself if nobody needs them:"
        yield from (f"  {visible_value(str(path))}" for path in forgotten.left)
    if forgotten.runs:
        yield "Files that were copied, moved or sent elsewhere, and exports, are not known here."


def _removed(forgotten: Forgotten) -> Iterator[str]:
    yield from (f"The personal data of {name} is removed." for name in forgotten.runs)
    if forgotten.runs:
        these = "This run" if len(forgotten.runs) == 1 else "These runs"
        yield f"{these} can no longer be applied, continued, undone or reported."
    if forgotten.sheets:
        yield f"Removed: {_kept(forgotten.sheets)}."
    if not forgotten.runs and not forgotten.sheets:
        yield "Nothing was left to remove."
