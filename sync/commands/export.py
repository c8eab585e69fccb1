"""`export`: the customers as they are now, as a sheet ready to edit and to run."""

from dataclasses import replace
from pathlib import Path

from sync.commands.endpoint import connected
from sync.export import Exported, write
from sync.export import template as write_template
from sync.export.ids import ids_of
from sync.files import refuse_existing
from sync.mapping import load as mapping
from sync.progress import Progress
from sync.settings import Settings
from sync.stop import StopSignal


def export(
    path: Path,
    settings: Settings,
    ids: Path | None,
    with_totals: bool,
    stop: StopSignal,
    progress: Progress,
    columns: str = "",
) -> Exported:
    """Write the records as they are now.

    Args:
        ids: a file that lists the records to write.
        columns: the headers to write, as in `Notes,Zip Code`; empty for all.

    Raises:
        CampfireSyncError: the file exists already, or not every record could be read.
    """
    chosen = mapping.load(settings.mapping or mapping.default_path())
    refuse_existing(path)
    asked = ids_of(ids, chosen) if ids else None
    with connected(settings, chosen.resource, stop) as api:
        exported = write(
            path,
            chosen,
            api,
            stop,
            progress,
            workers=settings.concurrency,
            ids=asked,
            columns=columns,
            with_totals=with_totals,
            group=settings.group,
        )
        return replace(exported, requests=api.requests)


def template(path: Path, settings: Settings, columns: str = "") -> Exported:
    """Write the headers of the mapping alone, ready to be filled in."""
    chosen = mapping.load(settings.mapping or mapping.default_path())
    return write_template(path, chosen, columns, settings.group)
