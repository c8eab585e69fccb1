"""The customers as they are now, as a sheet that is ready to edit and to run; as it stands it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.api.api import Api
from sync.contract.mapping import Mapping
from sync.files import refuse_taken
from sync.progress import Progress
from sync.stop import StopSignal

__all__ = ["Exported", "template", "write"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    rows: int
    not_found: tuple[int, ...] = ()  # ids that were asked for, and that no customer has
    left_empty: int = 0  # cells that are empty though the record holds something, each with its reason as a note
    remarks: tuple[str, ...] = ()  # what a person should know of the sheet as a whole


def write(
    path: Path,
    mapping: Mapping,
    api: Api,
    brake: StopSignal,
    watch: Progress,
    *,
    workers: int,
    ids: Sequence[int] | None = None,
    with_totals: bool = False,
) -> Exported:
    """Write all customers, or those with these ids, under the mapping's headers.

    `workers` is how many requests may be in flight where customers are read one by one.

    Raises:
        CannotStart: the file exists already, or can't be written.
        CampfireSyncError: not every customer could be read, or the reading was stopped. No file is written.
    """
    from sync.export.job import export  # pandas and openpyxl take their time to load

    refuse_taken(path)
    return export(path, mapping, api, brake, watch, workers=workers, ids=ids, with_totals=with_totals)


def template(path: Path, mapping: Mapping) -> Exported:
    """Write the headers alone, ready to be filled in. No network.

    Raises:
        CannotStart: the file exists already, or can't be written.
    """
    from sync.export.job import headers_alone

    refuse_taken(path)
    return headers_alone(path, mapping)
