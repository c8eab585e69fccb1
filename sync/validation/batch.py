"""Some thousand filled rows of a sheet at a time: which records they are for, and what their cells ask for.

A sheet has up to a million rows, and a month's has thirty columns. So its rows are looked at in batches, and within a
batch column by column.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from functools import cached_property
from itertools import islice
from typing import Any

from sync.contract.mapping import Mapping
from sync.contract.rules import record_id, record_ids
from sync.model import EditColumn, Row, Sheet
from sync.text import is_blank, normal
from sync.validation.columns import MappedColumn, Reading
from sync.validation.layout import Layout
from sync.validation.memory import Remembered, Untouched
from sync.validation.numbers import whole_number_text

_CELLS = 300_000  # of a batch: many, since pandera takes its time for each column; few, since memory is dear
_FEWEST = 500  # rows


class Batch:
    """Rows in which a person has filled in something that is not ignored, in the sheet's order.

    Args:
        start: how many such rows stand before them.
    """

    def __init__(self, sheet: Sheet, mapping: Mapping, layout: Layout, start: int, rows: list[Row]) -> None:
        self.start = start
        self.rows = rows
        self.layout = layout
        self._sheet = sheet
        self._mapping = mapping
        self._readings: dict[int, tuple[Reading, set[tuple[int, str]]]] = {}  # by position

    @cached_property
    def columns(self) -> Sequence[Sequence[str]]:
        """The texts, by the column's position."""
        return list(zip(*[row.cells for row in self.rows], strict=False))  # a broken row may be longer

    @cached_property
    def marked(self) -> list[tuple[int, Row]]:
        """The rows with a cell of which the text does not tell everything."""
        return [(i, row) for i, row in enumerate(self.rows) if row.cell_meta]

    @cached_property
    def ids(self) -> list[int | str | None]:
        """What tells which record each row is for: its id, or the text to match; None where there is no such thing."""
        position = self.layout.id
        if self._mapping.match:
            return [normal(text) or None for text in self.columns[position]]
        ids: list[int | str | None] = list(record_ids(self.columns[position]))
        for i, row in self.marked:
            ids[i] = record_id(whole_number_text(row.cells[position], row.cell_meta.get(position))[0])
        return ids

    @cached_property
    def numbers(self) -> list[int | None]:
        """The id of each row as a number; None where it has none, or is found by another field."""
        return [id_ if isinstance(id_, int) else None for id_ in self.ids]

    @cached_property
    def remembered(self) -> Remembered:
        """What an export remembers of these rows."""
        return Remembered(self._sheet.memory, self.layout.mapped, self.ids)

    @cached_property
    def untouched(self) -> Untouched:
        """The cells that nobody has changed since the export."""
        return self.remembered.untouched(self.rows)

    @cached_property
    def _asked(self) -> Sequence[Sequence[Any]]:
        """As `columns`, with what asks for nothing in the place of each untouched cell."""
        if self.remembered.is_empty:
            return self.columns
        asked = self.untouched.asked([row.cells for row in self.rows], self.layout.mapped)
        return list(zip(*asked, strict=False))

    def exported(self) -> Iterator[ReadOnlyMapping[str, Any]]:
        """What each row's fields held when it was exported, as far as that is known."""
        return iter([{}] * len(self.rows)) if self.remembered.is_empty else self.remembered.exported()

    def reading(self, column: MappedColumn) -> tuple[Reading, set[tuple[int, str]]]:
        """What the rows ask for in this column, and the rows with a kind of problem that reading has found."""
        if column.position not in self._readings:
            self._readings[column.position] = self._read(column)
        return self._readings[column.position]

    def _read(self, column: MappedColumn) -> tuple[Reading, set[tuple[int, str]]]:
        texts = list(self._asked[column.position])
        failures = set()
        for i, row in self.marked:
            cell = row.cell_meta.get(column.position)
            if cell is None or self.untouched.has(i, column.position):
                continue
            if cell.kind:
                texts[i] = ""  # it cannot be read, which another problem tells
            elif column.field.type == "integer":
                texts[i], kind = whole_number_text(row.cells[column.position], cell)
                if kind:
                    failures.add((i, kind))
        return column.read(texts), failures

    @cached_property
    def edits(self) -> Sequence[EditColumn]:
        """What the rows ask for in each of the mapped columns."""
        return [self.reading(column)[0].edits for column in self.layout.mapped]


def batches(sheet: Sheet, mapping: Mapping, layout: Layout) -> Iterator[Batch]:
    """All filled rows of a sheet, in one pass over it."""
    at_once = max(_FEWEST, _CELLS // len(sheet.headers))
    filled = (row for row in sheet.rows if not is_blank(row.cells[layout.id]) or _is_filled(layout, row))
    start = 0
    while rows := list(islice(filled, at_once)):
        yield Batch(sheet, mapping, layout, start, rows)
        start += len(rows)


def _is_filled(layout: Layout, row: Row) -> bool:
    """Whether a person has filled in something in a row without an id."""
    return bool(row.problems) or any(
        not is_blank(text) or position in row.cell_meta
        for position, text in enumerate(row.cells)
        if position not in layout.ignored
    )
