"""`export`: the customers as they are now, as a sheet ready to edit and to run."""

from pathlib import Path

from sync.commands.endpoint import connected
from sync.commands.output_names import refuse_shared
from sync.contract.mapping import Mapping
from sync.export import Exported, Job, Selection
from sync.export.selection import ids_of, with_columns
from sync.files import refuse_existing
from sync.mapping import load as mapping_file
from sync.progress import Progress
from sync.settings import Settings
from sync.stop import StopSignal


def export(path: Path, selection: Selection, settings: Settings, stop: StopSignal, progress: Progress) -> Exported:
    """Write the records as they are now.

    Raises:
        CampfireSyncError: the file exists already, or not every record could be read.
    """
    from sync.export.job import write  # late, here and below: pandas and openpyxl take their time to load

    refuse_shared({"FILE": path}, {"--ids": selection.ids, "--mapping": settings.mapping})
    mapping = _mapping(path, selection.columns, settings)
    job = Job(
        path=path,
        mapping=mapping,
        ids=ids_of(selection.ids, mapping) if selection.ids else None,
        with_totals=selection.with_totals,
        group=settings.group,
        base_url=settings.target_url,
    )
    with connected(settings, mapping.resource, stop) as api:
        return write(job, api, progress, settings.concurrency)


def template(path: Path, columns: str, settings: Settings) -> Exported:
    """Write the headers of the mapping alone, ready to be filled in. Needs no network and no key.

    Raises:
        CannotStart: the file exists already, or the mapping has no such column.
    """
    from sync.export.job import write_headers

    return write_headers(Job(path=path, mapping=_mapping(path, columns, settings), group=settings.group))


def _mapping(path: Path, columns: str, settings: Settings) -> Mapping:
    """The mapping in force, with the columns that are asked for; `path` must be free."""
    mapping = mapping_file.load(settings.mapping or mapping_file.default_path())
    refuse_existing(path)
    return with_columns(mapping, columns) if columns else mapping
