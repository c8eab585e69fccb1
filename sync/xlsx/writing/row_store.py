"""The rows of a sheet that is being written: kept on disk, since there may be more than memory should hold."""

from typing import IO

from sync.scratch import scratch_file
from sync.xlsx.writing.cells import LAST_ROW, text_cell

LINKS = 65_530  # links in a sheet; Microsoft, "Excel specifications and limits"
_LINE = 13.5  # the height of a line of text, in points


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

    def add(self, cells: str, height: int = 1) -> bool:
        """One row, of these cells, as high as so many lines of text.

        False where the sheet is full. The last row of a sheet is kept for saying so.
        """
        if self.next >= LAST_ROW:
            self.left_out += 1
            return False
        custom = "" if height == 1 else f' ht="{height * _LINE}" customHeight="1"'
        self.file.write(f'<row r="{self.next}"{custom}>{cells}</row>'.encode())
        self.next += 1
        return True

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
