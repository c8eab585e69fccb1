"""`report`: write a run's results workbook again, from the journal."""

from pathlib import Path

from sync.commands.forget import refuse_forgotten
from sync.commands.result import RunResult, exit_code
from sync.commands.runs import is_live
from sync.errors import ExitCode
from sync.journal.reader import JournalReader
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunRecord
from sync.report import files
from sync.settings import Settings


def report(run: str, settings: Settings) -> RunResult:
    """Write a run's workbook again, under the next free name.

    Raises:
        CampfireSyncError: there is no such run, or the workbook cannot be written.
    """
    files.refuse_taken_names(settings)
    earlier = JournalReader(settings.journal).find(run)
    refuse_forgotten(earlier, "reported")
    if is_live(earlier, settings):
        return _reported_live(earlier, settings)
    return reported(earlier, earlier.facts.mode, settings, write_again(earlier, settings))


def _reported_live(earlier: RunRecord, settings: Settings) -> RunResult:
    """What there is so far of a run that another process works on. Nothing of the run itself is touched."""
    now = JournalReader(settings.journal, live=True).run(earlier.facts.id)
    path = files.write_live(settings.journal, now.facts, settings.out, settings.group)
    totals = files.totals(settings.journal, now)
    return RunResult(now, now.facts.mode, ExitCode.OK, totals, path, live=True)


def reported(earlier: RunRecord, mode: Mode, settings: Settings, results: Path) -> RunResult:
    """The result of a command that did no more than look at an earlier run."""
    return RunResult(earlier, mode, exit_code(earlier.counts), files.totals(settings.journal, earlier), results)


def write_again(earlier: RunRecord, settings: Settings) -> Path:
    """Draw the workbook of an earlier run."""
    with JournalWriter(settings.journal) as book:
        return files.write(book, earlier.facts, settings.out, settings.group)
