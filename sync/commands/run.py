"""READ THIS FIRST. From a sheet of edits to a results workbook, a line per stage.

    read ─► map ─► validate ─► plan ─► (a dry run stops here) ─► send ─► report

Data goes one way. The file becomes a Sheet, the Sheet becomes Edits and Problems, and from there on the journal holds
the rows: planning and sending move them from state to state, and the workbook is drawn from what the journal says in
the end.
"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sync import sheet
from sync.commands import begin as intake
from sync.commands.result import RunResult, exit_code
from sync.commands.work import Work, api_of, endpoint, named_base_url
from sync.errors import CampfireSyncError
from sync.export import Exported, write
from sync.export import template as export_template
from sync.export.ids import ids_of
from sync.files import refuse_taken
from sync.gc_pause import gc_paused
from sync.journal import writer as journal
from sync.journal.run_lock import run_lock
from sync.journal.writer import JournalWriter
from sync.mapping import load as mapping
from sync.model import Mode, Requests, RunRecord, RunState
from sync.progress import Progress
from sync.report import files as report
from sync.settings import Settings
from sync.stop import StopSignal
from sync.text import counted
from sync.validation.schema import Validation

FEW = 8


@gc_paused()
def check(edits: Path, settings: Settings, watch: Progress) -> RunResult:
    """Read, map and validate: no network, no key, and no journal but one that is thrown away."""
    report.refuse_taken_names(settings)
    validation = read(edits, settings, watch)
    facts = intake.facts_of(validation, settings, Mode.CHECK, "")
    if settings.out is not None:
        with TemporaryDirectory() as folder:
            book = JournalWriter(Path(folder) / "journal.sqlite3")
            intake.enter(book, facts, validation)
            book.commit([journal.ended(facts.id, RunState.COMPLETE)])
            report.write(book, facts, settings.out)
            book.close()
    counts = intake.counts_of(validation, watch)
    done = RunRecord(facts, RunState.COMPLETE, journal.now(), Requests(), counts)
    return RunResult(done, Mode.CHECK, exit_code(done), results=settings.out)


def read(edits: Path, settings: Settings, watch: Progress) -> Validation:
    """The sheet, and what it asks for under the mapping.

    Raises:
        MappingRefused, FileRefused: nothing can be done with them.
    """
    chosen = mapping.load(settings.mapping or mapping.default_path())
    found = sheet.read(edits, sheet=settings.sheet, mapped_sheet=chosen.sheet, id_header=chosen.id_header)
    validation = Validation(found, chosen)
    where = f"{edits.name}, sheet “{found.name}”" if found.name else edits.name
    watch.say(f"{where}: {counted(validation.count, 'rows')}, read by the mapping {chosen.path}")
    for warning in (*map(str, found.warnings), *validation.warnings):
        watch.warn(warning)
    if validation.names.keys() <= {"id"}:
        watch.warn("No column of this sheet is in the mapping, so it changes nothing. `mapping suggest` drafts one.")
    if found.hidden_rows:
        watch.say(f"Rows that are hidden or filtered out in the sheet, and read all the same: {found.hidden_rows:,}.")
    if validation.missing:
        watch.say(f"Not in the sheet, so left as they are: {few(validation.missing)}.")
    return validation


def few(names: Sequence[str]) -> str:
    """Names for a line of text: all, or the first of many. `mapping show` lists them all."""
    return ", ".join(names if len(names) <= FEW else (*names[:FEW], f"and {len(names) - FEW} more of the mapping"))


def run(edits: Path, settings: Settings, dry_run: bool, brake: StopSignal, watch: Progress) -> RunResult:
    """The whole job, or without its last act the preview.

    Raises:
        CampfireSyncError: it could not start.
    """
    mode, base_url = Mode.PREVIEW if dry_run else Mode.RUN, named_base_url(settings)
    report.refuse_taken_names(settings)
    with gc_paused():
        validation = read(edits, settings, watch)
        tell_some(validation, watch)
    with run_lock(settings.state, base_url), endpoint(settings, fresh=True) as client:
        book = JournalWriter(settings.journal)
        facts = intake.facts_of(validation, settings, mode, base_url)
        with gc_paused():
            intake.enter(book, facts, validation)
        del validation  # from here on the journal has the rows
        return go_on(Work(facts, settings, book, client, brake, watch), mode)


def tell_some(validation: Validation, watch: Progress) -> None:
    """The first of the problems; the workbook has them all."""
    for found in islice(validation.problems(), FEW):
        watch.problem(found)
    if validation.invalid > FEW:
        watch.say(f"{validation.invalid:,} rows are invalid; the results workbook names them all.")


def export(
    path: Path, settings: Settings, ids: Path | None, with_totals: bool, brake: StopSignal, watch: Progress
) -> Exported:
    """The customers as they are now, as a sheet that is ready to edit and to run.

    Raises:
        CampfireSyncError: the file is there already, or not every customer could be read.
    """
    chosen = mapping.load(settings.mapping or mapping.default_path())
    refuse_taken(path)
    asked = ids_of(ids, chosen) if ids else None
    with endpoint(settings, fresh=False) as client:
        api = api_of(client, settings, brake)
        workers = settings.concurrency
        return write(path, chosen, api, brake, watch, workers=workers, ids=asked, with_totals=with_totals)


def template(path: Path, settings: Settings) -> Exported:
    """The headers of the mapping alone, ready to be filled in."""
    return export_template(path, mapping.load(settings.mapping or mapping.default_path()))


def go_on(work: Work, mode: Mode) -> RunResult:
    """Plan what is not planned yet, send it unless something holds it back, and report."""
    error: CampfireSyncError | None = None
    try:
        work.look()
        if not work.brake.is_set:
            work.enforce_limits()
            if work.facts.dry_run:
                work.show_plan()
            else:
                work.send()
    except CampfireSyncError as e:
        error = e
    ended = work.end(mode, error)
    return work.report(ended)
