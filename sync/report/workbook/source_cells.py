"""The input's own cells, as they were: texts as text, numbers with their number format."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sync.model import Cell
from sync.xlsx.writing.cells import LAST_COLUMN, escaped_together, is_number, letters, text_cell

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_START = date(1899, 12, 30)
_HALF_A_SECOND = Decimal("0.5") / 86_400  # the last one of a day is shown as the next day's first
_SINCE_1904 = 1462  # days by which the serial numbers of such a workbook are behind those of all others


def stored_number(cell: Cell, text: str) -> str:
    """The number to store so that a cell shows this text again in its format; empty where that can't be done.

    A date of a workbook that counts from 1904 has another number here.
    """
    number = cell.number
    if not number or not cell.number_format or cell.kind or not is_number(number):
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


class TextCells:
    """The input's columns in a sheet, as text."""

    def __init__(self, first: int, columns: int, style: int, wrapped: int) -> None:
        """`first` is the column of the first of `columns`; `wrapped` is the style of a text of several lines."""
        self.widest = columns
        self._first = first
        self._places = [letters(first + column) for column in range(columns)]
        self._style, self._wrapped = style, wrapped
        self._empty, self._filled = f'" s="{style}"/>', f'" s="{style}" t="inlineStr"><is><t>'

    def cells(self, row: int, texts: Sequence[str]) -> list[str]:
        """The cells of a row, an empty one for each column in which it has no text.

        What is beyond a sheet's last column is left out.
        """
        places = self._places
        if len(texts) != len(places):
            texts = [*texts, *[""] * (len(places) - len(texts))][: LAST_COLUMN - self._first]
            places = [letters(self._first + column) for column in range(len(texts))]
            self.widest = max(self.widest, len(texts))
        escaped = escaped_together(texts)
        if escaped is None:
            return [
                text_cell(f"{place}{row}", self._wrapped if "\n" in text else self._style, text)
                for place, text in zip(places, texts, strict=True)
            ]
        empty, filled = f"{row}{self._empty}", f"{row}{self._filled}"
        return [
            f'<c r="{place}{filled}{text}</t></is></c>' if text else f'<c r="{place}{empty}'
            for place, text in zip(places, escaped, strict=True)
        ]
