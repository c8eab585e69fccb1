"""`report`: write a run's results workbook again, from the journal."""

from dataclasses import replace
from pathlib import Path

from sync.commands.forget import refuse_forgotten
from sync.commands.output_names import refuse_taken_names
from sync.commands.outputs import attempted, when_it_can
from sync.commands.result import RunResult, exit_code
from sync.commands.runs import is_live
from sync.commands.sendings import undos_of_all
from sync.errors import ExitCode
from sync.journal.reader import JournalReader
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunRecord
from sync.progress import Progress
from sync.report import results_file
from sync.settings import Settings
from sync.text import listed


def report(run: str, settings: Settings, progress: Progress) -> RunResult:
    """Write a run's workbook again, under the next free name.

    Raises:
        CampfireSyncError: there is no such run, or its journal cannot be used.
    """
    refuse_taken_names(settings)
    earlier = JournalReader(settings.journal).find(run)
    refuse_forgotten(earlier, "reported")
    if is_live(earlier, settings):
        return _report_live(earlier, settings, progress)
    return write_again(earlier, earlier.facts.mode, settings, progress)


def _report_live(earlier: RunRecord, settings: Settings, progress: Progress) -> RunResult:
    """What there is so far of a run that another process works on. Nothing of the run itself is touched."""
    now = JournalReader(settings.journal, live=True).run(earlier.facts.id)
    result = RunResult(now, now.facts.mode, ExitCode.OK, results_file.totals(settings.journal, now), live=True)

    def write() -> RunResult:
        path = results_file.write_live(settings.journal, now.facts, settings.out, settings.group)
        return replace(result, results=path)

    return attempted(result, write, when_it_can(now, settings), progress)


def reported(earlier: RunRecord, mode: Mode, settings: Settings, results: Path | None) -> RunResult:
    """The result of a command that did no more than look at an earlier run."""
    undos = undos_of_all(JournalReader(settings.journal), earlier.facts.id)
    return RunResult(
        earlier,
        mode,
        exit_code(earlier.counts),
        results_file.totals(settings.journal, earlier),
        results,
        undone_by=listed(undo.facts.id for undo in undos),
    )


def write_again(earlier: RunRecord, mode: Mode, settings: Settings, progress: Progress) -> RunResult:
    """Draw the workbook of an earlier run."""
    result = reported(earlier, mode, settings, None)
    with JournalWriter(settings.journal) as journal:

        def write() -> RunResult:
            drawn = results_file.write(journal, earlier.facts, settings.out, settings.group)
            return replace(result, results=drawn.path)

        return attempted(result, write, when_it_can(earlier, settings), progress)
