"""A Mapping: which column of a sheet writes which field of a resource."""

from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.contract.resource import Resource
from sync.model import Target

CLEAR = "<clear>"  # empties a field, where the mapping file names no other word


@dataclass(frozen=True, slots=True)
class Column:
    """A line of the mapping file."""

    header: str
    target: Target
    values: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # the sheet's spelling (folded): the API's value
    blank_clears: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file, checked against its resource."""

    path: Path
    resource: Resource
    id_header: str  # of the column that tells which record a row is for
    columns: tuple[Column, ...]
    match: str = ""  # the field that the id column holds instead of the id itself; empty: the id
    verify: ReadOnlyMapping[str, str] = field(default_factory=dict)  # header: the field that must hold the cell's text
    sheet: str = ""
    constants: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # as they go into the body
    ignore: tuple[str, ...] = ()
    clear: str = CLEAR
    accept: frozenset[str] = frozenset()  # kinds of warnings that are meant
    sha256: str = ""  # of the bytes that were read, a resource file's included

    @property
    def id_is_sensitive(self) -> bool:
        """Whether the id column holds tax numbers, which are masked where they are printed."""
        return bool(self.match) and self.resource.fields[self.match].sensitive
