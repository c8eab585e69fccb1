"""READ THIS FIRST. From a sheet of edits to a results workbook, a line per stage.

    read ─► map ─► validate ─► begin ─► plan ─► (a dry run stops here) ─► send ─► report
    └─── read_edits ─────────┘         └────────────── carry_out ──────────────────────┘

Data goes one way. The file becomes a Sheet, the Sheet becomes Edits and Problems, and from `begin` on the journal holds
the rows: planning and sending move them from state to state, and the workbook is drawn from what the journal holds in
the end. `apply`, `resume` and `undo` begin with rows of an earlier run and share `carry_out`.
"""

from dataclasses import replace
from pathlib import Path

from sync.api.api import Api
from sync.commands.begin import begin, facts_of
from sync.commands.ending import Tally, end
from sync.commands.endpoint import connected, named_base_url
from sync.commands.read import read_edits, show_first_problems
from sync.commands.result import RunResult
from sync.commands.same_file import earlier_sending, refuse_sent_before, warn_sent_before
from sync.commands.stages import enforce_limits, plan, send, show_plan, write_report
from sync.gc_pause import gc_paused
from sync.journal.run_lock import run_lock
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts, RunRecord
from sync.progress import Progress
from sync.report import files as report
from sync.settings import Settings
from sync.stop import StopSignal


def run(edits: Path, settings: Settings, dry_run: bool, stop: StopSignal, progress: Progress) -> RunResult:
    """The whole job, or without sending anything the preview.

    Raises:
        CampfireSyncError: it could not start.
    """
    mode, base_url = Mode.PREVIEW if dry_run else Mode.RUN, named_base_url(settings)
    report.refuse_taken_names(settings)
    with gc_paused():
        validation = read_edits(edits, settings, progress)
        show_first_problems(validation, progress)
        resource = validation.mapping.resource
    with (
        run_lock(settings.state, base_url),
        connected(settings, resource, stop, fresh_sandbox=True) as api,
        JournalWriter(settings.journal) as journal,
    ):
        facts = facts_of(validation, settings, mode, base_url)
        if earlier := earlier_sending(journal.reader, facts):
            facts = _sent_again(facts, earlier, settings, progress)
        with gc_paused():
            begin(journal, facts, validation)
        del validation  # from here on the journal has the rows
        return carry_out(mode, facts, settings, journal, api, stop, progress)


def _sent_again(facts: RunFacts, earlier: RunRecord, settings: Settings, progress: Progress) -> RunFacts:
    """A file that was sent before is refused; a dry run, or whoever says --again, is only told."""
    if settings.again:
        return facts
    if not facts.dry_run:
        refuse_sent_before(earlier)
    warning = warn_sent_before(earlier)
    progress.warn(str(warning))
    return replace(facts, warnings=(*facts.warnings, str(warning)))


def carry_out(
    mode: Mode,
    facts: RunFacts,
    settings: Settings,
    journal: JournalWriter,
    api: Api,
    stop: StopSignal,
    progress: Progress,
) -> RunResult:
    """Plan the rows that are not planned yet, send them unless a limit holds them back, and write the workbook.

    From here on whatever happens ends in a RunResult.
    """
    error: Exception | None = None
    progress.run_begins(facts)
    session = journal.session(facts.id, settings.by, settings.reason)
    tally = Tally(journal.reader.run(facts.id), progress.row)
    try:
        plan(facts, session, journal, api, stop, progress, tally.row, settings)
        if not stop.is_set:
            enforce_limits(facts, journal, progress, settings)
            if facts.dry_run:
                show_plan(facts, journal, progress)
            else:
                send(facts, session, journal, api, stop, progress, tally.row, settings)
    except Exception as e:
        error = e
    result = end(mode, session, journal, api, tally, error or stop.reason, settings)
    return write_report(result, journal, progress, settings)
