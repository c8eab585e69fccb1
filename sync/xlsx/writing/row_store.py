"""A sheet's rows on their way into the workbook: kept on disk, since they may be more than memory should hold."""

from tempfile import TemporaryFile
from typing import IO

from sync.xlsx.writing.cells import LAST_ROW, text_cell

LINKS = 65_530  # links that Excel takes in a sheet
_LINE = 13.5  # the height of a line of text, in points


class SheetRows:
    """The rows of one sheet below its header."""

    def __init__(self) -> None:
        self.file: IO[bytes] = TemporaryFile(buffering=1 << 18)  # noqa: SIM115 (closed with the workbook)
        self.next = 2  # the row in the sheet that the next one becomes
        self.left_out = 0
        self.links: list[str] = []

    @property
    def last(self) -> int:
        """The sheet's last row."""
        return self.next - 1

    def add(self, cells: str, tall: int = 1) -> bool:
        """One row, of these cells, this many lines of text high.

        False where the sheet is full; the last row of a sheet is kept for saying so.
        """
        if self.next >= LAST_ROW:
            self.left_out += 1
            return False
        height = "" if tall == 1 else f' ht="{tall * _LINE}" customHeight="1"'
        self.file.write(f'<row r="{self.next}"{height}>{cells}</row>'.encode())
        self.next += 1
        return True

    def link(self, place: str, sheet: str, row: int) -> bool:
        """Make a cell lead to a row of another sheet. False where the sheet has all the links it can have."""
        if len(self.links) >= LINKS:
            return False
        self.links.append(f'<hyperlink ref="{place}" location="\'{sheet}\'!A{row}" display="{sheet}"/>')
        return True

    def finish(self, style: int) -> None:
        """Say what did not fit in."""
        if self.left_out:
            said = text_cell(f"A{self.next}", style, f"… and {self.left_out:,} more, which the journal has")
            self.file.write(f'<row r="{self.next}">{said}</row>'.encode())
            self.next += 1

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
