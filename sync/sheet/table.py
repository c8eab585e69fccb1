"""Rows under a header, brought to one width."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from sync.errors import FileRefused, file_refused
from sync.model import Cell, Row, Sheet, SheetWarning
from sync.sheet.cells import doubtful_cells
from sync.sheet.header import Header
from sync.sheet.stored_rows import Change, RowStore
from sync.text import counted, is_blank
from sync.xlsx.columns import number_of
from sync.xlsx.reading.worksheet import RawRow

MOST_ROWS = 1_000_000
MOST_COLUMNS = 500  # with data
TOO_LARGE = "Copy the rows and columns that matter to a new file, and use that."
_NOTHING: Mapping[int, Cell] = {}  # one for all rows: most have no cell of the kind


def too_many_rows(path: Path) -> FileRefused:
    """The refusal of a sheet that is too long."""
    return file_refused(path, f"the sheet has more than {MOST_ROWS:,} rows.", TOO_LARGE)


def stray_warning(letters: str, first_row: int, rows: int, unreadable_header: int = 0) -> SheetWarning:
    """The warning of a column with data that nothing can be mapped to.

    `unreadable_header` is the row of a header that cannot be read; 0 where there is none at all.
    """
    problem = f"column {letters} has data from row {first_row} on and no header"
    remedy = "Give it a header, or delete the column."
    if unreadable_header:
        cell = f"{letters}{unreadable_header}"
        problem = f"the header in {cell} cannot be read (an error, a formula without a result, or an unusual format)"
        remedy = "Type the header as text."
    message = f"{problem}, so nothing in column {letters} is sent. {remedy}"
    return SheetWarning("unmapped_column", message, rows=rows, first_row=first_row)


@dataclass(slots=True)
class _Stray:
    """A column with data and no header."""

    first_row: int
    rows: int = 0  # with anything in it


class Table:
    """Takes the rows below a header, and gives the sheet."""

    def __init__(self, path: Path, name: str, header: Header) -> None:
        self._path = path
        self._name = name
        self._header = header
        self.letters = list(header.texts)
        self._positions = {letters: position for position, letters in enumerate(self.letters)}
        self._rows = RowStore()
        self._hidden = 0
        self._first_hidden = 0
        self._strays: dict[str, _Stray] = {}  # by letters
        self._known: dict[tuple[str, ...], tuple[int, ...]] = {(): ()}  # positions by letters, which repeat row by row
        self._check_columns()

    def add(self, row: RawRow) -> None:
        """Takes a row.

        Raises:
            FileRefused: there are too many rows or columns.
        """
        known = self._positions.keys()
        if not row.texts.keys() <= known or (row.cell_meta and not row.cell_meta.keys() <= known):
            self._add_strays(row)
        if self._rows.count == MOST_ROWS:
            raise too_many_rows(self._path)
        if row.hidden:
            self._hidden += 1
            self._first_hidden = self._first_hidden or row.number
        cells = tuple(map(row.texts.get, self.letters, repeat("")))
        cell_meta = (
            {self._positions[letters]: cell for letters, cell in row.cell_meta.items()} if row.cell_meta else _NOTHING
        )
        if doubtful := doubtful_cells(cells):
            cell_meta = {**doubtful, **cell_meta}
        numbers = self._positions_of(tuple(row.numbers))
        struck = self._positions_of(tuple(row.struck_through)) if row.struck_through else ()
        for letters, stray in self._strays.items():
            position = self._positions[letters]
            stray.rows += position in cell_meta or not is_blank(cells[position])
        self._rows.add(Row(row.number, cells, cell_meta, (), numbers, struck))

    def sheet(self) -> Sheet:
        """The sheet, all of its rows as wide as its headers."""
        rows = self._rows.rows()
        if self._strays:
            rows = rows.changed(self._in_order())
        headers = tuple(self._header.texts.get(letters, "") for letters in self.letters)
        warnings = (*self._hidden_rows(), *map(self._stray_warning, sorted(self._strays, key=number_of)))
        return Sheet(self._path, self._name, headers, self._header.row, rows, self._hidden, warnings)

    def _hidden_rows(self) -> list[SheetWarning]:
        if not self._hidden:
            return []
        count, first = self._hidden, self._first_hidden
        are = "is" if count == 1 else "are"
        message = (
            f"{counted(count, 'rows')} {are} hidden or filtered out in the sheet and {are} read all the same, "
            f"from row {first} on. Show all rows and look at them, or delete them."
        )
        return [SheetWarning("hidden_rows", message, rows=count, first_row=first)]

    def _stray_warning(self, letters: str) -> SheetWarning:
        stray = self._strays[letters]
        unreadable = self._header.row if letters in self._header.unreadable else 0
        return stray_warning(letters, stray.first_row, stray.rows, unreadable)

    def _positions_of(self, letters: tuple[str, ...]) -> tuple[int, ...]:
        """The positions of some columns, in ascending order."""
        positions = self._known.get(letters)
        if positions is None:
            known = (self._positions[each] for each in letters if each in self._positions)
            positions = self._known[letters] = tuple(sorted(known))
        return positions

    def _add_strays(self, row: RawRow) -> None:
        for letters in {**row.texts, **row.cell_meta}.keys() - self._positions.keys():
            if letters not in row.cell_meta and is_blank(row.texts[letters]):
                continue
            self._strays[letters] = _Stray(row.number)
            self._positions[letters] = len(self.letters)
            self.letters.append(letters)
            self._known = {(): ()}
            self._check_columns()
        row.cell_meta = {letters: cell for letters, cell in row.cell_meta.items() if letters in self._positions}

    def _check_columns(self) -> None:
        if len(self.letters) > MOST_COLUMNS:
            raise file_refused(self._path, f"the sheet has more than {MOST_COLUMNS} columns with data.", TOO_LARGE)

    def _in_order(self) -> Change:
        """Columns without a header were added as they turned up. Here every row gets them in the sheet's order."""
        order = sorted(range(len(self.letters)), key=lambda position: number_of(self.letters[position]))
        new = {old: position for position, old in enumerate(order)}
        self.letters = [self.letters[old] for old in order]
        self._positions = {letters: position for position, letters in enumerate(self.letters)}
        return lambda _, rows: [_reordered(row, order, new) for row in rows]


def _reordered(row: Row, order: list[int], new: Mapping[int, int]) -> Row:
    cells = row.cells + ("",) * (len(order) - len(row.cells))
    return row._replace(
        cells=tuple(map(cells.__getitem__, order)),
        cell_meta={new[old]: cell for old, cell in row.cell_meta.items()} if row.cell_meta else _NOTHING,
        numbers=tuple(sorted(new[old] for old in row.numbers)),
        struck_through=tuple(sorted(new[old] for old in row.struck_through)),
    )
