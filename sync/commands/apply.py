"""`apply`: send exactly what a preview showed."""

from collections.abc import Iterator

from sync.commands.carry_out import carry_out
from sync.commands.choose import Choice, choice_of
from sync.commands.earlier_run import at_base_url_of, follow_up
from sync.commands.endpoint import connected
from sync.commands.result import RunResult
from sync.commands.same_file import changed_files
from sync.contract.load import load as load_resource
from sync.errors import CannotStart
from sync.journal import writer as journal
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.journal.writer import JournalWriter, Step
from sync.model import Mode, RunRecord, RunState
from sync.progress import Progress
from sync.report import files as report
from sync.settings import Settings
from sync.status import Stage, Status
from sync.stop import StopSignal


def apply(preview: str, settings: Settings, stop: StopSignal, progress: Progress) -> RunResult:
    """Send exactly what a preview showed.

    Raises:
        CannotStart: there is no such preview, or its file, mapping or base URL has changed since.
    """
    report.refuse_taken_names(settings)
    earlier = JournalReader(settings.journal).find(preview)
    settings = at_base_url_of(earlier.facts, settings)
    refuse_stale(earlier)
    chosen = choice_of(settings)
    chosen.refuse_unknown(JournalReader(settings.journal).row_numbers(earlier.facts.id))
    with (
        run_lock(settings.state, earlier.facts.base_url),
        connected(settings, load_resource(earlier.facts.resource), stop) as api,
        JournalWriter(settings.journal) as book,
    ):
        facts = follow_up(earlier.facts, Mode.APPLY, settings)
        book.begin(facts, _rows_to_apply(facts.id, earlier.facts.id, book.reader, chosen))
        return carry_out(Mode.APPLY, facts, settings, book, api, stop, progress)


def refuse_stale(preview: RunRecord) -> None:
    """Refuse a run that is not a whole preview of the files as they are now.

    Raises:
        CannotStart: with everything that has changed.
    """
    facts = preview.facts
    if facts.mode is not Mode.PREVIEW:
        raise CannotStart(f"{facts.id} is not a preview. Make one with: campfire-sync run --dry-run {facts.file}")
    if preview.state not in (RunState.COMPLETE, RunState.HELD_BACK):
        raise CannotStart(f"the preview {facts.id} did not finish. Type: campfire-sync resume {facts.id}")
    if changed := changed_files(facts):
        raise CannotStart(f"since the preview, {changed}. Make a new preview.")


def _rows_to_apply(run: str, preview: str, history: JournalReader, chosen: Choice) -> Iterator[Step]:
    """The rows of a preview, as an apply begins with them."""
    for row in history.rows(preview):
        planned = row.state is Stage.PLANNED
        state = Status.LEFT_OUT if planned and row.row not in chosen else row.state
        yield journal.carried(run, preview, row.n, state, row.changes if planned else ())
    yield journal.carried_problems(run, preview)
