"""A sheet that is one table. Its columns are a list, from which letters, widths, row heights and links follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from sync.xlsx.columns import letters_at
from sync.xlsx.writing.cells import number_bodies, text_bodies, text_lines
from sync.xlsx.writing.row_store import CellsOfColumn, SheetRows
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What some rows have to the right of a table's columns: cells column by column, then further ones row by row."""

    columns: Sequence[CellsOfColumn]
    further: Sequence[str]
    heights: Sequence[int]  # how many lines these cells take in each row


class TableWriter(Generic[Line]):
    """Writes the rows of a table into a file on disk, a column of some rows at a time."""

    def __init__(self, frame: Frame, columns: Sequence[Column[Line]]) -> None:
        self.rows = SheetRows()
        self.columns = columns
        self._frame = frame
        self._text = frame.style(_TEXT)
        self._styles = [frame.style(column.style) for column in columns]

    @property
    def headings(self) -> list[Heading]:
        """The headers with their widths."""
        return [Heading(column.heading, column.width, _align(column.style)) for column in self.columns]

    def add(self, lines: Sequence[Line], beside: Beside | None = None) -> None:
        """A row for each line. Those that do not fit into the sheet are left out."""
        count = self.rows.fitting(len(lines))
        heights = [*beside.heights[:count]] if beside else [1] * count
        cells = [self._cells(position, lines[:count], heights) for position in range(len(self.columns))]
        if beside:
            cells += [column._replace(bodies=column.bodies[:count]) for column in beside.columns]
        self.rows.add_all(cells, beside.further[:count] if beside else [""] * count, heights)

    def _cells(self, position: int, lines: Sequence[Line], heights: list[int]) -> CellsOfColumn:
        """The cells of one column. Makes the rows as high as its wrapped texts."""
        column, letters = self.columns[position], letters_at(position)
        values = [column.value(line) for line in lines]
        if column.style.wrap and any(values):
            heights[:] = map(max, heights, [text_lines(value, column.width) if value else 1 for value in values])
        if not column.style_of and not column.link:
            return CellsOfColumn(letters, self._bodies(column, self._styles[position], values))
        styles = self._styles_of(column, letters, lines)
        in_style = {style: self._bodies(column, self._frame.style(style), values) for style in dict.fromkeys(styles)}
        return CellsOfColumn(letters, [in_style[style][n] for n, style in enumerate(styles)])

    def _bodies(self, column: Column[Line], style: int, values: Sequence[str]) -> list[str]:
        """The cells of a column, if all have this style."""
        return number_bodies(style, values, self._text) if column.style.is_number else text_bodies(style, values)

    def _styles_of(self, column: Column[Line], letters: str, lines: Sequence[Line]) -> list[Style]:
        """The styles of the cells of a column where they depend on the line, and their links."""
        styles = [column.style_of(line) for line in lines] if column.style_of else [column.style] * len(lines)
        if column.link:
            for n, line in enumerate(lines):
                link = column.link(line)
                if link and self.rows.link(f"{letters}{self.rows.next + n}", *link):
                    styles[n] = _linked(styles[n])
        return styles


_TEXT = Style()


@lru_cache(maxsize=256)
def _linked(style: Style) -> Style:
    return replace(style, underline=True, color=LINK if style.color == INK else style.color)


def _align(style: Style) -> str:
    """How the header over such cells is aligned."""
    if style.number_format == MONEY:
        return "right"
    return "center" if style.horizontal == "center" else "left"
