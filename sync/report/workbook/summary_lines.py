"""Summary is written line by line, from top to bottom; where it is printed, its pages end between two sections."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from openpyxl.worksheet.pagebreak import Break

from sync.report.totals import amount_text
from sync.report.workbook import looks
from sync.xlsx.columns import letters_at
from sync.xlsx.writing import styles
from sync.xlsx.writing.cells import is_number
from sync.xlsx.writing.shell import Frame, cell_at, put
from sync.xlsx.writing.styles import Style

WIDTHS = (26, 13, 9, 11, 26, 19, 19, 19)  # of the columns, in characters
LAST = len(WIDTHS)

# Percent. The columns fit on the width of a page even where a font a quarter wider stands in for Calibri. Fitting the
# sheet to that width would do as well, but Excel may then ignore the page breaks.
_SCALE = 76
_PAGE = 650  # points: the height of such a page, with some room
_HEADER = Style(styles.DARK, styles.WHITE, bold=True, vertical="center", horizontal="left")
_HEADER_INDENTED = replace(_HEADER, indent=1)
_HEADER_RIGHT = replace(_HEADER, horizontal="right")
_NUMBERS = ("Rows", "First row", "Share", "Before", "After", "Difference")
_SECTION = Style(color=styles.DARK, bold=True, size=13, edge=False)
_ITALIC = Style(italic=True)


class Lines:
    """The lines of one sheet."""

    def __init__(self, frame: Frame, name: str) -> None:
        self.at = 1  # the row that is written next
        self._frame = frame
        self._name = name
        self.sheet = frame.sheet(name)
        self._blocks = [1]  # the first rows of what should not be torn apart
        for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
            self.sheet.column_dimensions[letter].width = width

    def finish(self) -> None:
        """Set up how it looks and how it is printed."""
        self.sheet.sheet_view.showGridLines = False
        self.sheet.sheet_properties.tabColor = styles.DARK
        self._frame.print_setup(self._name, _SCALE)
        self.sheet.print_options.horizontalCentered = True  # narrower than the page where Calibri is there
        self._break_pages()

    def _break_pages(self) -> None:
        """Begin a page with each block that does not fit on the one before."""
        used = 0.0
        for first, end in zip(self._blocks, [*self._blocks[1:], self.at], strict=True):
            height = sum(self.sheet.row_dimensions[row].height or 0 for row in range(first, end))
            if used and used + height > _PAGE:
                self.sheet.row_breaks.append(Break(id=first - 1))
                used = 0.0
            used += height

    def section(self, title: str) -> None:
        """A title, and the room above it."""
        self._blocks.append(self.at)
        self.next(10)
        self.line(title, _SECTION, 22)

    def header(self, titles: Mapping[int, str], last: int = LAST, goes_on: bool = False) -> None:
        """A table's header: the title of each column that has one.

        A long table has one again where it goes on, and may go on on the next page from there.
        """
        if goes_on:
            self._blocks.append(self.at)
        for column in range(1, last + 1):
            title = titles.get(column, "")
            left = _HEADER_INDENTED if column == 4 else _HEADER
            self.put(column, title, _HEADER_RIGHT if title in _NUMBERS else left)
        self.next(18)

    def fact(self, label: str, text: str) -> None:
        """A label and what is true; nothing where the text is empty."""
        if text:
            self.put(1, label, looks.LABEL)
            self.wide(2, LAST, text, looks.WRAPPED)
            self.next(14 * lines_of(text, 110))

    def more(self, count: int, of: str) -> None:
        """How many are not listed."""
        if count > 0:
            self.line(f"… and {count:,} more {of}.", _ITALIC)

    def line(self, text: str, look: Style, height: float = 15) -> None:
        """A text across the whole sheet."""
        self.wide(1, LAST, text, look)
        self.next(height)

    def wide(self, first: int, last: int, text: str, look: Style) -> None:
        """A text across these columns, counted from 1."""
        for column in range(first, last + 1):
            self.put(column, text if column == first else "", look)
        self.sheet.merged_cells.add(f"{letters_at(first - 1)}{self.at}:{letters_at(last - 1)}{self.at}")

    def put(self, column: int, text: str, look: Style) -> None:
        """A text in this column."""
        cell = cell_at(self.sheet, self.at, column)
        put(cell, text)
        self._frame.dress(cell, look)

    def number(self, column: int, number: Decimal | None, look: Style) -> None:
        """A number; a text where Excel would round it."""
        cell = cell_at(self.sheet, self.at, column)
        self._frame.dress(cell, look)
        if number is None:
            return
        if is_number(format(number, "f")):
            cell.value = number
        else:
            put(cell, amount_text(number))

    def next(self, height: float = 15) -> None:
        """Go on to the next row. This one is so many points high."""
        self.sheet.row_dimensions[self.at].height = height
        self.at += 1


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a cell that is so many characters wide."""
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))
