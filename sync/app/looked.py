"""What the pages show of a sheet. It is read once, in the background, and its rows are not kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sync.contract.resource import Resource
from sync.errors import CampfireSyncError
from sync.mapping.suggest import Suggestion, suggest
from sync.model import Sheet
from sync.sheet import read, worksheets
from sync.text import normal

FIRST_ROWS = 5
MOST_TEXTS = 1000  # different texts of a column that are kept: a column with more does not hold choices


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet as the pages need it, or why it can't be read."""

    worksheets: list[str]
    error: str = ""
    sheet: Sheet | None = None  # without its rows
    count: int = 0  # rows
    first: tuple[tuple[int, tuple[str, ...]], ...] = ()  # the first rows: number, cells
    texts: tuple[tuple[str, ...], ...] = ()  # by column: its different texts, in their order
    suggestion: Suggestion | None = None


def look(path: Path, worksheet: str, resource: Resource) -> Looked:
    """Read a sheet for the pages."""
    names: list[str] = []
    try:
        names = worksheets(path)
        sheet = read(path, sheet=worksheet if names else "")
    except CampfireSyncError as refusal:
        return Looked(names, error=str(refusal))
    try:
        suggestion = suggest(sheet, resource)
    except CampfireSyncError as refusal:
        return Looked(names, error=str(refusal))
    return Looked(
        names,
        "",
        replace(sheet, rows=(), memory=None),
        len(sheet.rows),
        tuple((row.number, row.cells) for row in islice(sheet.rows, FIRST_ROWS)),
        _texts(sheet),
        suggestion,
    )


def _texts(sheet: Sheet) -> tuple[tuple[str, ...], ...]:
    """The different texts of each column."""
    kept: list[dict[str, None]] = [{} for _ in sheet.headers]
    for row in sheet.rows:
        _keep(kept, row.cells)
    return tuple(map(tuple, kept))


def _keep(kept: list[dict[str, None]], cells: Iterable[str]) -> None:
    for texts, cell in zip(kept, cells, strict=False):
        if len(texts) < MOST_TEXTS and (text := normal(cell)):
            texts[text] = None
