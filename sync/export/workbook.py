"""The sheet that a person edits: ids in grey, text as Text, choices as lists, totals in grey on the right.

Nothing is protected: a person may insert and delete columns and rows, sort and filter. What was exported is kept on a
second sheet, which Excel hides (see `sync.xlsx.memory`).
"""

from io import BytesIO
from typing import IO
from zipfile import ZipFile

from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from sync.contract.mapping import Mapping
from sync.contract.resource import Resource
from sync.errors import CannotStart
from sync.export.columns import note, sheet_column, validation
from sync.export.rows import ExportedRow, RowMaker
from sync.model import RecordSummary
from sync.text import fold
from sync.xlsx.columns import letters_at
from sync.xlsx.writing.cells import most_lines, number_cell, text_cell, text_width
from sync.xlsx.writing.memory import MemorySheet
from sync.xlsx.writing.notes import Notes
from sync.xlsx.writing.package import Part, Table, sheet_part, splice
from sync.xlsx.writing.row_store import SheetRows
from sync.xlsx.writing.shell import Frame, Heading, cell_at
from sync.xlsx.writing.styles import DARK, MONEY, REMARK, TEXT, WHOLE, Style

_PART = "xl/worksheets/sheet1.xml"
_SAMPLE = 200  # rows by which the columns are made wide enough
_NARROW, _WIDE = 12, 42  # characters
_GREY, _GREY_INK, _GREY_HEAD = "E7E9ED", "596069", "7F8894"
_NOT_IN_A_NAME = set("[]:*?/\\")


class ExportWorkbook:
    """The workbook, row by row."""

    def __init__(self, mapping: Mapping, row_maker: RowMaker, with_totals: bool, base_url: str = "") -> None:
        """The rows must all be made: `row_maker` knows by then which columns the sheet can't have."""
        self.rows = 0
        self.left_empty = 0  # cells that are empty though the record has a value
        self._mapping = mapping
        self._resource = mapping.resource
        self._name = _name(mapping)
        self._frame = Frame(self._name)
        self._left_out = row_maker.left_out
        self._kept = [position for position in range(len(mapping.columns)) if position not in self._left_out]
        self._columns = [sheet_column(mapping, position, row_maker.spellings) for position in self._kept]
        self._read_only = _read_only_shown(mapping) if with_totals else []
        self._amounts = {f.name for f in mapping.resource.totals}
        self._counts = {f.name for f in mapping.resource.counts}
        self._lines = SheetRows()
        self._notes = Notes()
        self._first = 1 + len(mapping.verify)  # the position of the first column that can be edited
        headers = [column.column.header for column in self._columns]
        self._memory = MemorySheet(headers, row_maker.items, mapping.match, base_url)
        self._widths = [min(text_width(column.column.header), 24) for column in self._columns]
        self._make_styles()
        self._add_header_notes()

    def _make_styles(self) -> None:
        style = self._frame.style
        self._id = style(_grey(WHOLE, "left"))
        self._text = style(Style())
        self._wrapped = style(Style(wrap=True))
        self._remarked = style(Style(*REMARK, edge=True))
        self._whole = style(Style(number_format=WHOLE, horizontal="left"))
        self._money = style(_grey(MONEY))
        self._count = style(_grey(WHOLE, "center"))
        self._grey = style(_grey())
        self._grey_text = style(_grey(horizontal="center"))

    @property
    def _sheet(self) -> Worksheet:
        return self._frame.sheet(self._name)

    def _add_header_notes(self) -> None:
        one, match = self._resource.noun.one, self._mapping.match
        what = f"{self._resource.fields[match].label} of the {one}" if match else f"The {one}'s id"
        self._notes.add(0, 1, f"{what} in Campfire. It decides which {one} the row is for: do not change it.")
        for at in range(1, self._first):
            self._notes.add(
                at, 1, f"Compared with the {one} in Campfire before anything is sent, and never sent itself."
            )
        for at, column in enumerate(self._columns, start=self._first):
            self._notes.add(at, 1, note(column))

    def add(self, row: ExportedRow) -> None:
        """One record."""
        at = self._lines.next
        texts = [row.texts[position] for position in self._kept]
        cells = [self._id_cell(f"A{at}", row.key)]
        cells += [text_cell(f"{letters_at(n)}{at}", self._grey, text) for n, text in enumerate(row.verified, start=1)]
        for n, (column, text) in enumerate(zip(self._columns, texts, strict=True), start=self._first):
            cells.append(self._cell(f"{letters_at(n)}{at}", column.field.type, text))
        self._remark(row, at, cells)
        cells += self._read_only_cells(row.summary, at)
        self._lines.add("".join(cells), most_lines(texts))
        known = [None if position in row.reasons else row.texts[position] for position in self._kept]
        self._memory.add(row.key, (*known, *row.items))
        if self.rows < _SAMPLE:
            self._widths = [
                max(width, min(text_width(text), _WIDE)) for width, text in zip(self._widths, texts, strict=True)
            ]
        self.rows += 1

    def _remark(self, row: ExportedRow, at: int, cells: list[str]) -> None:
        """Mark the cells that are empty though the record has a value."""
        for n, position in enumerate(self._kept, start=self._first):
            if position in row.reasons:
                self.left_empty += 1
                cells[n] = f'<c r="{letters_at(n)}{at}" s="{self._remarked}"/>'
                self._notes.add(n, at, row.reasons[position])

    def _id_cell(self, reference: str, key: str) -> str:
        if self._mapping.match:
            return text_cell(reference, self._grey, key)
        return number_cell(reference, self._id, key, self._grey)

    def _cell(self, reference: str, field_type: str, text: str) -> str:
        if field_type == "integer":
            return number_cell(reference, self._whole, text, self._text)
        return text_cell(reference, self._wrapped if "\n" in text else self._text, text)

    def _read_only_cells(self, summary: RecordSummary, at: int) -> list[str]:
        """What the API returns of the record and never takes. What it does not return is an empty cell."""
        first = self._first + len(self._columns)
        return [
            self._read_only_cell(f"{letters_at(n)}{at}", name, summary) for n, name in enumerate(self._read_only, first)
        ]

    def _read_only_cell(self, reference: str, name: str, summary: RecordSummary) -> str:
        if name in self._amounts:
            return number_cell(reference, self._money, summary.totals.get(name, ""), self._grey)
        if name in self._counts:
            count = summary.counts.get(name)
            return number_cell(reference, self._count, "" if count is None else str(count), self._grey)
        text = summary.currency if name == self._resource.roles.currency else summary.last_modified_at
        return text_cell(reference, self._grey_text, text or "")

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook."""
        headings = self._headings()
        self._frame.table(self._name, headings, self._lines.last, "B2", DARK, repeat=self._repeated(), grows=True)
        self._format_columns(len(headings))
        self._frame.with_notes(self._name)
        if self.rows:
            self._memory.put_into(self._frame, self._name)
        made = BytesIO()
        self._frame.save(made)
        comments, shapes = self._notes.parts()
        parts: dict[str, Part] = {"xl/comments/comment1.xml": comments, "xl/drawings/commentsDrawing1.vml": shapes}
        with ZipFile(made) as zipped:
            parts[_PART] = sheet_part(zipped.read(_PART).decode(), Table(self._lines, len(headings)))
            if self.rows:
                parts |= self._memory.part(zipped.read)
        splice(made, parts, file)

    def _repeated(self) -> str:
        """The columns that each printed page has: the id, and the name where it stands beside it."""
        beside = self._columns[0].column.target.field if self._first == 1 and self._columns else ""
        return "A:B" if beside and beside == self._resource.roles.name else "A:A"

    def _headings(self) -> list[Heading]:
        id_header = self._mapping.id_header
        widths = zip(self._columns, self._widths, strict=True)
        return [
            Heading(id_header, max(text_width(id_header) + 3, _NARROW)),
            *(Heading(header, max(text_width(header) + 3, 24)) for header in self._mapping.verify),
            *(Heading(column.column.header, max(width + 3, _NARROW), own=True) for column, width in widths),
            *map(self._read_only_heading, self._read_only),
        ]

    def _read_only_heading(self, name: str) -> Heading:
        label = self._resource.fields[name].label
        if name in self._amounts:
            return Heading(label, 16, "right")
        if name == self._resource.roles.last_modified:
            return Heading(label, 24, "center")
        return Heading(label, max(len(label) * 2 // 3, 11), "center")

    def _format_columns(self, count: int) -> None:
        """Whole columns, so that rows which a person adds are like those that are there."""
        dimensions = self._sheet.column_dimensions
        dimensions["A"].number_format = "@"
        for n in range(1, self._first):
            dimensions[letters_at(n)].number_format = "@"
        for n, column in enumerate(self._columns, start=self._first):
            dimensions[letters_at(n)].number_format = WHOLE if column.field.type == "integer" else "@"
            rule = validation(column, letters_at(n))
            if rule is not None:
                self._sheet.add_data_validation(rule)
        for n in range(self._first + len(self._columns), count):
            cell_at(self._sheet, 1, n + 1).fill = PatternFill("solid", fgColor=_GREY_HEAD)

    def remarks(self) -> tuple[str, ...]:
        """What a person should know about the sheet as a whole."""
        remarks = [
            f"the column “{self._mapping.columns[position].header}” is left out: {why}."
            for position, why in sorted(self._left_out.items())
        ]
        if self._notes.left_out:
            remarks.append(
                f"{self._notes.left_out:,} of the cells left empty have no note; there are too many of them."
            )
        return tuple(remarks)

    def close(self) -> None:
        """Delete the temporary files."""
        self._lines.close()
        self._notes.close()
        self._memory.close()


def _read_only_shown(mapping: Mapping) -> list[str]:
    """The read-only fields whose label is not a column of the mapping."""
    taken = {fold(header) for header in (mapping.id_header, *mapping.verify, *mapping.ignore)}
    taken |= {fold(column.header) for column in mapping.columns}
    return [name for name in read_only(mapping.resource) if fold(mapping.resource.fields[name].label) not in taken]


def read_only(resource: Resource) -> list[str]:
    """The fields that the API returns and never takes, in the order of the results."""
    amounts, counts = [f.name for f in resource.totals], [f.name for f in resource.counts]
    return [name for name in (*amounts, resource.roles.currency, *counts, resource.roles.last_modified) if name]


def _name(mapping: Mapping) -> str:
    """The sheet's name: the mapping's, since the reader looks for that; else what the records are called.

    Raises:
        CannotStart: Excel takes no such name.
    """
    name = mapping.sheet or mapping.resource.noun.many.capitalize()
    is_reserved = fold(name) == "history"  # Excel keeps it for itself
    if is_reserved or len(name) > 31 or _NOT_IN_A_NAME & set(name) or "'" in (name[0], name[-1]):
        raise CannotStart(f"Excel does not allow a sheet named “{name}”. Correct sheet: in the mapping file.")
    return name


def _grey(number_format: str = TEXT, horizontal: str = "general") -> Style:
    """The look of what is not to be edited."""
    return Style(_GREY, _GREY_INK, number_format=number_format, horizontal=horizontal, edge=True)
