"""`resume`: continue a run where it was interrupted or stopped."""

from pathlib import Path

from sync.commands.carry_out import carry_out
from sync.commands.earlier_run import at_base_url_of, begin_anew, run_again
from sync.commands.endpoint import connected
from sync.commands.forget import refuse_forgotten
from sync.commands.output_names import refuse_taken_names
from sync.commands.outputs import write_preview
from sync.commands.report import reported, write_again
from sync.commands.result import RunResult
from sync.commands.runs import is_done
from sync.commands.same_file import changed_files
from sync.commands.sendings import rows_undone, undos_of
from sync.contract.load import resource_of_run
from sync.errors import CannotStart
from sync.journal import steps
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.journal.steps import Step
from sync.journal.writer import JournalWriter
from sync.model import Mode, RowRecord, RunFacts, RunRecord, RunState
from sync.progress import Progress
from sync.settings import Settings
from sync.status import Stage, Status
from sync.stop import StopSignal
from sync.text import counted, listed, minute


def resume(run: str, settings: Settings, stop: StopSignal, progress: Progress) -> RunResult:
    """Continue a run; without a name, the latest that has not finished.

    Raises:
        CannotStart: there is no such run, or it was held back.
    """
    refuse_taken_names(settings)
    history = JournalReader(settings.journal)
    earlier = history.find(run) if run else latest(history)
    if not run:
        refuse_overtaken(history, earlier, settings)
    refuse_forgotten(earlier, "continued")
    facts = earlier.facts
    settings = at_base_url_of(facts, settings)
    if earlier.state is RunState.HELD_BACK:
        because = f"{facts.id} was held back ({earlier.stopped_because})"
        raise CannotStart(f"{because}. Begin anew: {begin_anew(facts, settings)}")
    if is_done(earlier):
        progress.say(f"{facts.id} is complete. Nothing is sent.")
        return _only_report(earlier, settings, progress)
    refuse_changed_files(facts, settings)
    with run_lock(settings.state, facts.base_url), JournalWriter(settings.journal) as journal:
        return _continue(facts, settings, journal, stop, progress)


def continue_or_report(
    earlier: RunRecord, settings: Settings, journal: JournalWriter, stop: StopSignal, progress: Progress
) -> RunResult:
    """What `run --or-resume` does with the run that it finds: continue it, or report it where it is complete.

    The caller holds the lock, and has compared the files.

    Raises:
        CannotStart: it is not complete, and was undone.
    """
    if is_done(earlier):
        progress.say(f"{_what_it_is(earlier)}, and is complete. Nothing is sent.")
        result = _only_report(earlier, settings, progress)
        return write_preview(result, journal, progress, settings)
    _refuse_undone(earlier.facts, journal.reader, settings)
    return _continue(earlier.facts, settings, journal, stop, progress)


def _refuse_undone(facts: RunFacts, history: JournalReader, settings: Settings) -> None:
    """Nobody who repeats a command means a run that a person has undone meanwhile.

    Raises:
        CannotStart: something of it has been put back.
    """
    if undos := undos_of(history, facts.id):
        undo = undos[-1].facts
        raise CannotStart(
            f"{facts.id} ({facts.file_name}) has not finished, and was undone by {undo.id} "
            f"({minute(undo.started_at)}), so it is not continued. To send its other rows all the same: "
            f"campfire-sync resume {facts.id}{settings.state_option}"
        )


def _what_it_is(earlier: RunRecord) -> str:
    facts, left_out = earlier.facts, earlier.counts[Status.LEFT_OUT]
    if facts.mode is not Mode.APPLY:
        return f"{facts.id} is the run of this file"
    rows = f" without {counted(left_out, 'rows')} that were left out" if left_out else ""
    return f"{facts.id} has applied a preview of this file{rows}"


def _continue(
    facts: RunFacts, settings: Settings, journal: JournalWriter, stop: StopSignal, progress: Progress
) -> RunResult:
    with connected(settings, resource_of_run(facts), stop) as api:
        stop.ends_in_order()
        progress.say(f"Continuing {facts.id}, {facts.file_name}.")
        journal.commit([steps.once_more(facts.id)])
        if undone := _undone_rows(facts, journal.reader):
            journal.commit([_left_out(facts, row.n, undo) for row, undo in undone])
            progress.warn(_what_was_undone(facts, undone))
            progress.hint(f"To send them all the same: {_send_again(facts, settings)}")
        return carry_out(Mode.RESUME, facts, settings, journal, api, progress)


def _undone_rows(facts: RunFacts, history: JournalReader) -> list[tuple[RowRecord, str]]:
    """The rows that are to be tried again although an undo includes them, each with that undo's id.

    The record holds what was there before, as if the update had never arrived: only the undo tells.
    """
    undone = rows_undone(history, facts.id)
    rows = history.rows(facts.id, Stage.PLANNED, Stage.SENDING) if undone else ()
    return [
        (row, undone[row.row])
        for row in rows
        if row.row in undone and history.last_sent(facts.id, row.n) is not None  # else it is one of the other rows
    ]


def _left_out(facts: RunFacts, n: int, undo: str) -> Step:
    message = f"The undo {undo} includes this row, so it is not sent again."
    return steps.decided(facts.id, n, Status.LEFT_OUT, message)


def _what_was_undone(facts: RunFacts, undone: list[tuple[RowRecord, str]]) -> str:
    undos = listed(dict.fromkeys(undo for _, undo in undone))
    rows = f"{counted(len(undone), 'rows')} (first row {undone[0][0].row})"
    return f"{facts.id} was undone by {undos}, so {rows} will be left out."


def _send_again(facts: RunFacts, settings: Settings) -> str:
    """The command that sends once more what was undone."""
    if facts.mode is Mode.RUN:
        return run_again(facts.file, facts, settings, "--again")
    return begin_anew(facts, settings) + (" --again" if facts.mode is Mode.APPLY else "")


def refuse_changed_files(facts: RunFacts, settings: Settings) -> None:
    """Refuse to continue with a sheet that the person has corrected since, or with another mapping.

    An undo puts back what was there, whatever the sheet says by now.

    Raises:
        CannotStart: with what has changed.
    """
    if settings.as_started or facts.mode is Mode.UNDO:
        return
    if changed := changed_files(facts):
        problem = f"since {facts.id} began, {changed}."
        raise CannotStart(
            f"{problem} Run the corrected file: {run_again(facts.file, facts, settings)}. "
            "To continue with the sheet as it was read: "
            f"campfire-sync resume {facts.id} --as-started{settings.state_option}",
            f"{problem} Choose the corrected file on the start page, or go back to the run: it can be resumed with the "
            "sheet as it was read.",
        )


def latest(history: JournalReader) -> RunRecord:
    """The latest run that has not finished; where all have, the latest.

    Raises:
        CannotStart: there are no runs.
    """
    runs = [run for run in reversed(history.runs()) if run.state is not RunState.HELD_BACK and not run.forgotten]
    if not runs:
        raise CannotStart(f"there is no run in {history.path.parent} to continue.")
    return next((run for run in runs if not is_done(run)), runs[0])


def refuse_overtaken(history: JournalReader, earlier: RunRecord, settings: Settings) -> None:
    """Nobody who does not name a run means one that another has overtaken.

    Raises:
        CannotStart: something has been sent to the same base URL since it began. Continuing might put that back.
    """
    if is_done(earlier):
        return
    as_started = " --as-started" if settings.as_started else ""
    runs = [run.facts for run in history.runs() if run.facts.base_url == earlier.facts.base_url]
    position = [facts.id for facts in runs].index(earlier.facts.id)
    for newer in runs[position + 1 :]:
        if history.has_sent(newer.id):
            raise CannotStart(
                f"{earlier.facts.id} ({earlier.facts.file_name}) has not finished, and {newer.id} "
                f"({newer.file_name}) has been sent since: continuing could put back what that one changed. "
                f"If you mean it: campfire-sync resume {earlier.facts.id}{as_started}{settings.state_option}"
            )


def _only_report(earlier: RunRecord, settings: Settings, progress: Progress) -> RunResult:
    """A run that is complete gets its workbook, if that is missing."""
    existing = Path(earlier.results) if earlier.results and Path(earlier.results).exists() else None
    if existing and settings.out is None:
        return reported(earlier, Mode.RESUME, settings, existing)
    return write_again(earlier, Mode.RESUME, settings, progress)
