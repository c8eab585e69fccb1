"""Rows under a header, brought to one width."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, repeat
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from sync.errors import FileRefused, file_refused
from sync.model import Cell, Row, Sheet, SheetWarning
from sync.sheet.cells import doubtful_cells
from sync.sheet.header import Header
from sync.sheet.stored_rows import Change, RowStore
from sync.text import is_blank
from sync.xlsx.columns import number_of
from sync.xlsx.reading.raw_row import RawRow

MOST_ROWS = 1_000_000
MOST_COLUMNS = 500  # with data
TOO_LARGE = "Copy the rows and columns that matter to a new file, and use that."
_MOST_KINDS = 2_000  # of rows that are remembered
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


class _Arrangement(NamedTuple):
    """Where the cells of a row go that has some columns."""

    cells: Callable[[tuple[str, ...]], tuple[str, ...]]  # takes their texts and an empty one, gives a row of the sheet
    others: tuple[str, ...]  # those columns that the sheet does not have, as far as it is known


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
        self._hidden = array("L")  # numbers of rows
        self._strays: dict[str, _Stray] = {}  # by letters
        # Both by letters, which are the same in many rows.
        self._arrangement = lru_cache(_MOST_KINDS)(self._arranged)
        self._positions_of = lru_cache(_MOST_KINDS)(self._in_order)
        self._check_columns()

    def add(self, row: RawRow, problems: tuple[tuple[str, str], ...] = ()) -> None:
        """Takes a row, with what is wrong with it as a whole.

        Raises:
            FileRefused: there are too many rows or columns.
        """
        arrangement = self._arrangement(row.letters)
        if arrangement.others or (row.cell_meta and not row.cell_meta.keys() <= self._positions.keys()):
            self._add_strays(row, arrangement.others)
            arrangement = self._arrangement(row.letters)
        if self._rows.count == MOST_ROWS:
            raise too_many_rows(self._path)
        if row.hidden:
            self._hidden.append(row.number)
        cells = arrangement.cells((*row.texts, ""))
        cell_meta = (
            {self._positions[letters]: cell for letters, cell in row.cell_meta.items()} if row.cell_meta else _NOTHING
        )
        if doubtful := doubtful_cells(cells):
            cell_meta = {**doubtful, **cell_meta}
        numbers = self._positions_of(row.numbers)
        struck = self._positions_of(row.struck_through) if row.struck_through else ()
        for letters, stray in self._strays.items():
            position = self._positions[letters]
            stray.rows += position in cell_meta or not is_blank(cells[position])
        self._rows.add(Row(row.number, cells, cell_meta, problems, numbers, struck))

    def sheet(self) -> Sheet:
        """The sheet, all of its rows as wide as its headers."""
        rows = self._rows.rows()
        if self._strays:
            rows = rows.changed(self._sorted())
        headers = tuple(self._header.texts.get(letters, "") for letters in self.letters)
        warnings = tuple(map(self._stray_warning, sorted(self._strays, key=number_of)))
        return Sheet(self._path, self._name, headers, self._header.row, rows, self._hidden, warnings)

    def _stray_warning(self, letters: str) -> SheetWarning:
        stray = self._strays[letters]
        unreadable = self._header.row if letters in self._header.unreadable else 0
        return stray_warning(letters, stray.first_row, stray.rows, unreadable)

    def _arranged(self, letters: tuple[str, ...]) -> _Arrangement:
        places = dict(zip(letters, count()))
        wanted = list(map(places.get, self.letters, repeat(-1)))
        others = () if places.keys() <= self._positions.keys() else tuple(places.keys() - self._positions.keys())
        if len(wanted) > 1:
            return _Arrangement(itemgetter(*wanted), others)
        return _Arrangement(lambda texts: tuple(texts[place] for place in wanted), others)

    def _in_order(self, letters: tuple[str, ...]) -> tuple[int, ...]:
        """The positions of some columns, in ascending order."""
        return tuple(sorted(self._positions[each] for each in letters if each in self._positions))

    def _add_strays(self, row: RawRow, others: Sequence[str]) -> None:
        """Takes columns with data and no header. `others` are columns of the row that are not known yet."""
        texts = row.by_letters
        for letters in {*others, *row.cell_meta} - self._positions.keys():
            if letters not in row.cell_meta and is_blank(texts[letters]):
                continue
            self._strays[letters] = _Stray(row.number)
            self._positions[letters] = len(self.letters)
            self.letters.append(letters)
            self._arrangement.cache_clear()
            self._positions_of.cache_clear()
            self._check_columns()
        row.cell_meta = {letters: cell for letters, cell in row.cell_meta.items() if letters in self._positions}

    def _check_columns(self) -> None:
        if len(self.letters) > MOST_COLUMNS:
            raise file_refused(self._path, f"the sheet has more than {MOST_COLUMNS} columns with data.", TOO_LARGE)

    def _sorted(self) -> Change:
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
