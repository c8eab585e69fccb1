"""`export`: the customers as they are now, as a sheet ready to edit and to run."""

from pathlib import Path

from sync.commands.endpoint import connected
from sync.export import Exported, write
from sync.export import template as write_template
from sync.export.ids import ids_of
from sync.files import refuse_taken
from sync.mapping import load as mapping
from sync.progress import Progress
from sync.settings import Settings
from sync.stop import StopSignal


def export(
    path: Path, settings: Settings, ids: Path | None, with_totals: bool, stop: StopSignal, progress: Progress
) -> Exported:
    """Write the customers as they are now; `ids` names a file that lists the ones to write.

    Raises:
        CampfireSyncError: the file exists already, or not every customer could be read.
    """
    chosen = mapping.load(settings.mapping or mapping.default_path())
    refuse_taken(path)
    asked = ids_of(ids, chosen) if ids else None
    with connected(settings, chosen.resource, stop) as api:
        workers = settings.concurrency
        return write(path, chosen, api, stop, progress, workers=workers, ids=asked, with_totals=with_totals)


def template(path: Path, settings: Settings) -> Exported:
    """Write the headers of the mapping alone, ready to be filled in."""
    return write_template(path, mapping.load(settings.mapping or mapping.default_path()))
