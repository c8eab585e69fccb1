"""What a command leaves beside the journal: the results workbook, and the page and the plan file of a preview.

A run whose workbook cannot be written (its name is taken, it is open in Excel, the disk is full) has stopped early: the
journal has everything, and `report` writes the workbook later.
"""

from collections.abc import Callable
from dataclasses import replace

from sync.commands.plan_file import write_plan
from sync.commands.result import RunResult
from sync.errors import CampfireSyncError, ExitCode
from sync.journal import steps
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunRecord, RunState
from sync.progress import Progress
from sync.report import results_file
from sync.report.page.page import write as write_page
from sync.report.totals import totals_by_currency
from sync.settings import Settings
from sync.status import Status
from sync.stop import StopSignal
from sync.text import ended

_AGAIN = {ExitCode.OK, ExitCode.SOME_ROWS}  # the exit codes of what came to its end


def write_report(
    result: RunResult, journal: JournalWriter, progress: Progress, settings: Settings, stop: StopSignal
) -> RunResult:
    """Write the workbook, and the plan file and the page where they are asked for: each, though another one fails.

    A signal that comes meanwhile ends that at once. One that has come before does not: the run that it has stopped
    gets its workbook.
    """
    try:
        with stop.at_once():
            result = _write_files(result, journal, progress, settings)
    except KeyboardInterrupt:
        if not stop.is_interrupted:  # not by this program's own handler
            raise
        reason = "the command was interrupted while it wrote its files"
        remedy = f"To write the workbook: {_again(result.run, settings)}"
        return _lacking(result, reason, remedy, None, ExitCode.INTERRUPTED, progress)
    return result if result.results or result.totals else _with_totals(result, journal, progress)


def _write_files(result: RunResult, journal: JournalWriter, progress: Progress, settings: Settings) -> RunResult:
    result = write_preview(result, journal, progress, settings)
    if not _leaves_a_workbook(result, settings):
        return result
    instead = result.mode is Mode.RESUME

    def workbook() -> RunResult:
        path, totals = results_file.write(journal, result.run.facts, settings.out, settings.group, instead)
        return replace(result, results=path, totals=totals)

    return attempted(result, workbook, when_it_can(result.run, settings), progress)


def _with_totals(result: RunResult, journal: JournalWriter, progress: Progress) -> RunResult:
    """The result with the run's control totals, where no workbook has added them up."""
    try:
        return replace(result, totals=totals_by_currency(journal.reader, result.run.facts.id))
    except Exception as e:  # the journal is lost, or damaged: what is known of the run is in the result
        fault = None if isinstance(e, CampfireSyncError) else e
        return result if result.reason else _lacking(result, str(e), "", fault, ExitCode.STOPPED_EARLY, progress)


def write_preview(result: RunResult, journal: JournalWriter, progress: Progress, settings: Settings) -> RunResult:
    """Write the plan file and the page, where they are asked for; the plan only if the preview is whole."""
    run, again = result.run, "When it can be written, make the preview again."

    def plan() -> RunResult:
        assert settings.plan is not None
        totals = result.totals or totals_by_currency(journal.reader, run.facts.id)
        write_plan(journal.reader, run, totals, settings.plan, settings.group)
        journal.commit([steps.file(run.facts.id, settings.plan)])
        progress.wrote("Plan", settings.plan)
        return replace(result, totals=totals)

    def page() -> RunResult:
        assert settings.html is not None
        write_page(journal.reader, run.facts.id, settings.html, settings.full_state_option, settings.group)
        journal.commit([steps.file(run.facts.id, settings.html)])
        progress.wrote("Page", settings.html)
        return result

    if settings.plan is not None and run.state in (RunState.COMPLETE, RunState.HELD_BACK):
        result = attempted(result, plan, again, progress)
    if settings.html is not None:
        result = attempted(result, page, again, progress)
    return result


def attempted(result: RunResult, write: Callable[[], RunResult], remedy: str, progress: Progress) -> RunResult:
    """What `write` returns; where it fails, the result of a command that stopped early, with the reason.

    Where something else has stopped the command already, that stays its reason, and this is a warning.
    """
    try:
        return write()
    except Exception as e:
        is_expected = isinstance(e, CampfireSyncError)
        reason = str(e) if is_expected else f"a file cannot be written ({e})"
        return _lacking(result, reason, remedy, None if is_expected else e, ExitCode.STOPPED_EARLY, progress)


def _lacking(
    result: RunResult, reason: str, remedy: str, fault: Exception | None, code: ExitCode, progress: Progress
) -> RunResult:
    """The result of a command that lacks a file."""
    if result.reason:
        progress.warn(f"{ended(reason)} {remedy}")
        return result
    code = code if result.exit_code in _AGAIN else result.exit_code
    return replace(
        result, exit_code=code, reason=reason.removesuffix("."), remedy=remedy.removesuffix("."), fault=fault
    )


def when_it_can(run: RunRecord, settings: Settings) -> str:
    """How to get a workbook that cannot be written now."""
    return f"When it can be written, or with --out FILE added for another folder: {_again(run, settings)}"


def _again(run: RunRecord, settings: Settings) -> str:
    return f"campfire-sync report {run.facts.id}{settings.state_option}"


def _leaves_a_workbook(result: RunResult, settings: Settings) -> bool:
    """Whether there is something to look at: a run that sends nothing leaves a workbook only for rows to correct."""
    run = result.run
    if settings.out is not None or run.facts.dry_run or run.state is not RunState.HELD_BACK:
        return True
    return not result.declined and run.counts[Status.INVALID] > 0
