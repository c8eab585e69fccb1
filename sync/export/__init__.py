"""The records as they are now, as a sheet ready to edit and to run; run as it stands it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.api.api import Api
from sync.contract.mapping import Mapping
from sync.contract.resource import Resource
from sync.files import refuse_existing
from sync.model import Requests
from sync.progress import Progress
from sync.stop import StopSignal

__all__ = ["Exported", "template", "write"]

NO_REQUESTS = Requests()


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    resource: Resource
    rows: int
    not_found: tuple[int, ...] = ()  # ids that were asked for, and that no record has
    deleted: tuple[int, ...] = ()  # ids that were asked for, and whose records are deleted
    left_empty: int = 0  # cells that are empty though the record has a value, each with its reason as a note
    remarks: tuple[str, ...] = ()  # what a person should know about the sheet as a whole
    requests: Requests = NO_REQUESTS


def write(
    path: Path,
    mapping: Mapping,
    api: Api,
    stop: StopSignal,
    progress: Progress,
    *,
    workers: int,
    ids: Sequence[int] | None = None,
    columns: str = "",
    with_totals: bool = False,
    group: str = "",
) -> Exported:
    """Write all records that are not deleted, or those with these ids, under the mapping's headers.

    Args:
        workers: how many requests may be in flight where records are read one by one.
        ids: the records to write, in this order.
        columns: the headers to write, as in `Notes,Zip Code`; empty for all.
        with_totals: add the API's totals, which are read only.
        group: the group that may read the file; empty for its owner alone.

    Raises:
        CannotStart: the file exists already, can't be written, or the mapping has no such column.
        CampfireSyncError: not every record could be read, or the reading was stopped. No file is written.
    """
    from sync.export.columns import chosen
    from sync.export.job import export  # pandas and openpyxl take their time to load

    refuse_existing(path)
    mapping = chosen(mapping, columns) if columns else mapping
    return export(path, mapping, api, stop, progress, workers=workers, ids=ids, with_totals=with_totals, group=group)


def template(path: Path, mapping: Mapping, columns: str = "", group: str = "") -> Exported:
    """Write the headers alone, ready to be filled in. No network.

    Raises:
        CannotStart: the file exists already, can't be written, or the mapping has no such column.
    """
    from sync.export.columns import chosen
    from sync.export.job import headers_alone

    refuse_existing(path)
    return headers_alone(path, chosen(mapping, columns) if columns else mapping, group)
