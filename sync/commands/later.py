"""What can be done with a past run: apply a preview, resume, undo, draw its workbook again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from sync import __version__
from sync.commands import begin as intake
from sync.commands.result import RunResult, exit_code
from sync.commands.run import go_on
from sync.commands.work import Work, endpoint
from sync.errors import CannotStart
from sync.journal import writer as journal
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.journal.writer import JournalWriter, Step
from sync.model import Mode, RowRecord, RunFacts, RunOptions, RunRecord, RunState
from sync.progress import Progress
from sync.report import files as report
from sync.settings import SANDBOX, Settings
from sync.status import Stage, Status
from sync.stop import StopSignal

UNFINISHED = (Stage.READ, Stage.PLANNED, Stage.SENDING, Status.FAILED)


def apply(preview: str, settings: Settings, brake: StopSignal, watch: Progress) -> RunResult:
    """Send exactly what a preview showed.

    Raises:
        CannotStart: there is no such preview, or its file, mapping or base URL has changed since.
    """
    report.refuse_taken_names(settings)
    past = JournalReader(settings.journal).find(preview)
    settings = same_place(past.facts, settings)
    refuse_stale(past)
    with run_lock(settings.state, past.facts.base_url), endpoint(settings, fresh=False) as client:
        book = JournalWriter(settings.journal)
        facts = follow_up(past.facts, Mode.APPLY, settings)
        book.begin(facts, applied(facts.id, past.facts.id, JournalReader(settings.journal)))
        return go_on(Work(facts, settings, book, client, brake, watch), Mode.APPLY)


def refuse_stale(past: RunRecord) -> None:
    """Refuse a preview that is not one, not whole, or not of the files as they are now.

    Raises:
        CannotStart: with all that has changed.
    """
    facts = past.facts
    if facts.mode is not Mode.PREVIEW:
        raise CannotStart(f"{facts.id} is no preview. Make one with: campfire-sync run --dry-run {facts.file}")
    if past.state not in (RunState.COMPLETE, RunState.HELD_BACK):
        raise CannotStart(f"the preview {facts.id} did not come to its end. Type: campfire-sync resume {facts.id}")
    changed = []
    for what, path, before in (
        ("the file of edits", facts.file, facts.file_sha256),
        ("the mapping file", facts.mapping, facts.mapping_sha256),
    ):
        if not Path(path).exists():
            changed.append(f"{what} {path} is not there any more")
        elif intake.sha256(Path(path)) != before:
            changed.append(f"{what} {path} has changed")
    if changed:
        raise CannotStart(f"since the preview {' and '.join(changed)}. Make a new preview.")


def applied(run: str, preview: str, history: JournalReader) -> Iterator[Step]:
    """The rows of a preview, as an apply begins with them."""
    for row in history.rows(preview):
        yield journal.carried(run, preview, row.n, row.state, row.changes if row.state is Stage.PLANNED else ())
    yield journal.carried_problems(run, preview)


def undo(run: str, settings: Settings, dry_run: bool, brake: StopSignal, watch: Progress) -> RunResult:
    """Put back what a run changed, field by field.

    Raises:
        CannotStart: there is no such run, or it has sent nothing.
    """
    report.refuse_taken_names(settings)
    past = JournalReader(settings.journal).find(run)
    settings = same_place(past.facts, settings)
    if not JournalReader(settings.journal).has_sent(past.facts.id):
        raise CannotStart(f"{past.facts.id} has sent nothing, so there is nothing to undo.")
    with run_lock(settings.state, past.facts.base_url), endpoint(settings, fresh=False) as client:
        book = JournalWriter(settings.journal)
        facts = replace(follow_up(past.facts, Mode.UNDO, settings), dry_run=dry_run)
        rows = JournalReader(settings.journal).rows(past.facts.id)
        book.begin(facts, undone(facts.id, past.facts.id, rows))
        return go_on(Work(facts, settings, book, client, brake, watch), Mode.UNDO)


def undone(run: str, past: str, rows: Iterable[RowRecord]) -> Iterator[Step]:
    """The rows that a run has sent, or may have, as an undo begins with them."""
    for row in rows:
        refused = row.state is Status.REJECTED and row.http_status is not None and row.http_status >= 400
        if row.attempts and row.changes and not refused:
            yield journal.carried(run, past, row.n, Stage.READ, row.changes)


def resume(run: str, settings: Settings, brake: StopSignal, watch: Progress) -> RunResult:
    """Go on with a run where it ended; the latest that has not come to its end, if none is named.

    Raises:
        CannotStart: there is no such run, or it was held back.
    """
    report.refuse_taken_names(settings)
    history = JournalReader(settings.journal)
    past = history.find(run) if run else latest(history)
    if not run:
        refuse_overtaken(history, past)
    settings = same_place(past.facts, settings)
    if past.state is RunState.HELD_BACK:
        raise CannotStart(f"{past.facts.id} was held back ({past.stopped_because}). Begin anew with campfire-sync run.")
    if past.state is RunState.COMPLETE and not unfinished(history, past):
        watch.say(f"{past.facts.id} is complete. Nothing is sent.")
        return only_report(past, settings)
    with run_lock(settings.state, past.facts.base_url), endpoint(settings, fresh=False) as client:
        book = JournalWriter(settings.journal)
        book.commit([journal.once_more(past.facts.id)])
        watch.say(f"Going on with {past.facts.id}, {Path(past.facts.file).name}.")
        return go_on(Work(past.facts, settings, book, client, brake, watch), Mode.RESUME)


def latest(history: JournalReader) -> RunRecord:
    """The latest run that has not come to its end; where all have, the latest.

    Raises:
        CannotStart: there are no runs.
    """
    runs = [run for run in reversed(history.runs()) if run.state is not RunState.HELD_BACK]
    if not runs:
        raise CannotStart(f"there is no run in {history.path.parent} to go on with.")
    return next((run for run in runs if run.state is not RunState.COMPLETE or unfinished(history, run)), runs[0])


def refuse_overtaken(history: JournalReader, past: RunRecord) -> None:
    """Nobody who does not name a run means one that has been overtaken by another.

    Raises:
        CannotStart: something has been sent to the same place since it began. It might be put back by going on.
    """
    runs = [run.facts for run in history.runs() if run.facts.base_url == past.facts.base_url]
    ids = [facts.id for facts in runs]
    for newer in runs[ids.index(past.facts.id) + 1 :]:
        if unfinished(history, past) and history.has_sent(newer.id):
            raise CannotStart(
                f"{past.facts.id} ({Path(past.facts.file).name}) has not come to its end, and {newer.id} "
                f"({Path(newer.file).name}) has been sent since: going on could put back what that one changed. To go "
                f"on all the same: campfire-sync resume {past.facts.id}"
            )


def unfinished(history: JournalReader, run: RunRecord) -> bool:
    """Whether a run has rows that can still be sent, or read."""
    states = (Stage.READ, Status.FAILED) if run.facts.dry_run else UNFINISHED
    return history.count(run.facts.id, *states) > 0


def only_report(past: RunRecord, settings: Settings) -> RunResult:
    """A run that is complete gets its workbook, if that is missing."""
    there = Path(past.results) if past.results and Path(past.results).exists() else None
    path = there if there and settings.out is None else write_again(past, settings)
    return RunResult(past, Mode.RESUME, exit_code(past), report.totals(settings.journal, past), path)


def report_again(run: str, settings: Settings) -> RunResult:
    """Draw a run's workbook again, from the journal.

    Raises:
        CampfireSyncError: there is no such run, or the workbook can't be written.
    """
    report.refuse_taken_names(settings)
    past = JournalReader(settings.journal).find(run)
    path = write_again(past, settings)
    return RunResult(past, past.facts.mode, exit_code(past), report.totals(settings.journal, past), path)


def write_again(past: RunRecord, settings: Settings) -> Path:
    """Draw a past run's workbook, where it was or under the next free name."""
    book = JournalWriter(settings.journal)
    return report.write(book, past.facts, settings.out)


def follow_up(past: RunFacts, mode: Mode, settings: Settings) -> RunFacts:
    """The facts of a run that takes up an earlier one."""
    return replace(
        past,
        id=intake.new_id(),
        mode=mode,
        started_at=journal.now(),
        version=__version__,
        parent=past.id,
        dry_run=False,
        options=_with_limits(past.options, settings),
    )


def _with_limits(options: RunOptions, settings: Settings) -> RunOptions:
    """The limits of the earlier run go on, unless another one is given."""
    most = options.max_changes if settings.max_changes is None else settings.max_changes
    return replace(options, strict=options.strict or settings.strict, max_changes=most)


def same_place(past: RunFacts, settings: Settings) -> Settings:
    """The settings with the run's own base URL, which need not be given again.

    Raises:
        CannotStart: another one is given.
    """
    given = SANDBOX if settings.sandbox else settings.base_url
    if given is not None and given != past.base_url:
        how = "--sandbox" if past.base_url == SANDBOX else f"--base-url {past.base_url}"
        raise CannotStart(f"{past.id} was made for {past.base_url}, and this is {given}. If you mean it: {how}")
    if past.base_url == SANDBOX:
        return replace(settings, sandbox=True)
    return replace(settings, base_url=past.base_url)
