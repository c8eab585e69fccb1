"""The second half of every run: its rows are in the journal, and from here on whatever happens ends in a RunResult.

Plan, hold to the limits, send, report: `carry_out` has these stages in order, and below it each of the first three.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sync.api.api import Api
from sync.commands.ending import Tally, end
from sync.commands.outputs import write_report
from sync.commands.result import RunResult
from sync.errors import Declined, LimitExceeded, StoppedEarly
from sync.execution.plan_rows import plan_rows
from sync.execution.run_in_progress import RunInProgress
from sync.execution.send_updates import send_updates
from sync.journal import steps
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts, RunOptions
from sync.problems import remarks_of
from sync.progress import Progress
from sync.settings import Settings
from sync.status import Stage, Status
from sync.text import counted, listed

_NEW_OBJECTS = 50_000  # between two searches for garbage; a page of the list makes some thousand


def carry_out(
    mode: Mode, facts: RunFacts, settings: Settings, journal: JournalWriter, api: Api, progress: Progress
) -> RunResult:
    """Plan the rows that are not planned yet, send them unless a limit holds them back, and write the workbook.

    Args:
        mode: of the command, which is not the run's own where it is continued.
    """
    error: Exception | None = None
    progress.run_begins(facts)
    session = journal.session(facts.id, settings.by, settings.reason)
    tally = Tally(journal.reader.run(facts.id), progress.row)
    run = RunInProgress(facts, session, journal, api, tally.row)
    with _gc_of_new_objects():
        try:
            run = _plan(run, progress, settings)
            if not run.stop.is_set:
                _enforce_limits(run, progress, settings)
                if facts.dry_run:
                    progress.planned(run.facts, run.journal.reader.rows(facts.id, Stage.PLANNED))
                else:
                    _send(run, progress, settings)
        except Exception as e:
            error = e
        result = end(run, mode, tally, error or run.stop.reason, settings.by)
        return write_report(result, journal, progress, settings, run.stop)


@contextmanager
def _gc_of_new_objects() -> Iterator[None]:
    """Search for garbage among the objects of this run alone, and seldom.

    The imported libraries are some 100,000 objects, and going through them again and again took a seventh of the time
    of planning. Rows and records form no cycles: they go when nobody has them any more.
    """
    if gc.get_freeze_count():  # a program that uses this as a library has done so itself, and is not to lose it
        yield
        return
    first, *later = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(first and max(first, _NEW_OBJECTS), *later)  # 0 turns it off
    try:
        yield
    finally:
        gc.set_threshold(first, *later)
        gc.unfreeze()


def _plan(run: RunInProgress, progress: Progress, settings: Settings) -> RunInProgress:
    """Read the records of the rows that are not planned yet, and plan them. Returns the run with its new warnings."""
    count = run.journal.reader.count(run.facts.id, Stage.READ)
    if not count:
        return run
    with _shown(progress, "reading", count, run.api):
        findings = plan_rows(run, settings.concurrency, progress.tick)
    with_remarks = findings.added_to(run.facts)
    for remark in remarks_of(with_remarks):
        progress.say(remark.with_rows)
    known = {warning.kind for warning in run.facts.warnings} | {*run.facts.options.accept, *settings.accept}
    new = tuple(warning for warning in findings.warnings() if warning.kind not in known)
    for warning in new:
        progress.doubt(warning, run.facts.said(warning))
    facts = replace(with_remarks, warnings=(*run.facts.warnings, *new))
    if facts == run.facts:
        return run
    run.journal.commit([steps.facts(facts)])
    return replace(run, facts=facts)


def _enforce_limits(run: RunInProgress, progress: Progress, settings: Settings) -> None:
    """Refuse to send where the plan goes beyond what the user allows.

    Once the run has sent something, the limits that it began with no longer count; those of this command do.

    Raises:
        LimitExceeded: --strict and an invalid row or a warning, more changes than --max-changes, or a “no” at the
            question.
    """
    facts, history = run.facts, run.journal.reader
    has_sent = history.has_sent(facts.id)
    first = RunOptions() if has_sent else facts.options
    most = first.max_changes if settings.max_changes is None else settings.max_changes
    invalid = history.count(facts.id, Status.INVALID)
    planned = history.count(facts.id, Stage.PLANNED, Stage.SENDING)
    if invalid and (first.strict or settings.strict):
        raise LimitExceeded(f"{counted(invalid, 'invalid rows')}: with --strict nothing is sent")
    warnings = [warning for warning in facts.warnings if warning.kind not in settings.accept]
    if warnings and (first.strict or settings.strict):
        kinds = listed(dict.fromkeys(warning.kind for warning in warnings))
        raise LimitExceeded(
            f"{counted(len(warnings), 'warnings')} ({kinds}): with --strict nothing is sent. "
            "Accept what is meant with --accept, or under accept: in the mapping file"
        )
    if most is not None and planned > most:
        raise LimitExceeded(f"{run.resource.noun.counted(planned)} would change, more than --max-changes {most} allows")
    asks = planned and not has_sent and not facts.dry_run
    if asks and not progress.agrees(facts, history.rows(facts.id, Stage.PLANNED)):
        raise Declined("you said no")


def _send(run: RunInProgress, progress: Progress, settings: Settings) -> None:
    """Send what is planned; with --first, so many rows of it."""
    history, first = run.journal.reader, settings.first
    count = history.count(run.facts.id, Stage.PLANNED, Stage.SENDING)
    if not count:
        return
    what = "putting back" if run.facts.mode is Mode.UNDO else "sending"
    with _shown(progress, what, count if first is None else min(first, count), run.api):
        went_out = send_updates(run, settings.concurrency, progress.tick, first)
    if first is not None and history.count(run.facts.id, Stage.PLANNED, Stage.SENDING):
        run.stop.set(StoppedEarly(f"{went_out:,} of {counted(count, 'changes')} were sent, as --first asks"))


@contextmanager
def _shown(progress: Progress, what: str, count: int, api: Api) -> Iterator[None]:
    progress.begin(what, count, api)
    try:
        yield
    finally:
        progress.end()
