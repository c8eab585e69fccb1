"""A worksheet's rows: one pass over its XML for values, formats, formulas, hidden rows and merged cells."""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from sync.errors import file_damaged
from sync.model import Cell
from sync.text import is_blank
from sync.xlsx.columns import letters_of, number_of
from sync.xlsx.ranges import Range, parse_range
from sync.xlsx.reading.cell import NO_RESULT, CellBroken, CellReader, Value
from sync.xlsx.reading.escapes import is_struck, text_of, unescaped
from sync.xlsx.reading.fast_row import FastCell, fast_row
from sync.xlsx.reading.package import Package
from sync.xlsx.reading.workbook import SPREADSHEET, SheetEntry, is_true
from sync.xlsx.reading.xml_chunks import XmlChunks
from sync.xlsx.reading.xml_stream import elements, local_name, namespace

_ATTRIBUTE = re.compile(' ([A-Za-z0-9:]+)="([^"]*)"')
_REFERENCE = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
MOST_ROWS_IN_EXCEL = 1_048_576
_WIDEST_ARRAY = 500  # columns; a sheet of edits has no more


class _NeedsParser(Exception):
    """The row holds something that its pattern does not cover."""


@dataclass(slots=True)
class RawRow:
    """A row's cells by column letters; most of the empty ones are left out."""

    number: int
    hidden: bool
    texts: dict[str, str] = field(default_factory=dict)
    cell_meta: dict[str, Cell] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)  # number cells shown without leading zeros, and not as a date
    struck_through: list[str] = field(default_factory=list)  # filled cells, wholly or partly


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
        self._package = package
        self._part = entry.part
        self._reader = reader
        self._bare = reader.bare_styles
        self._columns = _Columns()
        self._arrays: list[_Array] = []  # whose cells may hold no results
        self._last = 0  # the number of the row read last

    def rows(self) -> Generator[RawRow]:
        """The rows that have anything in them.

        Raises:
            FileRefused: the sheet is damaged, or its rows are not in order.
        """
        with self._package.part(self._part) as part:
            chunks = XmlChunks(part, "worksheet", "sheetData", "row")
            for block in chunks.blocks():
                for piece in block.split("</row>")[:-1]:
                    row = self._from_pattern(piece)
                    if row is None:
                        yield from filter(self._has_data, self._from_parser(chunks.parsed(f"{piece}</row>")))
                    elif self._has_data(row):
                        yield row
            around = elements(chunks.around(), frozenset({"row", "mergeCell", "col"}))
            yield from filter(self._has_data, self._from_parser(around))

    def _from_pattern(self, piece: str) -> RawRow | None:
        """A row in the plain form; None where it takes a parser to read it."""
        plain = fast_row(piece)
        if plain is None or not self._last < plain.number <= MOST_ROWS_IN_EXCEL:
            return None
        hidden = "h" in plain.attributes and _is_hidden(_attributes(plain.attributes))
        row = RawRow(plain.number, hidden, {}, {}, [], [])
        try:
            self._fill_fast(row, plain.cells)
        except (_NeedsParser, ValueError, LookupError):
            return None
        self._last = row.number
        return row

    def _from_parser(self, parsed: Iterator[Element]) -> Iterator[RawRow]:
        for element in parsed:
            if namespace(element) not in SPREADSHEET:
                continue
            match local_name(element):
                case "mergeCell":
                    self.merged.append(element.get("ref", ""))
                case "col":
                    self._add_hidden_columns(element)
                case _:
                    yield self._parsed(element)

    def _parsed(self, element: Element) -> RawRow:
        stated = element.get("r")
        number = self._last + 1 if stated is None else _whole(stated)
        if not self._last < number <= MOST_ROWS_IN_EXCEL:
            raise file_damaged(self._package.path, f"row {stated} stands after row {self._last}")
        self._last = number
        row = RawRow(number, _is_hidden(element.attrib))
        try:
            self._fill(row, element)
        except CellBroken as error:
            raise file_damaged(self._package.path, f"row {number}: {error}") from error
        return row

    def _add_hidden_columns(self, element: Element) -> None:
        if is_true(element.get("hidden")) or element.get("width") in {"0", "0.0"}:
            self.hidden_columns.append(range(_whole(element.get("min", "")), _whole(element.get("max", "")) + 1))

    def _has_data(self, row: RawRow) -> bool:
        for array in self._arrays:
            if array.range.first_row <= row.number <= array.range.last_row:
                self._doubt(row, array)
        return bool(row.cell_meta) or not all(map(is_blank, row.texts.values()))

    def _doubt(self, row: RawRow, array: _Array) -> None:
        """Marks the cells of a row that lie in an array and hold no result of its formula."""
        first, last = array.range.first_column, array.range.last_column
        for column in range(first, min(last + 1, first + _WIDEST_ARRAY)):
            letters = letters_of(column)
            text, cell = row.texts.get(letters, ""), row.cell_meta.get(letters)
            is_zero = not text.strip("0.") if cell is None else cell.number == "0"
            if (not text and not array.has_result) or (text and is_zero and self._reader.calculates_on_load):
                row.texts[letters], row.cell_meta[letters] = NO_RESULT

    def _fill_fast(self, row: RawRow, cells: list[FastCell]) -> None:
        """Shared texts and numbers, for the most part. They are read in place: there are millions of them.

        Raises:
            _NeedsParser, ValueError, LookupError: the row is to be parsed.
        """
        odd = self._reader.odd_styles
        if odd and not odd.isdisjoint([style for _, style, _, _, _ in cells]):
            raise _NeedsParser
        columns, texts, shared, numbers = self._columns, row.texts, self._reader.texts, self._reader.numbers
        previous = 0
        for letters, style, kind, formula, stored in cells:
            column = columns[letters]
            if column <= previous:
                raise _NeedsParser
            previous = column
            if kind == "s" and stored and not formula:
                texts[letters] = shared[stored]
                continue
            value = self._rarer(kind, style, formula, stored) if kind or formula else numbers[style][stored]
            if not isinstance(value, str):
                value, row.cell_meta[letters] = value
            if value:
                texts[letters] = value
                if (kind == "" or kind == "n") and style in self._bare:
                    row.numbers.append(letters)
        if self._reader.struck_texts:
            self._add_struck(row, cells)

    def _rarer(self, kind: str, style: str, formula: str, stored: str) -> Value:
        """What a plain row's cell holds that is neither a simple text nor a simple number.

        Raises:
            _NeedsParser: the pattern has not seen enough of it.
        """
        if not formula and not stored and kind in {"n", "s"}:
            return ""
        if not stored or ' ref="' in formula:
            raise _NeedsParser
        return unescaped(stored) if kind == "inlineStr" else self._reader.value(kind, style, bool(formula), stored)

    def _add_struck(self, row: RawRow, cells: list[FastCell]) -> None:
        struck = self._reader.struck_texts
        for letters, _, kind, _, stored in cells:
            if kind == "s" and stored and int(stored) in struck:
                row.struck_through.append(letters)

    def _fill(self, row: RawRow, element: Element) -> None:
        """Reads the cells of any row.

        Raises:
            CellBroken: they break the rules of the format.
        """
        previous = 0
        seen: set[str] = set()
        for cell in element:
            if local_name(cell) != "c":
                continue
            letters = self._letters(cell.get("r"), previous, row.number)
            previous = self._columns[letters]
            if letters in seen:
                raise CellBroken(f"cell {letters}{row.number} is there twice")
            seen.add(letters)
            value = self._value(cell)
            if not isinstance(value, str):
                value, row.cell_meta[letters] = value
            if value:
                row.texts[letters] = value
                self._add_facts(row, letters, cell)

    def _add_facts(self, row: RawRow, letters: str, cell: Element) -> None:
        style, kind = cell.get("s", ""), cell.get("t", "n")
        if kind == "n" and style in self._bare:
            row.numbers.append(letters)
        if style in self._reader.struck_styles or self._is_struck_text(cell, kind):
            row.struck_through.append(letters)

    def _is_struck_text(self, cell: Element, kind: str) -> bool:
        if kind == "s" and self._reader.struck_texts:
            stored = "".join(part.text or "" for part in cell if local_name(part) == "v")
            return int(stored) in self._reader.struck_texts
        return kind == "inlineStr" and any(is_struck(part) for part in cell if local_name(part) == "is")

    def _letters(self, reference: str | None, previous: int, row: int) -> str:
        if reference is None:
            return letters_of(previous + 1)
        match = _REFERENCE.fullmatch(reference)
        if match is None or int(match[2]) != row:
            raise CellBroken(f"a cell of it is called {reference}")
        try:
            self._columns[match[1].upper()]
        except ValueError as error:
            raise CellBroken(f"a cell of it is called {reference}") from error
        return match[1].upper()

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


class _Columns(dict[str, int]):
    """Column numbers by letters, worked out once for each."""

    def __missing__(self, letters: str) -> int:
        self[letters] = number = number_of(letters)
        return number


def _attributes(text: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text))


def _is_hidden(row: Mapping[str, str]) -> bool:
    return is_true(row.get("hidden")) or (row.get("ht") in {"0", "0.0"} and is_true(row.get("customHeight")))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
