"""The functions of the library, each the command of its name."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from sync.commands import apply as apply_command
from sync.commands import check as check_command
from sync.commands import export as export_command
from sync.commands import resume as resume_command
from sync.commands import run as run_command
from sync.commands import undo as undo_command
from sync.commands.result import RunResult
from sync.errors import ExitCode
from sync.export import Selection
from sync.library.options import Options, Text, refuse_empty, settings_of
from sync.library.result import Result
from sync.library.tables import of_check, of_export, of_run
from sync.model import Mode
from sync.progress import Progress
from sync.settings import Settings
from sync.status import Status
from sync.stop import StopSignal, handling


def check(edits: Text, *, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Read, map and validate a sheet. Needs no network and no key.

    Raises:
        CannotStart: the sheet or the mapping cannot be read.
    """
    settings = settings_of(options)
    ended, validation = check_command.check_keeping_rows(Path(edits), settings, progress or Progress())
    return replace(_result(ended, settings), run=None, tables=of_check(validation))


def preview(edits: Text, *, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Read the records, and work out what `run` would change. Nothing is sent; `apply(result.run)` sends it.

    Raises:
        CampfireSyncError: it could not start.
    """
    return run(edits, dry_run=True, progress=progress, **options)


def run(edits: Text, *, dry_run: bool = False, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Bring the records into line with a sheet, and write the results workbook; with `dry_run` the same as `preview`.

    Raises:
        CampfireSyncError: it could not start.
    """
    settings = settings_of(options)
    with _stop_signal(settings) as stop:
        return _result(run_command.run(Path(edits), settings, dry_run, stop, progress or Progress()), settings)


def apply(preview: Text, *, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Send exactly what a preview showed. `preview` is its run id, or a plan file.

    Raises:
        CampfireSyncError: it could not start: there is no such preview, or what it was made from has changed.
    """
    settings = settings_of(options)
    with _stop_signal(settings) as stop:
        return _result(apply_command.apply(str(preview), settings, stop, progress or Progress()), settings)


def resume(run: str | None = None, *, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Continue a run that was interrupted or stopped; without an id, the latest.

    Raises:
        ValueError: the id is empty.
        CampfireSyncError: it could not start.
    """
    refuse_empty("run", run)
    settings = settings_of(options)
    with _stop_signal(settings) as stop:
        return _result(resume_command.resume(run or "", settings, stop, progress or Progress()), settings)


def undo(run: str, *, dry_run: bool = False, progress: Progress | None = None, **options: Unpack[Options]) -> Result:
    """Put back what a run changed, field by field, where the field still holds what the run wrote.

    Raises:
        CampfireSyncError: it could not start.
    """
    settings = settings_of(options)
    with _stop_signal(settings) as stop:
        return _result(undo_command.undo(run, settings, dry_run, stop, progress or Progress()), settings)


def export(
    file: Text,
    *,
    ids: Text | None = None,
    columns: str | None = None,
    with_totals: bool = False,
    template: bool = False,
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Result:
    """Write the records as they are now into a new workbook, ready to edit and to run. `rows` is its sheet.

    Args:
        ids: a file that lists the records to write.
        columns: the headers to write, as in `Notes,Zip Code`.
        template: write the headers alone. Needs no network and no key.

    Raises:
        ValueError: the ids or the columns are empty.
        CampfireSyncError: the file exists already, or not every record could be read.
    """
    refuse_empty("ids", ids)
    refuse_empty("columns", columns)
    settings, path, columns = settings_of(options), Path(file), columns or ""
    with _stop_signal(settings) as stop:
        if template:
            exported = export_command.template(path, columns, settings)
        else:
            listed = Path(ids) if ids is not None else None
            selection = Selection(ids=listed, columns=columns, with_totals=with_totals)
            exported = export_command.export(path, selection, settings, stop, progress or Progress())
    missing = exported.not_found or exported.deleted
    return Result(
        run=None,
        mode="export",
        exit_code=ExitCode.SOME_ROWS if missing else ExitCode.OK,
        counts={status.key: 0 for status in Status},
        results=exported.path,
        requests=exported.requests,
        warnings=exported.remarks,
        tables=of_export(exported.path, exported.resource),
    )


def _result(ended: RunResult, settings: Settings) -> Result:
    facts = ended.run.facts
    return Result(
        run=facts.id,
        mode=Mode(ended.mode).value,
        exit_code=ended.exit_code,
        counts={status.key: ended.run.counts.get(status, 0) for status in Status},
        results=ended.results,
        totals=ended.totals,
        requests=ended.run.requests,
        warnings=tuple(facts.warnings),
        error=ended.error,
        fault=ended.fault,
        tables=of_run(settings.journal, facts),
    )


@contextmanager
def _stop_signal(settings: Settings) -> Iterator[StopSignal]:
    """Ctrl-C and SIGTERM stop the run, so that it ends with its Result; only the main thread may see to that."""
    stop = StopSignal(settings.stop_after)
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    with handling((signal.SIGINT, signal.SIGTERM), lambda *_: stop.signalled()):
        yield stop
