"""The records as they are now, as a sheet ready to edit and to run; run as it stands it changes nothing.

`sync.export.job` writes it. This module has the values alone, so that who passes them on need not wait for openpyxl.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sync.contract.mapping import Mapping
from sync.contract.resource import Resource
from sync.model import Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a person asks for; without any of these every record that is not deleted, under all headers."""

    ids: Path | None = None  # a file that lists the records
    columns: str = ""  # the headers, as in `Notes,Zip Code`
    with_totals: bool = False  # the API's totals too, which are read only


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A sheet that is to be written.

    Attributes:
        mapping: has the sheet's headers, each with its field.
        ids: the records to write, in this order; None: all that are not deleted.
        group: the group that may read the file; empty for its owner alone.
        base_url: where the records are read, which the sheet remembers.
    """

    path: Path
    mapping: Mapping
    ids: Sequence[int] | None = None
    with_totals: bool = False
    group: str = ""
    base_url: str = ""


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
    requests: Requests = field(default_factory=Requests)
