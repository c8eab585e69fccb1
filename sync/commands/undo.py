"""`undo`: put back what a run changed, field by field, where the field still holds what the run wrote."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sync.commands.begin import begin
from sync.commands.carry_out import carry_out
from sync.commands.choose import Choice, choice_of
from sync.commands.earlier_run import at_base_url_of, follow_up
from sync.commands.endpoint import connected
from sync.commands.forget import refuse_forgotten
from sync.commands.output_names import refuse_taken_names
from sync.commands.result import RunResult
from sync.commands.sendings import may_have_sent, sendings_of
from sync.contract.load import resource_of_run
from sync.errors import CannotStart
from sync.journal import steps
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.journal.steps import Step
from sync.journal.writer import JournalWriter
from sync.model import Mode, RowRecord
from sync.progress import Progress
from sync.report import results_file
from sync.settings import Settings
from sync.status import Stage, Status
from sync.stop import StopSignal


def undo(run: str, settings: Settings, dry_run: bool, stop: StopSignal, progress: Progress) -> RunResult:
    """Put back what a run changed.

    Raises:
        CannotStart: there is no such run, or it has sent nothing.
    """
    refuse_taken_names(settings)
    history = JournalReader(settings.journal)
    record = history.find(run)
    refuse_forgotten(record, "undone")
    earlier = record.facts
    settings = at_base_url_of(earlier, settings)
    if not history.has_sent(earlier.id):
        raise _nothing_sent(earlier.id, history, settings)
    chosen = choice_of(settings)
    chosen.refuse_unknown(history.row_numbers(earlier.id))
    with (
        run_lock(settings.state, earlier.base_url),
        connected(settings, resource_of_run(earlier), stop) as api,
        JournalWriter(settings.journal) as journal,
    ):
        facts = replace(follow_up(earlier, Mode.UNDO, settings), dry_run=dry_run)
        results_file.refuse_long_name(facts, settings.out)
        begin(journal, facts, _rows_to_undo(facts.id, earlier.id, journal.reader.rows(earlier.id), chosen), stop)
        return carry_out(Mode.UNDO, facts, settings, journal, api, progress)


def _nothing_sent(run: str, history: JournalReader, settings: Settings) -> CannotStart:
    """The refusal of a run that has sent nothing; of a preview it names the run that sent what it showed."""
    words = f"{run} has sent nothing, so there is nothing to undo."
    if sendings := sendings_of(history, run):
        words += f" It was sent as {sendings[-1].facts.id}; undo that"
        return CannotStart(f"{words}: campfire-sync undo {sendings[-1].facts.id}{settings.state_option}", f"{words}.")
    return CannotStart(words)


def _rows_to_undo(run: str, earlier: str, rows: Iterable[RowRecord], chosen: Choice) -> Iterator[Step]:
    """The rows that a run has sent, or may have sent, as an undo begins with them."""
    for row in rows:
        if may_have_sent(row):
            state = Stage.READ if row.row in chosen else Status.LEFT_OUT
            yield steps.carried(run, earlier, row.n, state, row.changes)
    yield steps.carried_memory(run, earlier)
