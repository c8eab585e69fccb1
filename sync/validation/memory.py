"""What an exported workbook remembers, read as the mapping reads the sheet.

A cell as it was exported is not an edit, whatever the record holds by now. A changed one carries the exported value, so
that planning can compare three ways.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from typing import Any

from sync.model import ExportMemory, RememberedRow, Row
from sync.text import fold, normal
from sync.validation.columns import NO_EDIT, MappedColumn
from sync.xlsx.reading.escapes import unescaped

_AT_ONCE = 1_000  # rows whose exported values are worked out together
_NONE: frozenset[int] = frozenset()


class Remembered:
    """The memory of the rows of a sheet. Without a memory nothing is known of any of them.

    Args:
        memory: of the workbook; None if it has none.
        ids: of each row the record's id, or the text that the mapping matches by; None where it is unknown.
    """

    def __init__(self, memory: ExportMemory | None, columns: Sequence[MappedColumn], ids: Sequence[Any]) -> None:
        self._memory = memory
        headers = {fold(header): index for index, header in enumerate(memory.headers)} if memory else {}
        self._columns = [column for column in columns if fold(column.header) in headers]
        self._indexes = [headers[fold(column.header)] for column in self._columns]
        self._keys = [str(id_) for id_ in ids] if memory else []

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of any row."""
        return self._memory is None or not any(key in self._memory.rows for key in self._keys)

    def untouched(self, rows: Sequence[Row]) -> "Untouched":
        """The cells that ask for what they asked for when they were exported."""
        if self.is_empty or not self._columns:
            return Untouched([_NONE] * len(rows))
        cells_of = _these(column.position for column in self._columns)
        texts_of = _these(self._indexes)
        every = frozenset(column.position for column in self._columns)  # one for all rows that nobody has touched
        compared = [_Comparison(column) for column in self._columns]
        positions = []
        for row, remembered in zip(rows, self._rows(), strict=True):
            cells, texts = cells_of(row.cells), texts_of(remembered) if remembered else ()
            same = every
            if cells != texts:
                compared_cells = zip(compared, cells, texts, strict=False)
                same = frozenset(c.position for c, cell, text in compared_cells if c.is_same(row, cell, text))
            positions.append(same - _without_result(row) if row.cell_meta else same)
        return Untouched(positions)

    def exported(self) -> Iterator[Mapping[str, Any]]:
        """What each row's fields held when it was exported, as far as that is known; None for an empty field."""
        targets, rows = [str(column.target) for column in self._columns], self._rows()
        unknown: RememberedRow = (None,) * len(self._memory.headers if self._memory else ())
        while some := list(islice(rows, _AT_ONCE)):
            texts = [remembered or unknown for remembered in some]
            columns = [
                column.exported_values(list(map(itemgetter(index), texts)))
                for column, index in zip(self._columns, self._indexes, strict=True)
            ]
            for values in zip(*columns, strict=True) if columns else ((),) * len(some):
                yield {target: value for target, value in zip(targets, values, strict=True) if value is not NO_EDIT}

    def exported_in(self, column: MappedColumn) -> Iterator[Any]:
        """What each row's field in this column held when it was exported; NO_EDIT where that is not known."""
        if column not in self._columns:
            return iter(())
        index = self._indexes[self._columns.index(column)]
        return iter(column.exported_values([remembered[index] if remembered else None for remembered in self._rows()]))

    def held_something(self, i: int, column: MappedColumn) -> bool:
        """Whether the i-th row's cell in this column had anything in it when it was exported."""
        if self._memory is None or column not in self._columns:
            return False
        remembered = self._memory.rows.get(self._keys[i])
        return bool(remembered and remembered[self._indexes[self._columns.index(column)]])

    def items(self, i: int) -> Mapping[str, Any]:
        """The ids of the exported list items: {"contacts[1]": "55"}; None for an item that the record did not have."""
        if self._memory is None or not self._memory.items or self._keys[i] not in self._memory.rows:
            return {}
        ids = self._memory.item_ids(self._keys[i])
        return {item: ids.get(item) for item in self._memory.items}

    def _rows(self) -> Iterator[RememberedRow | None]:
        """What is remembered of each row."""
        return map(self._memory.rows.get, self._keys) if self._memory else iter(())


def _without_result(row: Row) -> frozenset[int]:
    """Cells that somebody has filled with what shows nothing yet: a formula that has never been calculated."""
    return frozenset(i for i, cell in row.cell_meta.items() if cell.kind and not row.cells[i])


class Untouched:
    """Which cells nobody has changed since the export.

    Args:
        positions: of each row those of its untouched cells; empty where the workbook remembers nothing.
    """

    def __init__(self, positions: Sequence[frozenset[int]]) -> None:
        self._positions = positions
        self._are_any = any(positions)

    def has(self, i: int, position: int) -> bool:
        """Whether nobody has changed the cell at this position of the i-th row."""
        return position in self._positions[i]

    def but_untouched(self, rows: Sequence[int], position: int) -> Sequence[int]:
        """Those of these rows in which somebody has filled in or changed the cell at this position."""
        if not self._are_any:
            return rows
        return [i for i in rows if not self.has(i, position)]

    def rows_touched(self, columns: int) -> list[int]:
        """The rows in which not all of so many cells are untouched."""
        return [i for i, positions in enumerate(self._positions) if len(positions) < columns]

    def asked(self, cells: Sequence[tuple[str, ...]], columns: Sequence[MappedColumn]) -> list[tuple[Any, ...]]:
        """The rows' texts, with what asks for nothing in the place of each untouched one."""
        if not self._are_any:
            return list(cells)
        nothing = {column.position: column.untouched for column in columns}
        every = frozenset(nothing)
        blank = tuple(nothing.get(position, "") for position in range(len(cells[0])))
        return [
            of_row if not same else blank if same == every else _replaced(of_row, same, nothing)
            for of_row, same in zip(cells, self._positions, strict=True)
        ]


class _Comparison:
    """Compares the cells of a column with what was exported."""

    def __init__(self, column: MappedColumn) -> None:
        self.position = column.position
        self._is_text = column.field.type == "string"
        # A choice is repeated ten thousand times.
        self._value_of: Callable[[str], Any] = lru_cache(10_000)(partial(column.exported_value))

    def is_same(self, row: Row, text: str, exported: str | None) -> bool:
        """Whether a cell asks for what it asked for when it was exported."""
        if exported is None:
            return False
        if text == exported or normal(text) == normal(exported):
            return True
        if "\t" in exported and normal(text) == normal(exported.replace("\t", "")):
            return True  # LibreOffice drops tabs from a workbook that passes through .ods, and nobody sees one
        if "_x" in exported and normal(text) == normal(unescaped(exported)):
            return True  # openpyxl 3.1 unescapes a text that reads “_x0041_”: afterwards it reads “A”
        if self._is_text or row.cell_meta.get(self.position):
            return False
        value = self._value_of(text)
        return value is not NO_EDIT and bool(value == self._value_of(exported))


def _these(positions: Iterator[int] | Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What gives the parts at these positions, as a tuple whatever their number."""
    wanted = list(positions)
    get = itemgetter(*wanted)
    return get if len(wanted) > 1 else lambda parts: (get(parts),)


def _replaced(cells: tuple[str, ...], positions: frozenset[int], by: Mapping[int, Any]) -> tuple[Any, ...]:
    replaced: list[Any] = list(cells)
    for position in positions:
        replaced[position] = by[position]
    return tuple(replaced)
