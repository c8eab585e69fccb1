"""`forget`: remove the personal data of old runs from the state directory."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sync.commands.kept_sheets import folder_of, kept_since, remove, without_a_run
from sync.errors import CannotStart
from sync.journal.forget import forget as forget_in_journal
from sync.journal.reader import JournalReader
from sync.journal.run_lock import AnotherRun, run_lock
from sync.model import RunRecord
from sync.settings import Settings

MARGIN = timedelta(minutes=2)  # between a run's end in the journal and the end of its process


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed, and what was not."""

    runs: tuple[str, ...]
    related: tuple[str, ...]  # previews, applies and undos of these runs, which hold the same data still
    in_progress: tuple[str, ...]  # left alone
    sheets: int  # sheets and exports of the app that no run was made from
    left: tuple[Path, ...]  # files with the same data: workbooks outside the state directory, and what is still open


def forget(run: str, before: str, settings: Settings) -> Forgotten:
    """Remove the personal data of a run, or of all runs that began before a date.

    Args:
        run: an id; empty with `before`.
        before: a date such as 2026-01-31; empty with `run`.

    Raises:
        CannotStart: there is no such run, it is in progress, or the date is not a date.
    """
    history = JournalReader(settings.journal)
    asked = [history.find(run)] if run else _before(history, before)
    chosen = [record for record in asked if not record.forgotten]
    with ExitStack() as locks:
        idle, busy = _locked(chosen, settings, locks)
        if run and busy:
            raise CannotStart(f"{busy[0]} is in progress. Forget it when it has ended.")
        if idle:
            forget_in_journal(settings.journal, idle)
            for record in chosen:
                if record.facts.id in idle:
                    _remove_error_details(record, settings)
        of_runs, of_none = _kept_sheets(asked, before, settings)
        left = remove((*of_runs, *of_none))
    left += _workbooks((record for record in chosen if record.facts.id in idle), settings)
    return Forgotten(tuple(idle), _related(history, idle, settings), tuple(busy), len(of_none), tuple(left))


def _before(history: JournalReader, before: str) -> list[RunRecord]:
    try:
        day = date.fromisoformat(before)
    except ValueError as e:
        raise CannotStart(f"“{before}” is not a date. It looks like 2026-01-31.") from e
    return [record for record in history.runs() if record.facts.started_at[:10] < day.isoformat()]


def _locked(chosen: list[RunRecord], settings: Settings, locks: ExitStack) -> tuple[list[str], list[str]]:
    """Hold the lock of each base URL. Runs whose base URL another process works on are left alone."""
    free: dict[str, bool] = {}
    for url in {record.facts.base_url for record in chosen}:
        try:
            locks.enter_context(run_lock(settings.state, url))
            free[url] = True
        except AnotherRun:
            free[url] = False
    idle = [record.facts.id for record in chosen if free[record.facts.base_url]]
    busy = [record.facts.id for record in chosen if not free[record.facts.base_url]]
    return idle, busy


def _remove_error_details(record: RunRecord, settings: Settings) -> None:
    """Remove the files about unexpected errors that were written during the run: they may quote values."""
    began = datetime.fromisoformat(record.facts.started_at)
    ended = datetime.fromisoformat(record.ended_at or record.facts.started_at) + MARGIN
    for path in (settings.state / "errors").glob("error-*.txt"):
        if began <= datetime.fromtimestamp(path.stat().st_mtime, UTC) <= ended:
            path.unlink(missing_ok=True)


def _kept_sheets(asked: Iterable[RunRecord], before: str, settings: Settings) -> tuple[list[Path], list[Path]]:
    """What the app keeps and no run needs any more: of the sheets of these runs, and from before a day of others."""
    unneeded = without_a_run(settings)
    folders = {folder_of(run.facts.file, settings.state) for run in asked}
    of_runs = [folder for folder in unneeded if folder in folders]
    return of_runs, [folder for folder in unneeded if folder not in folders and kept_since(folder) < before]


def _workbooks(runs: Iterable[RunRecord], settings: Settings) -> list[Path]:
    """The results workbooks of these runs that are still there, outside the app's folders."""
    paths = [Path(run.results) for run in runs if run.results and not folder_of(run.results, settings.state)]
    return [path for path in paths if path.exists()]


def _related(history: JournalReader, forgotten: list[str], settings: Settings) -> tuple[str, ...]:
    """Runs that hold the same rows, as an apply holds those of its preview, or that need the same sheet of the app."""
    runs = {record.facts.id: record for record in history.runs()}
    these = [runs[run].facts for run in forgotten if run in runs]
    parents = {facts.parent for facts in these}
    sheets = {folder_of(facts.file, settings.state) for facts in these} - {None}
    return tuple(
        run
        for run, record in runs.items()
        if not record.forgotten
        and (
            run in parents or record.facts.parent in forgotten or folder_of(record.facts.file, settings.state) in sheets
        )
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
