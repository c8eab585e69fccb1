"""`forget`: remove the personal data of old runs from the state directory."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sync.commands.kept_sheets import folder_of, kept_since, remove, without_a_run
from sync.commands.runs import is_done
from sync.errors import CannotStart, Declined
from sync.journal.forget import forget as forget_in_journal
from sync.journal.reader import JournalReader
from sync.journal.run_lock import AnotherRun, run_lock
from sync.model import RunRecord, RunState
from sync.settings import Settings

MARGIN = timedelta(minutes=2)  # between a run's end in the journal and the end of its process


@dataclass(frozen=True, slots=True)
class ToForget:
    """What would be removed: what a person is asked about."""

    runs: tuple[RunRecord, ...]
    sheets: int  # sheets and exports of the app that no run was made from

    @property
    def unfinished(self) -> tuple[RunRecord, ...]:
        """Those that `resume` could still continue."""
        return tuple(run for run in self.runs if run.state is not RunState.HELD_BACK and not is_done(run))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed, and what was not."""

    runs: tuple[str, ...]
    related: tuple[str, ...]  # previews, applies and undos of these runs, which hold the same data still
    in_progress: tuple[str, ...]  # left alone
    sheets: int  # sheets and exports of the app that no run was made from
    left: tuple[Path, ...]  # files with the same data: those outside the state directory, and what is still open


def forget(run: str, before: str, settings: Settings, agrees: Callable[[ToForget], bool]) -> Forgotten:
    """Remove the personal data of a run, or of all runs that began before a date.

    Args:
        run: an id; empty with `before`.
        before: a date such as 2026-01-31; empty with `run`.
        agrees: asked once, where there is something to remove.

    Raises:
        CannotStart: there is no such run, it is in progress, or the date is not a date.
        Declined: the answer was no.
    """
    history = JournalReader(settings.journal)
    day = "" if run else _day(before)
    runs = history.runs()
    asked = [history.find(run)] if run else [each for each in runs if each.facts.started_at[:10] < day]
    chosen = [record for record in asked if not record.forgotten]
    with ExitStack() as locks:
        idle, busy = _locked(chosen, settings, locks)
        if run and busy:
            raise CannotStart(f"{busy[0]} is in progress. Forget it when it has ended.")
        folders = {folder_of(record.facts.file, settings.state) for record in asked}
        of_none = [each for each in without_a_run(runs, settings) if each not in folders and kept_since(each) < day]
        if (idle or of_none) and not agrees(ToForget(tuple(idle), len(of_none))):
            raise Declined("you said no. Nothing was removed.")
        ids = tuple(record.facts.id for record in idle)
        if ids:
            forget_in_journal(settings.journal, ids)
        for record in idle:
            _remove_error_details(record, settings)
        runs = history.runs()  # while a person was asked, a preview may have been made
        unneeded = without_a_run(runs, settings)
        of_none = [each for each in of_none if each in unneeded]
        left = remove([*(each for each in unneeded if each in folders), *of_none])
    left += _files_left(idle, history, settings)
    return Forgotten(ids, _related(runs, idle, settings), tuple(busy), len(of_none), tuple(left))


def _day(before: str) -> str:
    """A date in the one spelling that is compared as text: 20260131 is 2026-01-31."""
    try:
        return date.fromisoformat(before).isoformat()
    except ValueError as e:
        raise CannotStart(f"“{before}” is not a date. It looks like 2026-01-31.") from e


def _locked(chosen: list[RunRecord], settings: Settings, locks: ExitStack) -> tuple[list[RunRecord], list[str]]:
    """Hold the lock of each base URL. Runs whose base URL another process works on are left alone."""
    free: dict[str, bool] = {}
    for url in {record.facts.base_url for record in chosen}:
        try:
            locks.enter_context(run_lock(settings.state, url))
            free[url] = True
        except AnotherRun:
            free[url] = False
    idle = [record for record in chosen if free[record.facts.base_url]]
    busy = [record.facts.id for record in chosen if not free[record.facts.base_url]]
    return idle, busy


def _remove_error_details(record: RunRecord, settings: Settings) -> None:
    """Remove the files about unexpected errors that were written during the run: they may quote values."""
    began = datetime.fromisoformat(record.facts.started_at)
    ended = datetime.fromisoformat(record.ended_at or record.facts.started_at) + MARGIN
    for path in (settings.state / "errors").glob("error-*.txt"):
        if began <= datetime.fromtimestamp(path.stat().st_mtime, UTC) <= ended:
            path.unlink(missing_ok=True)


def _files_left(runs: Iterable[RunRecord], history: JournalReader, settings: Settings) -> list[Path]:
    """The files with the data of these runs that are still there, outside the app's folders: sheets, workbooks, pages,
    plans."""
    paths = (Path(path) for run in runs for path in (run.facts.file, *history.files(run.facts.id)))
    return [path for path in dict.fromkeys(paths) if path.exists() and not folder_of(path, settings.state)]


def _related(runs: Iterable[RunRecord], forgotten: Iterable[RunRecord], settings: Settings) -> tuple[str, ...]:
    """Runs that hold the same rows, as an apply holds those of its preview, or that need the same sheet of the app."""
    these = [record.facts for record in forgotten]
    ids, parents = {facts.id for facts in these}, {facts.parent for facts in these}
    sheets = {folder_of(facts.file, settings.state) for facts in these} - {None}
    return tuple(
        facts.id
        for facts in (record.facts for record in runs if not record.forgotten)
        if facts.id in parents or facts.parent in ids or folder_of(facts.file, settings.state) in sheets
    )


def refuse_forgotten(record: RunRecord, what: str) -> None:
    """Refuse what needs the rows of a run that was forgotten.

    Raises:
        CannotStart: its personal data was removed.
    """
    if record.forgotten:
        raise CannotStart(
            f"{record.facts.id} can't be {what}: its personal data was removed on {record.forgotten[:10]} by "
            "campfire-sync forget, and with it what the records held."
        )
