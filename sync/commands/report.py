"""`report`: write a run's results workbook again, from the journal."""

from pathlib import Path

from sync.commands.forget import refuse_forgotten
from sync.commands.result import RunResult, exit_code
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
    return reported(earlier, earlier.facts.mode, settings, write_again(earlier, settings))


def reported(earlier: RunRecord, mode: Mode, settings: Settings, results: Path) -> RunResult:
    """The result of a command that did no more than look at an earlier run."""
    return RunResult(earlier, mode, exit_code(earlier.counts), files.totals(settings.journal, earlier), results)


def write_again(earlier: RunRecord, settings: Settings) -> Path:
    """Draw the workbook of an earlier run."""
    with JournalWriter(settings.journal) as book:
        return files.write(book, earlier.facts, settings.out, settings.group)
