"""Puts the many rows into the workbook that openpyxl has made: part by part, with a small piece in memory at a time."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from os import SEEK_END
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from sync.xlsx.columns import letters_at
from sync.xlsx.writing.row_store import SheetRows

_LEVEL = 2
_PIECE = 1 << 20
_ZIP64 = 2_000_000_000
_DIMENSION = re.compile(r"<dimension [^>]*/>")

Part = tuple[str, IO[bytes] | None, str]  # head, file with the middle, tail


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet, and how many columns they have."""

    lines: SheetRows
    columns: int


def sheet_part(xml: str, table: Table) -> Part:
    """The XML of a sheet: as openpyxl has written it, with its rows."""
    area = f"A1:{letters_at(max(table.columns, 1) - 1)}{table.lines.last}"
    head, end, tail = _DIMENSION.sub(f'<dimension ref="{area}"/>', xml, count=1).partition("</sheetData>")
    links = f"<hyperlinks>{''.join(table.lines.links)}</hyperlinks>" if table.lines.links else ""
    # Digits that are text are text on purpose: no green corners.
    errors = f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors>'
    # The order of these elements is fixed: ECMA-376, part 1, 18.3.1.99.
    tail = tail.replace("<pageMargins", f"{links}<pageMargins", 1)
    following = re.search("<legacyDrawing|</worksheet>", tail)
    at = following.start() if following else len(tail)
    return head, table.lines.file, end + tail[:at] + errors + tail[at:]


def splice(frame: IO[bytes], parts: Mapping[str, Part], out: IO[bytes]) -> None:
    """Copy a workbook, with these parts of it replaced."""
    with ZipFile(frame) as source, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as target:
        for name in source.namelist():
            _write(target, name, parts.get(name) or (source.read(name).decode(), None, ""))


def _write(target: ZipFile, name: str, part: Part) -> None:
    head, middle, tail = part
    # Excel offers to repair a workbook with a ZIP64 part, so only a part that needs ZIP64 gets it.
    large = middle is not None and middle.seek(0, SEEK_END) > _ZIP64
    with target.open(name, "w", force_zip64=large) as out:
        out.write(head.encode())
        if middle is not None:
            middle.seek(0)
            shutil.copyfileobj(middle, out, _PIECE)
        out.write(tail.encode())
