"""The input's own cells, as they were: texts as text, numbers with their number format."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from sync.model import Cell
from sync.report.workbook import looks
from sync.xlsx.columns import LAST_COLUMN, letters_at
from sync.xlsx.writing.cells import all_plain, is_number, text_cell
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import TEXT, Style

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
        self._frame = frame
        self._places = [letters_at(first + column) for column in range(columns)]
        self._style, self._wrapped = frame.style(looks.PLAIN), frame.style(looks.WRAPPED)

    def cells(self, row: int, texts: Sequence[str], cell_meta: Mapping[int, Cell]) -> list[str]:
        """The cells of a row, with an empty one for each column in which it has no text.

        What is beyond a sheet's last column is left out.
        """
        cells = self._text_cells(row, texts)
        for column, meta in cell_meta.items():
            if column < len(cells) and (number := self.number_cell(row, column, meta, texts[column])):
                cells[column] = number
        return cells

    def number_cell(self, row: int, column: int, meta: Cell, text: str, fill: str = "") -> str:
        """A number of the input's in its format; "" where it has to be a text.

        That is so where its format cannot be written, and where the workbook has too many formats already.
        """
        number = stored_number(meta, text)
        number_format = meta.number_format or TEXT  # what a person types there keeps its zeros
        if not number or not self._frame.takes(number_format):
            return ""
        style = self._frame.style(_number_style(fill, number_format))
        return f'<c r="{self.place(column)}{row}" s="{style}"><v>{number}</v></c>'

    def place(self, column: int) -> str:
        """The letters of one of the input's columns in this sheet."""
        return letters_at(self._first + column)

    def _text_cells(self, row: int, texts: Sequence[str]) -> list[str]:
        places = self._places
        if len(texts) != len(places):
            texts = [*texts, *[""] * (len(places) - len(texts))][: LAST_COLUMN - self._first]
            places = [self.place(column) for column in range(len(texts))]
            self.width = max(self.width, len(texts))
        cells = zip(places, texts, strict=True)
        if not all_plain(texts):
            return [text_cell(f"{p}{row}", self._wrapped if "\n" in text else self._style, text) for p, text in cells]
        empty, filled = f'{row}" s="{self._style}"/>', f'{row}" s="{self._style}" t="inlineStr"><is><t>'
        return [f'<c r="{p}{filled}{text}</t></is></c>' if text else f'<c r="{p}{empty}' for p, text in cells]
