"""`check`: read, map and validate. No network, no key, and no journal that stays."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sync.commands.begin import facts_of, rows_as_read
from sync.commands.output_names import refuse_taken_names
from sync.commands.read import read_edits
from sync.commands.result import RunResult, exit_code
from sync.errors import CannotStart
from sync.journal import steps
from sync.journal.writer import JournalFailed, JournalWriter
from sync.model import Mode, Requests, RunFacts, RunRecord, RunState
from sync.progress import Progress
from sync.scratch import no_scratch_space
from sync.settings import Settings
from sync.status import Status
from sync.text import now
from sync.validation.validation import Validation


def check(edits: Path, settings: Settings, progress: Progress) -> RunResult:
    """Report every problem of a sheet; with `--out` also in a workbook.

    Raises:
        CannotStart: the sheet or the mapping cannot be read, or the workbook cannot be written.
    """
    return check_keeping_rows(edits, settings, progress)[0]


def check_keeping_rows(edits: Path, settings: Settings, progress: Progress) -> tuple[RunResult, Validation]:
    """As `check`, with the rows for somebody who looks at them afterwards."""
    began = now()
    refuse_taken_names(settings, EDITS=edits)
    validation = read_edits(edits, settings, progress)
    facts = replace(facts_of(validation, settings, Mode.CHECK, base_url=""), started_at=began)
    for remark in facts.remarks:
        progress.say(remark.with_rows)
    if settings.out is not None:
        _write_workbook(facts, validation, settings.out, settings.group)
    counts = _counts(validation, progress)
    ended = RunRecord(facts, RunState.COMPLETE, now(), Requests(), counts)
    return RunResult(ended, Mode.CHECK, exit_code(counts), results=settings.out), validation


def _write_workbook(facts: RunFacts, validation: Validation, path: Path, group: str) -> None:
    """Draw the workbook from a journal that is thrown away afterwards."""
    from sync.report.workbook.workbook import write  # late: openpyxl is slow to import

    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            journal = stack.enter_context(JournalWriter(folder / "journal.sqlite3"))
            journal.begin(facts, rows_as_read(facts.id, validation))
            journal.commit([steps.ended(facts.id, RunState.COMPLETE)])
        except (OSError, CannotStart, JournalFailed) as e:  # nobody need know that there is a journal
            raise no_scratch_space(e.__cause__ or "no room") from e
        write(journal.reader, facts.id, path, group)


def _counts(validation: Validation, progress: Progress) -> dict[Status, int]:
    """Show every problem, and count the rows."""
    for problem in validation.problems():
        progress.problem(problem)
    counts = dict.fromkeys(Status, 0)
    counts[Status.INVALID] = validation.invalid
    counts[Status.NOT_SENT] = validation.count - validation.invalid
    return counts
