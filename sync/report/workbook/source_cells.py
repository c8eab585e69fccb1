"""The input's own cells, as they were: texts as text, numbers with their number format."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from sync.model import Cell, RowRecord
from sync.report.workbook import looks
from sync.xlsx.columns import LAST_COLUMN, letters_at
from sync.xlsx.writing.cells import all_plain, is_number, most_lines, plain_bodies, text_body
from sync.xlsx.writing.row_store import CellsOfColumn
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import TEXT, Style
from sync.xlsx.writing.table import Beside

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_START = date(1899, 12, 30)
_HALF_A_SECOND = Decimal("0.5") / 86_400  # the last one of a day is shown as the next day's first
_SINCE_1904 = 1462  # days by which the serial numbers of a workbook that counts from 1904 are behind all others


def stored_number(cell: Cell, text: str) -> str:
    """The number to store so that a cell shows this text again in its format; "" where no number does.

    A date of a workbook that counts from 1904 has another number here.
    """
    number = cell.number
    if not number or cell.kind or not is_number(number):
        return ""
    day = _DAY.match(text)
    if day is None:
        return number
    for shift in (0, _SINCE_1904):
        serial = Decimal(number) + shift
        if day.group() in (_day(serial), _day(serial + _HALF_A_SECOND)):
            return str(serial)
    return ""


def _day(serial: Decimal) -> str:
    if not 61 <= serial < 2_958_466:  # before March 1900 Excel's calendar has a day too many
        return ""
    return (_START + timedelta(days=int(serial))).isoformat()


@lru_cache(maxsize=1024)
def _number_style(fill: str, number_format: str) -> Style:
    return Style(fill=fill, number_format=number_format)


class SourceCells:
    """The input's columns in one of the sheets."""

    def __init__(self, frame: Frame, first: int, columns: int) -> None:
        """`first` is the position of the first of `columns` in the sheet, counted from 0."""
        self.width = columns  # of the widest row so far
        self._first = first
        self._columns = min(columns, LAST_COLUMN - first)
        self._frame = frame
        self._style, self._wrapped = frame.style(looks.PLAIN), frame.style(looks.WRAPPED)

    def beside(self, rows: Sequence[RowRecord], first: int) -> Beside:
        """The cells of some rows, of which the first is this one of the sheet."""
        texts = [self._filled_up(row.cells) for row in rows]
        columns = list(zip(*(row[: self._columns] for row in texts), strict=True))
        bodies = list(map(self._bodies, columns))
        further = [""] * len(rows)
        for n, row in enumerate(rows):
            for column, number in self._numbers(texts[n], row.cell_meta) if row.cell_meta else ():
                if column < self._columns:
                    bodies[column][n] = number
            if len(texts[n]) > self._columns:
                further[n] = "".join(self.cells(first + n, row.cells, row.cell_meta)[self._columns :])
        cells = [CellsOfColumn(self.place(column), made) for column, made in enumerate(bodies)]
        return Beside(cells, further, [most_lines(row) for row in texts])

    def cells(self, row: int, texts: Sequence[str], cell_meta: Mapping[int, Cell]) -> list[str]:
        """The cells of a row, with an empty one for each column in which it has no text.

        What is beyond a sheet's last column is left out.
        """
        texts = self._filled_up(texts)
        bodies = self._bodies(texts)
        for column, number in self._numbers(texts, cell_meta):
            bodies[column] = number
        return [f'<c r="{self.place(column)}{row}{body}' for column, body in enumerate(bodies)]

    def number_cell(self, row: int, column: int, meta: Cell, text: str, fill: str = "") -> str:
        """A number of the input's in its format; "" where it has to be a text."""
        body = self._number(meta, text, fill)
        return body and f'<c r="{self.place(column)}{row}{body}'

    def place(self, column: int) -> str:
        """The letters of one of the input's columns in this sheet."""
        return letters_at(self._first + column)

    def _filled_up(self, texts: Sequence[str]) -> Sequence[str]:
        """A row's texts, with an empty one for each column in which it has none."""
        if len(texts) == self._columns:
            return texts
        texts = [*texts, *[""] * (self._columns - len(texts))][: LAST_COLUMN - self._first]
        self.width = max(self.width, len(texts))
        return texts

    def _bodies(self, texts: Sequence[str]) -> list[str]:
        if all_plain(texts):
            return plain_bodies(self._style, texts)
        return [text_body(self._wrapped if "\n" in text else self._style, text) for text in texts]

    def _numbers(self, texts: Sequence[str], cell_meta: Mapping[int, Cell]) -> Iterator[tuple[int, str]]:
        """The cells of a row that are numbers, by their column."""
        for column, meta in cell_meta.items():
            if column < len(texts) and (body := self._number(meta, texts[column])):
                yield column, body

    def _number(self, meta: Cell, text: str, fill: str = "") -> str:
        """A number of the input's in its format; "" where it has to be a text.

        That is so where its format cannot be written, and where the workbook has too many formats already.
        """
        number = stored_number(meta, text)
        number_format = meta.number_format or TEXT  # what a person types there keeps its zeros
        if not number or not self._frame.takes(number_format):
            return ""
        return f'" s="{self._frame.style(_number_style(fill, number_format))}"><v>{number}</v></c>'
