"""A worksheet's rows: one pass over its XML for values, formats, formulas, hidden rows and merged cells."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sync.errors import file_damaged
from sync.text import is_blank
from sync.xlsx.columns import Range, letters_of, number_of, parse_range
from sync.xlsx.reading.cell import NO_RESULT, CellBroken, CellReader, Value
from sync.xlsx.reading.conditional import ConditionalFormat
from sync.xlsx.reading.escapes import is_struck, text_of
from sync.xlsx.reading.fast_row import FastRows
from sync.xlsx.reading.package import Package
from sync.xlsx.reading.raw_row import RawRow, is_hidden, shows_nothing
from sync.xlsx.reading.workbook import SPREADSHEET, SheetEntry, is_true
from sync.xlsx.reading.xml_chunks import XmlChunks
from sync.xlsx.reading.xml_stream import elements, local_name, namespace

_REFERENCE = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
MOST_ROWS_IN_EXCEL = 1_048_576
_HIDES_ZEROS = re.compile(rb"""<sheetView\s[^<>]*showZeros=["'](?:0|false)["']""")
_CONDITIONAL = "conditionalFormatting"
# Of a range, or of a column of a table, as a whole formula: SUM(A2,1) goes on with a series of ids.
_AGGREGATE = re.compile(r"(?:_xlfn\.)?(?:SUBTOTAL|AGGREGATE|COUNTA?|SUM)\([^()<]*[:\[][^()<]*\)")
_AGGREGATES = re.compile(rf'<c r="([A-Z]{{1,3}})[0-9]+"[^<>]*><f[^<>]*>{_AGGREGATE.pattern}</f>')
_WIDEST_ARRAY = 500  # columns; a sheet of edits has no more


@dataclass(slots=True)
class _Array:
    """The range of a formula that fills several cells, and stands in the first of them alone."""

    range: Range
    has_result: bool


class Worksheet:
    """One sheet, read from top to bottom. What stands around the rows is known once they are read."""

    def __init__(self, package: Package, entry: SheetEntry, reader: CellReader) -> None:
        self.merged: list[str] = []
        self.hidden_columns: list[range] = []  # column numbers
        self.conditional_formats: list[ConditionalFormat] = []
        self._package = package
        self._part = entry.part
        self._reader = reader
        self._fast = FastRows(reader)
        self._arrays: list[_Array] = []  # whose cells may hold no results
        self._last = 0  # the number of the row read last
        self._hides_zeros = False  # an option of the sheet, whatever the cells' formats

    def rows(self) -> Generator[RawRow]:
        """The rows that have anything in them.

        Raises:
            FileRefused: the sheet is damaged, or its rows are not in order.
        """
        with self._package.part(self._part) as part:
            chunks = XmlChunks(part, "worksheet", "sheetData", "row")
            self._hides_zeros = bool(_HIDES_ZEROS.search(chunks.head))
            for block in chunks.blocks():
                for piece in block.split("</row>")[:-1]:
                    row = self._from_pattern(piece)
                    if row is None:
                        yield from filter(self._has_data, self._from_parser(chunks.parsed(f"{piece}</row>")))
                    elif self._has_data(row):
                        yield row
            around = elements(chunks.around(), frozenset({"row", "mergeCell", "col", "sheetView", _CONDITIONAL}))
            yield from filter(self._has_data, self._from_parser(around))

    def _from_pattern(self, piece: str) -> RawRow | None:
        """A row in the plain form; None where it takes a parser to read it."""
        row = self._fast.row(piece)
        if row is None or not self._last < row.number <= MOST_ROWS_IN_EXCEL:
            return None
        self._last = row.number
        if "<f" in piece:
            row.aggregates = tuple(_AGGREGATES.findall(piece))
        return row

    def _from_parser(self, parsed: Iterator[Element]) -> Iterator[RawRow]:
        for element in parsed:
            if local_name(element) == _CONDITIONAL:  # Excel has two namespaces for it
                self.conditional_formats.append(ConditionalFormat.of(element))
                continue
            if namespace(element) not in SPREADSHEET:
                continue
            match local_name(element):
                case "mergeCell":
                    self.merged.append(element.get("ref", ""))
                case "col":
                    self._add_hidden_columns(element)
                case "sheetView":
                    self._hides_zeros = self._hides_zeros or not is_true(element.get("showZeros", "1"))
                case _:
                    yield self._parsed(element)

    def _parsed(self, element: Element) -> RawRow:
        stated = element.get("r")
        number = self._last + 1 if stated is None else _whole(stated)
        if not self._last < number <= MOST_ROWS_IN_EXCEL:
            raise file_damaged(self._package.path, f"row {stated} stands after row {self._last}")
        self._last = number
        row = RawRow(number, is_hidden(element.attrib))
        try:
            self._fill(row, element)
        except CellBroken as error:
            raise file_damaged(self._package.path, f"row {number}: {error}") from error
        return row

    def _add_hidden_columns(self, element: Element) -> None:
        if is_true(element.get("hidden")) or shows_nothing(element.get("width")):
            self.hidden_columns.append(range(_whole(element.get("min", "")), _whole(element.get("max", "")) + 1))

    def _has_data(self, row: RawRow) -> bool:
        for array in self._arrays:
            if array.range.first_row <= row.number <= array.range.last_row:
                self._doubt(row, array)
        if self._hides_zeros:
            _hide_zeros(row)
        return bool(row.cell_meta) or not all(map(is_blank, row.texts))

    def _doubt(self, row: RawRow, array: _Array) -> None:
        """Marks the cells of a row that lie in an array and hold no result of its formula."""
        first, last = array.range.first_column, array.range.last_column
        texts = row.by_letters
        for column in range(first, min(last + 1, first + _WIDEST_ARRAY)):
            letters = letters_of(column)
            text, cell = texts.get(letters, ""), row.cell_meta.get(letters)
            is_zero = not text.strip("0.") if cell is None else cell.number == "0"
            if (not text and not array.has_result) or (text and is_zero and self._reader.calculates_on_load):
                texts[letters], row.cell_meta[letters] = NO_RESULT
        _show(row, texts)

    def _fill(self, row: RawRow, element: Element) -> None:
        """Reads the cells of any row.

        Raises:
            CellBroken: they break the rules of the format.
        """
        previous = 0
        texts: dict[str, str] = {}
        for cell in element:
            if local_name(cell) != "c":
                continue
            letters = _letters(cell.get("r"), previous, row.number)
            previous = number_of(letters)
            if letters in texts:
                raise CellBroken(f"cell {letters}{row.number} is there twice")
            value = self._value(cell)
            if not isinstance(value, str):
                value, row.cell_meta[letters] = value
            texts[letters] = value
            if value:
                self._add_facts(row, letters, cell)
            if any(local_name(part) == "f" and _AGGREGATE.fullmatch(part.text or "") for part in cell):
                row.aggregates += (letters,)
        _show(row, texts)

    def _add_facts(self, row: RawRow, letters: str, cell: Element) -> None:
        style, kind = cell.get("s", ""), cell.get("t", "n")
        if kind == "n" and style in self._reader.bare_styles:
            row.numbers += (letters,)
        if style in self._reader.struck_styles or self._is_struck_text(cell, kind):
            row.struck_through += (letters,)

    def _is_struck_text(self, cell: Element, kind: str) -> bool:
        if kind == "s" and self._reader.struck_texts:
            stored = "".join(part.text or "" for part in cell if local_name(part) == "v")
            return int(stored) in self._reader.struck_texts
        return kind == "inlineStr" and any(is_struck(part) for part in cell if local_name(part) == "is")

    def _value(self, cell: Element) -> Value:
        names = [local_name(part) for part in cell]
        parts = dict(zip(names, cell, strict=True))
        is_inline = cell.get("t") == "inlineStr"
        if names.count("v") > 1 or names.count("is") > 1:
            raise CellBroken(f"cell {cell.get('r', '')} holds two values")
        if "is" in parts or is_inline:
            if not is_inline or "v" in parts:
                raise CellBroken(f"cell {cell.get('r', '')} holds a text where its type does not allow one")
            return self._reader.as_shown(cell.get("s", ""), text_of(parts["is"])) if "is" in parts else ""
        stored = (parts["v"].text or "") if "v" in parts else None
        value = self._reader.value(cell.get("t", ""), cell.get("s", ""), "f" in parts, stored)
        if "f" in parts and parts["f"].get("t") in {"array", "dataTable"}:
            self._add_array(parts["f"].get("ref", ""), has_result=value is not NO_RESULT)
        return value

    def _add_array(self, reference: str, has_result: bool) -> None:
        if not has_result or self._reader.calculates_on_load:
            try:
                self._arrays.append(_Array(parse_range(reference.upper()), has_result))
            except ValueError as error:
                raise CellBroken(f"an array formula is for the cells “{reference}”") from error


def _hide_zeros(row: RawRow) -> None:
    """Empties the cells that hold the number zero."""
    meta = row.cell_meta
    hidden = {
        letters
        for letters, text in row.by_letters.items()
        if (meta[letters].number == "0" if letters in meta else text == "0" and letters in row.numbers)
    }
    if hidden:
        _show(row, {letters: text for letters, text in row.by_letters.items() if letters not in hidden})
        row.cell_meta = {letters: cell for letters, cell in meta.items() if letters not in hidden}
        row.numbers = tuple(letters for letters in row.numbers if letters not in hidden)
        row.struck_through = tuple(letters for letters in row.struck_through if letters not in hidden)


def _show(row: RawRow, texts: dict[str, str]) -> None:
    """Puts what the cells of a row show. The parser takes them in any order."""
    row.letters = tuple(sorted((letters for letters, text in texts.items() if text), key=number_of))
    row.texts = [texts[letters] for letters in row.letters]


def _letters(reference: str | None, previous: int, row: int) -> str:
    """The letters of a cell's column. `previous` is the number of the column before it."""
    if reference is None:
        return letters_of(previous + 1)
    match = _REFERENCE.fullmatch(reference)
    if match is None or int(match[2]) != row:
        raise CellBroken(f"a cell of it is called {reference}")
    letters = match[1].upper()
    try:
        number_of(letters)
    except ValueError as error:
        raise CellBroken(f"a cell of it is called {reference}") from error
    return letters


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
