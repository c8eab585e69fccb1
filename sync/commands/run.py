"""READ THIS FIRST. From a sheet of edits to a results workbook, a line per stage.

    read ─► map ─► validate ─► begin ─► plan ─► (a dry run stops here) ─► send ─► report
    └─── read_edits ─────────┘         └────────────── carry_out ──────────────────────┘

Data goes one way. The file becomes a Sheet, the Sheet becomes Edits and Problems, and from `begin` on the journal holds
the rows: planning and sending move them from state to state, and the workbook is drawn from what the journal holds in
the end. `apply`, `resume` and `undo` begin with rows of an earlier run and share `carry_out`.
"""

from dataclasses import replace
from pathlib import Path

from sync.commands.begin import begin, facts_of, rows_as_read
from sync.commands.carry_out import carry_out
from sync.commands.endpoint import connected, refuse_sandbox_for
from sync.commands.output_names import refuse_shared_names, refuse_taken_names
from sync.commands.own_files import without_own_files
from sync.commands.read import gc_pause, read_edits, refuse_export_from_elsewhere, show_first_problems
from sync.commands.result import RunResult
from sync.commands.resume import continue_or_report
from sync.commands.same_file import SENT_BEFORE, earlier_sending, refuse_sent_before, run_to_continue, warn_sent_before
from sync.journal.run_lock import run_lock
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts
from sync.progress import Progress
from sync.report import results_file
from sync.settings import Settings
from sync.stop import StopSignal
from sync.validation.validation import Validation


def run(edits: Path, settings: Settings, dry_run: bool, stop: StopSignal, progress: Progress) -> RunResult:
    """The whole job, or without sending anything the preview.

    Raises:
        CampfireSyncError: it could not start.
    """
    mode = Mode.PREVIEW if dry_run else Mode.RUN
    base_url = settings.target_url
    if settings.or_resume:  # the files of an earlier attempt may be there
        refuse_shared_names(settings, EDITS=edits)
    else:
        refuse_taken_names(settings, EDITS=edits)
    validation = read_edits(edits, settings, progress)
    refuse_export_from_elsewhere(validation, base_url)
    refuse_sandbox_for(validation.mapping.resource, settings)
    show_first_problems(validation, progress)
    with run_lock(settings.state, base_url), JournalWriter(settings.journal) as journal:
        facts = facts_of(validation, settings, mode, base_url)
        if settings.or_resume:
            earlier = run_to_continue(journal.reader, facts, settings.again)
            settings = without_own_files(settings, earlier)
            refuse_taken_names(settings)
            if earlier:
                return continue_or_report(earlier, settings, journal, stop, progress)
        results_file.refuse_long_name(facts, settings.out)
        settings = replace(settings, accept=(*settings.accept, *validation.mapping.accept))
        facts = _warned_if_sent_before(facts, journal, settings, progress)
        resource, fresh = validation.mapping.resource, _starts_sandbox_over(validation, settings, progress)
        with connected(settings, resource, stop, fresh) as api:
            with gc_pause():
                begin(journal, facts, rows_as_read(facts.id, validation), stop)
            del validation  # from here on the journal has the rows
            return carry_out(mode, facts, settings, journal, api, progress)


def _starts_sandbox_over(validation: Validation, settings: Settings, progress: Progress) -> bool:
    """Whether the run begins with the sandbox's original records; on the command line it says so.

    A sheet that goes on from what was exported or sent is for the records as they are now.
    """
    if not settings.sandbox or settings.keep_sandbox:
        return False
    many, goes_on = validation.mapping.resource.noun.many, validation.sheet.goes_on
    progress.say(
        f"The sandbox goes on with its {many} as they are now, because this sheet is an export or a “To fix”."
        if goes_on
        else f"The sandbox starts over with its original {many}."
    )
    return not goes_on


def _warned_if_sent_before(facts: RunFacts, journal: JournalWriter, settings: Settings, progress: Progress) -> RunFacts:
    """A file that was sent before is refused without --again; a dry run only warns.

    The sandbox takes a file any number of times: it is there to try things.

    Raises:
        CannotStart: it was sent before.
    """
    earlier = None if settings.again or settings.sandbox else earlier_sending(journal.reader, facts)
    if earlier is None:
        return facts
    if not facts.dry_run:
        refuse_sent_before(earlier)
    if SENT_BEFORE in settings.accept:
        return facts
    warning = warn_sent_before(earlier)
    progress.doubt(warning, warning.with_place)
    return replace(facts, warnings=(*facts.warnings, warning))
