"""The rows of a sheet that is being written: kept on disk, since there may be more than memory should hold."""

from collections.abc import Sequence
from typing import IO, NamedTuple

from sync.scratch import scratch_file
from sync.xlsx.writing.cells import LAST_ROW, text_cell

LINKS = 65_530  # links in a sheet; Microsoft, "Excel specifications and limits"
_LINE = 13.5  # the height of a line of text, in points


class CellsOfColumn(NamedTuple):
    """The cells that some rows have in one column."""

    letters: str  # the column's
    bodies: Sequence[str]  # what follows the place of each; see `cells.text_body`


class SheetRows:
    """The rows of one sheet below its header."""

    def __init__(self) -> None:
        self.file: IO[bytes] = scratch_file(buffering=1 << 18)
        self.next = 2  # the number of the row that is added next
        self.left_out = 0  # rows that did not fit
        self.links: list[str] = []

    @property
    def last(self) -> int:
        """The number of the sheet's last row."""
        return self.next - 1

    @property
    def room(self) -> int:
        """How many rows still fit. The last row of a sheet is kept for saying how many did not."""
        return LAST_ROW - self.next

    def number(self, ahead: int) -> int:
        """The number of the row that follows so many more; of one that does not fit, that of the sheet's last row."""
        return self.next + min(ahead, self.room)

    def fitting(self, count: int) -> int:
        """How many of so many rows fit. The others are left out."""
        fits = min(count, self.room)
        self.left_out += count - fits
        return fits

    def add(self, cells: str, height: int = 1) -> None:
        """One row, of these cells, as high as so many lines of text. Left out where the sheet is full."""
        if self.fitting(1):
            self.add_all([], [cells], [height])

    def add_all(self, columns: Sequence[CellsOfColumn], further: Sequence[str], heights: Sequence[int]) -> None:
        """Rows, all of which fit: their cells column by column, what each has to the right of these, and how many lines
        each takes."""
        count = len(heights)
        numbers = range(self.next, self.next + count)
        places = [*map(str, numbers)]
        # The pieces of all rows, one row after the other. Every `each`-th is the same piece of the next row.
        each = 3 * len(columns) + 2
        pieces = [""] * (each * count)
        pieces[::each] = map(_start, numbers, heights)
        for position, column in enumerate(columns):
            at = 3 * position + 1
            pieces[at::each] = [f'<c r="{column.letters}'] * count
            pieces[at + 1 :: each] = places
            pieces[at + 2 :: each] = column.bodies
        pieces[each - 1 :: each] = [f"{cells}</row>" for cells in further]
        for start in range(0, len(pieces), each):  # row by row: joined, one Greek letter would widen them all
            self.file.write("".join(pieces[start : start + each]).encode())
        self.next += count

    def link(self, place: str, sheet: str, row: int) -> bool:
        """Make a cell lead to a row of another sheet. False where the sheet has as many links as it can have."""
        if len(self.links) >= LINKS:
            return False
        self.links.append(f'<hyperlink ref="{place}" location="\'{sheet}\'!A{row}" display="{sheet}"/>')
        return True

    def finish(self, style: int) -> None:
        """Say how many rows did not fit."""
        if self.left_out:
            text = text_cell(f"A{self.next}", style, f"… and {self.left_out:,} more, which the journal has")
            self.file.write(f'<row r="{self.next}">{text}</row>'.encode())
            self.next += 1

    def close(self) -> None:
        """Delete the file."""
        self.file.close()


def _start(row: int, height: int) -> str:
    custom = "" if height == 1 else f' ht="{height * _LINE}" customHeight="1"'
    return f'<row r="{row}"{custom}>'
