"""Rows under a header, brought to one width."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import repeat
from pathlib import Path

from sync.errors import FileRefused, file_refused
from sync.model import Cell, Row, Sheet, SheetWarning
from sync.sheet.header import Header
from sync.text import is_blank
from sync.xlsx.columns import number_of
from sync.xlsx.reading.worksheet import RawRow

MOST_ROWS = 1_000_000
MOST_COLUMNS = 500  # with data
TOO_LARGE = "Copy the rows and columns that matter to a new file, and use that."
_NOTHING: Mapping[int, Cell] = {}  # one for all rows: most have no cell of the kind


def too_many_rows(path: Path) -> FileRefused:
    """The refusal of a sheet that is too long."""
    return file_refused(path, f"the sheet has more than {MOST_ROWS:,} rows.", TOO_LARGE)


def stray_warning(letters: str, first_row: int, rows: int) -> SheetWarning:
    """The warning of a column with data under an empty header."""
    return SheetWarning(
        "unmapped_column",
        f"column {letters} has data from row {first_row} on and no header, so nothing in it is sent. "
        "Give it a header, or delete the column.",
        rows=rows,
        first_row=first_row,
    )


class Table:
    """Takes the rows below a header, and gives the sheet."""

    def __init__(self, path: Path, name: str, header: Header) -> None:
        self._path = path
        self._name = name
        self._header = header
        self.letters = list(header.texts)
        self._positions = {letters: position for position, letters in enumerate(self.letters)}
        self._rows: list[Row] = []
        self._hidden = 0
        self._strays: dict[str, int] = {}  # columns with data and no header: the first row with any
        self._check_columns()

    def add(self, row: RawRow) -> None:
        """Takes a row.

        Raises:
            FileRefused: there are too many rows or columns.
        """
        known = self._positions.keys()
        if not row.texts.keys() <= known or (row.cell_meta and not row.cell_meta.keys() <= known):
            self._add_strays(row)
        if len(self._rows) == MOST_ROWS:
            raise too_many_rows(self._path)
        self._hidden += row.hidden
        cells = tuple(map(row.texts.get, self.letters, repeat("")))
        cell_meta = (
            {self._positions[letters]: cell for letters, cell in row.cell_meta.items()} if row.cell_meta else _NOTHING
        )
        self._rows.append(Row(row.number, cells, cell_meta))

    def sheet(self) -> Sheet:
        """The sheet, all of its rows as wide as its headers."""
        if self._strays:
            self._put_in_order()
        headers = tuple(self._header.texts.get(letters, "") for letters in self.letters)
        warnings = tuple(
            stray_warning(letters, self._strays[letters], self._filled_in(position))
            for position, letters in enumerate(self.letters)
            if letters in self._strays
        )
        return Sheet(self._path, self._name, headers, self._header.row, self._rows, self._hidden, warnings)

    def _filled_in(self, position: int) -> int:
        """How many rows have something in this column."""
        return sum(position in row.cell_meta or not is_blank(row.cells[position]) for row in self._rows)

    def _add_strays(self, row: RawRow) -> None:
        for letters in {**row.texts, **row.cell_meta}.keys() - self._positions.keys():
            if letters not in row.cell_meta and is_blank(row.texts[letters]):
                continue
            self._strays[letters] = row.number
            self._positions[letters] = len(self.letters)
            self.letters.append(letters)
            self._check_columns()
        row.cell_meta = {letters: cell for letters, cell in row.cell_meta.items() if letters in self._positions}

    def _check_columns(self) -> None:
        if len(self.letters) > MOST_COLUMNS:
            raise file_refused(self._path, f"the sheet has more than {MOST_COLUMNS} columns with data.", TOO_LARGE)

    def _put_in_order(self) -> None:
        """Columns without a header were added as they turned up: here they get their place, in every row."""
        order = sorted(range(len(self.letters)), key=lambda position: number_of(self.letters[position]))
        new = {old: position for position, old in enumerate(order)}
        width = len(order)
        self.letters = [self.letters[old] for old in order]
        for index, row in enumerate(self._rows):
            cells = row.cells + ("",) * (width - len(row.cells))
            cell_meta = {new[old]: cell for old, cell in row.cell_meta.items()} if row.cell_meta else _NOTHING
            self._rows[index] = replace(row, cells=tuple(map(cells.__getitem__, order)), cell_meta=cell_meta)
