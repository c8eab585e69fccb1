"""The sheet that is edited: ids locked and grey, text as Text, choices as lists, totals in grey on the right."""

from io import BytesIO
from typing import IO
from zipfile import ZipFile

from openpyxl.cell import Cell
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from sync.contract.mapping import Mapping
from sync.contract.resource import Resource
from sync.errors import CannotStart
from sync.export.cells import Shower, Shown
from sync.export.columns import note, place_of, validation
from sync.model import RecordSummary
from sync.text import fold
from sync.xlsx.writing.cells import LAST_COLUMN, letters, most_lines, number_cell, text_cell
from sync.xlsx.writing.notes import Notes
from sync.xlsx.writing.package import Table, sheet_part, splice
from sync.xlsx.writing.row_store import SheetRows
from sync.xlsx.writing.shell import Frame, Heading, cell_at
from sync.xlsx.writing.styles import DARK, MONEY, REMARK, TEXT, WHOLE, Style

SHEET = "Customers"  # where the mapping names none
_PART = "xl/worksheets/sheet1.xml"
_SAMPLE = 200  # rows by which the columns are made wide enough
_NARROW, _WIDE = 12, 42  # characters
_GREY, _GREY_INK, _GREY_HEAD = "E7E9ED", "596069", "7F8894"
_ID_NOTE = (
    "The customer's id in Campfire. The ids are locked, so that none is changed by mistake.\n"
    "To sort, or to delete rows: Review > Unprotect Sheet. There is no password."
)
_NOT_IN_A_NAME = set("[]:*?/\\")


class Book:
    """The workbook, row by row."""

    def __init__(self, mapping: Mapping, shower: Shower, with_totals: bool) -> None:
        self.rows = 0
        self._mapping = mapping
        self._amounts = {f.name for f in mapping.resource.totals}
        self._counts = {f.name for f in mapping.resource.counts}
        self._name = _name(mapping.sheet)
        self._frame = Frame(self._name)
        self._withheld = shower.withheld
        self._kept = [place for place in range(len(mapping.columns)) if place not in shower.withheld]
        self._places = [place_of(mapping, place, shower.spellings) for place in self._kept]
        self._totals = _totals(mapping) if with_totals else []
        self._lines = SheetRows()
        self._notes = Notes()
        self.left_empty = 0  # cells that are empty though the record holds something
        self._widths = [min(_width(place.column.header), 24) for place in self._places]
        self._styles()
        self._head_notes()

    def _styles(self) -> None:
        self._id = self._frame.style(_grey(WHOLE, "left"))
        self._text = self._open(Style())
        self._wrapped = self._open(Style(wrap=True))
        self._remarked = self._open(Style(*REMARK, edge=True))
        self._whole = self._open(Style(number_format=WHOLE, horizontal="left"))
        self._money = self._frame.style(_grey(MONEY))
        self._count = self._frame.style(_grey(WHOLE, "center"))
        self._grey = self._frame.style(_grey())
        self._grey_text = self._frame.style(_grey(horizontal="center"))

    def _open(self, look: Style) -> int:
        """The number of a look whose cells can be edited though the sheet is protected."""
        sample = Cell(self._sheet, 1, 1)  # never put into the sheet
        self._frame.dress(sample, look)
        sample.protection = Protection(locked=False)
        return int(sample.style_id)

    @property
    def _sheet(self) -> Worksheet:
        return self._frame.sheet(self._name)

    def _head_notes(self) -> None:
        self._notes.add(0, 1, _ID_NOTE)
        for at, place in enumerate(self._places, start=1):
            self._notes.add(at, 1, note(place))

    def add(self, row: Shown) -> None:
        """One customer."""
        at = self._lines.next
        texts = [row.texts[place] for place in self._kept]
        cells = [number_cell(f"A{at}", self._id, str(row.record_id), self._grey)]
        for column, (place, text) in enumerate(zip(self._places, texts, strict=True), start=1):
            cells.append(self._cell(f"{letters(column)}{at}", place.about.type, text))
        self._remark(row, at, cells)
        cells += self._read_only(row.seen, at)
        self._lines.add("".join(cells), most_lines(texts))
        if self.rows < _SAMPLE:
            self._widths = [
                max(width, min(_width(text), _WIDE)) for width, text in zip(self._widths, texts, strict=True)
            ]
        self.rows += 1

    def _remark(self, row: Shown, at: int, cells: list[str]) -> None:
        """Mark the cells that are empty though the record holds something."""
        for column, place in enumerate(self._kept, start=1):
            if place in row.reasons:
                self.left_empty += 1
                cells[column] = f'<c r="{letters(column)}{at}" s="{self._remarked}"/>'
                self._notes.add(column, at, row.reasons[place])

    def _cell(self, place: str, kind: str, text: str) -> str:
        if kind == "integer":
            return number_cell(place, self._whole, text, self._text)
        return text_cell(place, self._wrapped if "\n" in text else self._text, text)

    def _read_only(self, seen: RecordSummary, at: int) -> list[str]:
        """What the API says of the customer and takes from nobody. What it does not say is an empty cell."""
        first = len(self._places) + 1
        return [self._grey_cell(f"{letters(first + n)}{at}", name, seen) for n, name in enumerate(self._totals)]

    def _grey_cell(self, place: str, name: str, seen: RecordSummary) -> str:
        if name in self._amounts:
            found = number_cell(place, self._money, seen.totals.get(name, ""), self._grey)
        elif name in self._counts:
            count = seen.counts.get(name)
            found = number_cell(place, self._count, "" if count is None else str(count), self._grey)
        else:
            text = seen.currency if name == self._mapping.resource.roles.currency else seen.last_modified_at
            found = text_cell(place, self._grey_text, text or "")
        return found or f'<c r="{place}" s="{self._grey}"/>'

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook."""
        headings = [Heading(self._mapping.id_header, max(_width(self._mapping.id_header) + 3, _NARROW))]
        widths = zip(self._places, self._widths, strict=True)
        headings += [Heading(place.column.header, max(width + 3, _NARROW), own=True) for place, width in widths]
        headings += [self._read_only_heading(name) for name in self._totals]
        self._frame.table(self._name, headings, self._lines.last, "B2", DARK)
        self._dress_columns(len(headings))
        self._protect()
        self._frame.with_notes(self._name)
        made = BytesIO()
        self._frame.save(made)
        with ZipFile(made) as zipped:
            sheet = sheet_part(zipped.read(_PART).decode(), Table(self._lines, len(headings)))
        comments, shapes = self._notes.parts()
        parts = {_PART: sheet, "xl/comments/comment1.xml": comments, "xl/drawings/commentsDrawing1.vml": shapes}
        splice(made, parts, file)

    def _read_only_heading(self, name: str) -> Heading:
        label = self._mapping.resource.fields[name].label
        if name in self._amounts:
            return Heading(label, 16, "right")
        return Heading(label, max(len(label) * 2 // 3, 11), "center")

    def _dress_columns(self, count: int) -> None:
        """Whole columns, so that rows which a person adds are as those that are there."""
        open_ = Protection(locked=False)
        dimensions = self._sheet.column_dimensions
        dimensions["A"].protection = open_  # below the ids that are there: an id can be added
        dimensions["A"].number_format = "@"
        for at, place in enumerate(self._places, start=1):
            dimension = dimensions[letters(at)]
            dimension.protection = open_
            dimension.number_format = WHOLE if place.about.type == "integer" else "@"
            found = validation(place, letters(at))
            if found is not None:
                self._sheet.add_data_validation(found)
        for at in range(len(self._places) + 1, count):
            cell_at(self._sheet, 1, at + 1).fill = PatternFill("solid", fgColor=_GREY_HEAD)
        # To the right of the table: room for a person's own columns.
        beyond = ColumnDimension(
            self._sheet, letters(count), min=count + 1, max=LAST_COLUMN, width=14, customWidth=True
        )
        beyond.protection = open_
        dimensions[letters(count)] = beyond

    def _protect(self) -> None:
        protection = self._sheet.protection
        protection.sheet = True
        for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
            setattr(protection, allowed, False)

    def remarks(self) -> tuple[str, ...]:
        """What a person should know of the sheet as a whole."""
        said = [
            f"the column “{self._mapping.columns[place].header}” is left out: {why}."
            for place, why in sorted(self._withheld.items())
        ]
        if self._notes.left_out:
            said.append(f"{self._notes.left_out:,} of the cells left empty have no note; there are too many of them.")
        return tuple(said)

    def close(self) -> None:
        """Let go of what is kept on disk meanwhile."""
        self._lines.close()
        self._notes.close()


def _totals(mapping: Mapping) -> list[str]:
    """The read-only fields to show: those whose label is not a column of the mapping."""
    taken = {fold(header) for header in (mapping.id_header, *mapping.ignore)}
    taken |= {fold(column.header) for column in mapping.columns}
    return [name for name in read_only(mapping.resource) if fold(mapping.resource.fields[name].label) not in taken]


def read_only(resource: Resource) -> list[str]:
    """What the API says of a record and takes from nobody, in the order of the results."""
    amounts, counts = [f.name for f in resource.totals], [f.name for f in resource.counts]
    return [name for name in (*amounts, resource.roles.currency, *counts, resource.roles.last_modified) if name]


def _name(sheet: str) -> str:
    """The sheet's name: the mapping's, since that is where it is looked for again.

    Raises:
        CannotStart: Excel takes no such name.
    """
    name = sheet or SHEET
    if len(name) > 31 or _NOT_IN_A_NAME & set(name) or name[0] == "'" or name[-1] == "'":
        raise CannotStart(f"“{name}” can't be the name of a sheet. Correct sheet: in the mapping file.")
    return name


def _grey(number_format: str = TEXT, horizontal: str = "general") -> Style:
    """The look of what can't be edited."""
    return Style(_GREY, _GREY_INK, number_format=number_format, horizontal=horizontal, edge=True)


def _width(text: str) -> int:
    return max(map(len, text.split("\n")))
