"""The workbook without its many rows: sheets, headers, styles, print set-up. openpyxl makes it."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import IO, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from sync.xlsx.columns import letters_at
from sync.xlsx.writing.cells import cut, plain
from sync.xlsx.writing.styles import DARK, SLATE, WHITE, Style

FONT = "Calibri"
_ONE_PAGE = 205  # what is fitted to the width of one page and can still be read, in characters
_SCALE = 75  # percent, of what takes several pages side by side
_FORMATS = 200  # number formats beside our own; Microsoft, "Excel specifications and limits": 200 to 250


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's header: its text, its width in characters, how it is aligned, and whether it is the input's own."""

    header: str
    width: float
    align: str = "left"
    own: bool = False


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell of an openpyxl sheet; row and column count from 1."""
    return cast(Cell, sheet.cell(row, column))  # never a cell inside a merged range


def put(cell: Cell, text: str) -> None:
    """Put a text into an openpyxl cell: never as a formula, and without what XML cannot hold."""
    if text:
        cell.value = plain(cut(text))
        cell.data_type = "s"


class Frame:
    """The workbook under construction."""

    def __init__(self, *names: str, footer: str = "") -> None:
        """An empty sheet for each of these names. `footer` is printed at the foot of every page."""
        self.book = Workbook()
        self._footer = footer
        self.book.properties.creator = "campfire-sync"
        first, *others = names
        self._sheet(0).title = first
        for name in others:
            self.book.create_sheet(name)
        self._numbers: dict[Style, int] = {}
        self._samples: dict[Style, Cell] = {}
        self._formats: set[str] = set()

    def _sheet(self, position: int) -> Worksheet:
        return cast(Worksheet, self.book.worksheets[position])  # there are no chart sheets

    def sheet(self, name: str) -> Worksheet:
        """One of the sheets."""
        return self._sheet(self.book.sheetnames.index(name))

    def style(self, style: Style) -> int:
        """The number by which the XML of a cell names this style."""
        if style not in self._numbers:
            self._numbers[style] = self._sample(style).style_id
        return self._numbers[style]

    def dress(self, cell: Cell, style: Style) -> None:
        """Give an openpyxl cell this style."""
        cell._style = copy(self._sample(style)._style)  # type: ignore[attr-defined]  # as openpyxl copies a sheet

    def _sample(self, style: Style) -> Cell:
        """A cell of this style that is in no sheet. To compare fonts and borders for each cell took half of a save."""
        if style not in self._samples:
            sample = self._samples[style] = Cell(self._sheet(0), 1, 1)
            sample.font, sample.fill, sample.border, sample.alignment = _parts(style)
            sample.number_format = style.number_format
        return self._samples[style]

    def takes(self, number_format: str) -> bool:
        """Whether the workbook can have this number format as well."""
        if len(self._formats) < _FORMATS:
            self._formats.add(number_format)
        return number_format in self._formats

    def table(
        self,
        name: str,
        headings: Sequence[Heading],
        last_row: int,
        freeze: str,
        color: str,
        *,
        repeat: str = "",
        grows: bool = False,
    ) -> None:
        """Set up a sheet that is one table: header, widths, filter, print set-up.

        `color` is that of its tab. The header is printed on every page, and so are the columns to `repeat` (`A:B`). A
        person adds to a sheet that `grows`, so all of it is printed; else what is written beyond the table is not.
        """
        sheet = self.sheet(name)
        sheet.sheet_properties.tabColor = color
        for position, heading in enumerate(headings):
            cell = cell_at(sheet, 1, position + 1)
            put(cell, heading.header)
            self.dress(cell, _header(heading.own, heading.align))
            sheet.column_dimensions[letters_at(position)].width = heading.width
        sheet.row_dimensions[1].height = 32
        sheet.freeze_panes = freeze
        area = f"A1:{letters_at(max(len(headings), 1) - 1)}{last_row}"
        sheet.auto_filter.ref = area
        fits = sum(heading.width for heading in headings) <= _ONE_PAGE
        self.print_setup(name, None if fits else _SCALE)
        sheet.print_title_rows = "1:1"
        sheet.print_title_cols = repeat or None
        if not grows:
            sheet.print_area = area  # a long text in the last column would take pages of its own

    def print_setup(self, name: str, scale: int | None) -> None:
        """Print a sheet on landscape A4, at this scale in percent; None fits it to the width of one page.

        The foot of each page names the file, the sheet, what the footer of the workbook says, and the page.
        """
        sheet = self.sheet(name)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        if scale is None:
            sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
            sheet.page_setup.fitToHeight = 0
        else:
            sheet.page_setup.scale = scale
            sheet.page_setup.pageOrder = "overThenDown"
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.75, 0.4
        sheet.oddFooter = HeaderFooterItem()
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&F · &A", "Page &P of &N"
        sheet.oddFooter.center.text = self._footer.replace("&", "&&")

    def as_text(self, name: str, columns: int) -> None:
        """Format whole columns as Text, so that Excel keeps what a person types into them."""
        for position in range(columns):
            self.sheet(name).column_dimensions[letters_at(position)].number_format = "@"

    def with_notes(self, name: str) -> None:
        """Give a sheet the parts that notes are kept in."""
        self.sheet(name)["A1"].comment = Comment("", "campfire-sync")

    def save(self, file: IO[bytes]) -> None:
        """Write what there is."""
        self.book.save(file)


@cache
def _header(own: bool, align: str) -> Style:
    return Style(SLATE if own else DARK, WHITE, bold=True, wrap=True, horizontal=align, vertical="center")


@lru_cache(maxsize=1024)
def _parts(style: Style) -> tuple[Font, PatternFill, Border, Alignment]:
    """The openpyxl objects that make up a style."""
    return (
        Font(
            FONT,
            style.size,
            style.bold,
            style.italic,
            color=style.color,
            underline="single" if style.underline else None,
            strike=style.strike,
        ),
        PatternFill("solid", fgColor=style.fill) if style.fill else PatternFill(),
        Border(bottom=Side("hair", color="C5CCD6")) if style.edge else Border(),
        Alignment(style.horizontal, style.vertical, wrap_text=style.wrap, indent=style.indent),
    )
