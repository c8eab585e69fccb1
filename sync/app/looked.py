"""What the pages show of a sheet. It is read once, in the background, and its rows are not kept."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sync.contract.resource import Resource
from sync.errors import CampfireSyncError, TitleAbove
from sync.mapping.header_words import EXACT, SYNONYM, is_like_an_id, meanings
from sync.mapping.suggest import Suggestion, suggest
from sync.model import Row, Sheet
from sync.report.names import name_position
from sync.sheet import read, worksheets
from sync.sheet.header import ROWS_SEARCHED
from sync.text import fold, normal
from sync.validation.validation import Validation

FIRST_ROWS = 5
_IGNORED = "the mapping in force ignores it"
_SEPARATOR = re.compile("[,;\t]")
MOST_TEXTS = 1000  # different texts of a column that are kept: a column with more does not hold choices


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet as the pages need it, or why it can't be read."""

    worksheets: list[str]
    error: str = ""
    sheet: Sheet | None = None  # without its rows
    count: int = 0  # rows
    first: tuple[tuple[int, tuple[str, ...]], ...] = ()  # the first rows: number, cells
    texts: tuple[Mapping[str, str], ...] = ()  # by column: its different texts in their order, each with what is stored
    changed: tuple[int, ...] = ()  # by column: how many cells hold something else than when they were exported
    suggestion: Suggestion | None = None
    header_row: int = 0  # where the header seems to be, if something else stands above it


def look(path: Path, worksheet: str, resource: Resource, ignored: Collection[str]) -> Looked:
    """Read a sheet for the pages.

    Args:
        path: its file.
        worksheet: of a workbook; empty for the first visible one.
        resource: what it is for.
        ignored: folded headers that are not sent and not warned of where no field seems to fit, as `check` has it.
    """
    names: list[str] = []
    try:
        names = worksheets(path)
        sheet = read(path, sheet=worksheet if names else "")
        suggestion = _with_ignored(suggest(sheet, resource), ignored)
    except TitleAbove as refusal:
        return Looked(names, error=str(refusal), header_row=refusal.header_row)
    except CampfireSyncError as refusal:
        return Looked(names, error=refusal.in_app)
    return Looked(
        names,
        "",
        replace(sheet, rows=(), memory=None),
        len(sheet.rows),
        tuple((row.number, row.cells) for row in islice(sheet.rows, FIRST_ROWS)),
        _texts(sheet),
        _changed(sheet, suggestion.id_header),
        suggestion,
        header_row=0 if suggestion.id_header else _likelier_header(sheet, resource),
    )


def _with_ignored(suggestion: Suggestion, ignored: Collection[str]) -> Suggestion:
    known = {header: _IGNORED for header in suggestion.unknown if fold(header) in ignored}
    return replace(suggestion, ignore={**suggestion.ignore, **known})


def _likelier_header(sheet: Sheet, resource: Resource) -> int:
    """The row among the first that looks like the header where the one that was taken names no ids; 0 if none does."""
    for row in islice(sheet.rows, ROWS_SEARCHED):
        # A title above a CSV's header may have been split at another separator than the header's own.
        cells = [cell for cell in _SEPARATOR.split("\t".join(row.cells)) if cell.strip()]
        names_ids = any(is_like_an_id(cell, resource) in (EXACT, SYNONYM) for cell in cells)
        if names_ids and sum(bool(meanings(cell, resource)) for cell in cells) > 1:
            return row.number
    return 0


def _texts(sheet: Sheet) -> tuple[Mapping[str, str], ...]:
    """The different texts of each column, each with the number that is stored for it, or else with itself."""
    kept: list[dict[str, str]] = [{} for _ in sheet.headers]
    for row in sheet.rows:
        _keep(kept, row)
    return tuple(kept)


def _keep(kept: list[dict[str, str]], row: Row) -> None:
    for position, (texts, cell) in enumerate(zip(kept, row.cells, strict=False)):
        if len(texts) < MOST_TEXTS and (text := normal(cell)):
            meta = row.cell_meta.get(position)
            texts[text] = meta.number or text if meta else text


def _changed(sheet: Sheet, id_header: str) -> tuple[int, ...]:
    """By column how many cells hold something else than when they were exported; nobody has touched the others."""
    counts, memory = [0] * len(sheet.headers), sheet.memory
    if memory is None or not id_header:
        return tuple(counts)
    id_ = sheet.headers.index(id_header)
    exported = {fold(header): index for index, header in enumerate(memory.headers)}
    compared = [(i, exported[fold(header)]) for i, header in enumerate(sheet.headers) if fold(header) in exported]
    for row in sheet.rows:
        remembered = memory.rows.get(normal(row.cells[id_]))
        for i, index in compared if remembered else ():
            text = remembered[index] if remembered else None
            counts[i] += text is not None and normal(row.cells[i]) != normal(text)
    return tuple(counts)


def records_of(validation: Validation, rows: Collection[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The id and the name that each of these rows has in the sheet, by the row's number."""
    if not rows:
        return
    headers, names = validation.sheet.headers, validation.names
    id_, name = headers.index(validation.id_header), name_position(headers, names, validation.mapping.resource)
    for row in validation.sheet.rows:
        if row.number in rows:
            yield row.number, (normal(row.cells[id_]), "" if name is None else normal(row.cells[name]))
