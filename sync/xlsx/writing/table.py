"""A sheet that is one table. Its columns are a list, from which letters, widths, row heights and links follow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import compress
from typing import Generic, NamedTuple, TypeVar

from sync.xlsx.columns import letters_at
from sync.xlsx.writing.cells import all_plain, are_usual_numbers, number_cell, text_cell, text_lines
from sync.xlsx.writing.row_store import SheetRows
from sync.xlsx.writing.shell import Frame, Heading
from sync.xlsx.writing.styles import INK, LINK, MONEY, Style

Line = TypeVar("Line")


class Link(NamedTuple):
    """A row of another sheet, to which a cell leads."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Column(Generic[Line]):
    """A column of a table: its header, its width in characters, the style of its cells, and what they hold.

    `value` gives a cell's text. Where the style's number format is not Text it gives the digits of a number, or "" for
    an empty cell; a number that Excel would round is written as a text. `plain` gives the value as a program wants it,
    where that is not what the cell says.
    """

    heading: str
    width: float
    style: Style
    value: Callable[[Line], str]
    style_of: Callable[[Line], Style] | None = None  # where the style depends on the line
    link: Callable[[Line], Link | None] | None = None
    plain: Callable[[Line], object] | None = None


class TableWriter(Generic[Line]):
    """Writes the rows of a table, column by column, into a file on disk."""

    def __init__(self, frame: Frame, columns: Sequence[Column[Line]]) -> None:
        self.rows = SheetRows()
        self.columns = columns
        self._frame = frame
        self._text = frame.style(_TEXT)
        self._letters = [letters_at(position) for position in range(len(columns))]
        self._styles = [frame.style(column.style) for column in columns]
        self._numbers = [column.style.is_number for column in columns]
        self._shapes = list(map(_shape, self._letters, self._styles, self._numbers))
        self._values = [column.value for column in columns]
        self._changing = [(n, column) for n, column in enumerate(columns) if column.style_of or column.link]
        self._wrapped = [(place, column.width) for place, column in enumerate(columns) if column.style.wrap]

    @property
    def headings(self) -> list[Heading]:
        """The headers with their widths."""
        return [Heading(column.heading, column.width, _align(column.style)) for column in self.columns]

    def add(self, line: Line, further: Sequence[str] = (), height: int = 1) -> bool:
        """One row. `further` are cells to the right of the columns, and `height` is how many lines those take.

        False where the sheet is full.
        """
        at = self.rows.next
        values = [value(line) for value in self._values]
        styles = {n: self._style_of(f"{self._letters[n]}{at}", column, line) for n, column in self._changing}
        cells = self._plain_cells(at, values, styles) if self._are_plain(values) else self._cells(at, values, styles)
        for n, width in self._wrapped:
            if values[n]:
                height = max(height, text_lines(values[n], width))
        return self.rows.add("".join(cells) + "".join(further), height)

    def _are_plain(self, values: list[str]) -> bool:
        """Whether all of these go into their cells as they stand. May say no where they do."""
        return all_plain(values) and bool(are_usual_numbers(" ".join(compress(values, self._numbers))))

    def _plain_cells(self, at: int, values: list[str], styles: Mapping[int, int]) -> list[str]:
        """The cells of a row whose values go into them as they stand.

        Pieces that are made once for each column save a seventh of the time of `report` (100,000 rows x 57 columns).
        """
        shapes, row = self._shapes, str(at)
        if styles:
            shapes = shapes.copy()
            for n, style in styles.items():
                shapes[n] = _shape(self._letters[n], style, self._numbers[n])
        return [
            f"{start}{row}{filled}{value}{end}" if value else f"{start}{row}{empty}"
            for (start, empty, filled, end), value in zip(shapes, values, strict=True)
        ]

    def _cells(self, at: int, values: list[str], styles: Mapping[int, int]) -> list[str]:
        return [
            self._cell(f"{letter}{at}", styles.get(n, self._styles[n]), value, is_number)
            for n, (letter, value, is_number) in enumerate(zip(self._letters, values, self._numbers, strict=True))
        ]

    def _cell(self, place: str, style: int, value: str, is_number: bool) -> str:
        return number_cell(place, style, value, self._text) if is_number else text_cell(place, style, value)

    def _style_of(self, place: str, column: Column[Line], line: Line) -> int:
        style = column.style_of(line) if column.style_of else column.style
        link = column.link(line) if column.link else None
        return self._frame.style(_linked(style) if link and self.rows.link(place, *link) else style)


_TEXT = Style()


@cache
def _shape(letters: str, style: int, is_number: bool) -> tuple[str, str, str, str]:
    """A cell without its row and its value: its start, then what follows the row where it is empty and where it is
    not, and its end."""
    start, middle = f'<c r="{letters}', f'" s="{style}'
    if is_number:
        return start, f'{middle}"/>', f'{middle}"><v>', "</v></c>"
    return start, f'{middle}"/>', f'{middle}" t="inlineStr"><is><t>', "</t></is></c>"


@lru_cache(maxsize=256)
def _linked(style: Style) -> Style:
    return replace(style, underline=True, color=LINK if style.color == INK else style.color)


def _align(style: Style) -> str:
    """How the header over such cells is aligned."""
    if style.number_format == MONEY:
        return "right"
    return "center" if style.horizontal == "center" else "left"
