"""A worksheet's rows: one pass over its XML for values, formats, formulas, hidden rows and merged cells."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sync.errors import file_damaged
from sync.model import Cell
from sync.text import is_blank
from sync.xlsx.columns import letters_of, number_of
from sync.xlsx.ranges import Range, parse_range
from sync.xlsx.reading.cell import NO_RESULT, CellReader, Value
from sync.xlsx.reading.escapes import text_of, unescaped
from sync.xlsx.reading.fast_row import AnyCell, SimpleCell, fast_row
from sync.xlsx.reading.workbook import SPREADSHEET, SheetEntry, Workbook, is_true
from sync.xlsx.reading.xml_chunks import XmlChunks
from sync.xlsx.reading.xml_stream import elements, local_name, namespace

_OUT_OF_ORDER = "cells out of order"
_ATTRIBUTE = re.compile(' ([A-Za-z0-9:]+)="([^"]*)"')
MOST_ROWS_IN_EXCEL = 1_048_576


@dataclass(slots=True)
class RawRow:
    """A row's cells by column letters; most of the empty ones are left out."""

    number: int
    texts: dict[str, str]
    cell_meta: dict[str, Cell]
    hidden: bool


class Worksheet:
    """One sheet, read from top to bottom. The merged ranges are known once the rows are read."""

    def __init__(self, workbook: Workbook, entry: SheetEntry) -> None:
        self.merged: list[str] = []
        self._package = workbook.package
        self._part = entry.part
        self._reader = CellReader(workbook)
        self._columns = _Columns()
        self._arrays: list[Range] = []  # of formulas whose stored zeros may be no results
        self._last = 0  # the number of the row read last

    def rows(self) -> Iterator[RawRow]:
        """The rows that have anything in them.

        Raises:
            FileRefused: the sheet is damaged, or its rows are not in order.
        """
        with self._package.part(self._part) as part:
            pieces = XmlChunks(part, "worksheet", "sheetData", "row")
            for block in pieces.blocks():
                for piece in block.split("</row>")[:-1]:
                    row = self._from_pattern(piece)
                    if row is None:
                        yield from filter(self._has_data, self._from_parser(pieces.parsed(f"{piece}</row>")))
                    elif self._has_data(row):
                        yield row
            around = elements(pieces.around(), frozenset({"row", "mergeCell"}))
            yield from filter(self._has_data, self._from_parser(around))

    def _from_pattern(self, piece: str) -> RawRow | None:
        """A row in the plain form; nothing where there is something about it that wants a closer look."""
        plain = fast_row(piece)
        if plain is None or not self._last < plain.number <= MOST_ROWS_IN_EXCEL:
            return None
        row = RawRow(plain.number, {}, {}, "h" in plain.attributes and _is_hidden(_attributes(plain.attributes)))
        try:
            if plain.simple:
                self._fill_simple(row, plain.simple)
            else:
                self._fill_any(row, plain.cells)
        except (ValueError, LookupError):
            return None
        self._last = row.number
        return row

    def _from_parser(self, found: Iterator[Element]) -> Iterator[RawRow]:
        for element in found:
            if namespace(element) not in SPREADSHEET:
                continue
            if local_name(element) == "mergeCell":
                self.merged.append(element.get("ref", ""))
                continue
            stated = element.get("r")
            number = self._last + 1 if stated is None else _whole(stated)
            if not self._last < number <= MOST_ROWS_IN_EXCEL:
                raise file_damaged(self._package.path, f"row {stated} stands after row {self._last}")
            self._last = number
            row = RawRow(number, {}, {}, _is_hidden(element.attrib))
            try:
                self._fill(row, element)
            except (ValueError, LookupError, TypeError) as error:
                raise file_damaged(self._package.path, f"row {number}: {error}") from error
            yield row

    def _has_data(self, row: RawRow) -> bool:
        for array in self._arrays:
            if array.first_row <= row.number <= array.last_row:
                self._doubt(row, array)
        return bool(row.cell_meta) or not all(map(is_blank, row.texts.values()))

    def _doubt(self, row: RawRow, array: Range) -> None:
        """An array's formula stands in its first cell alone, so the zeros in the others are looked for here."""
        for letters, text in row.texts.items():
            if array.first_column <= self._columns[letters] <= array.last_column and not text.strip("0.,%"):
                row.texts[letters], row.cell_meta[letters] = NO_RESULT

    def _fill_simple(self, row: RawRow, cells: list[SimpleCell]) -> None:
        """Shared texts and numbers, for the most part. They are read in place: there are millions of them."""
        columns, texts, cell_meta, digits = self._columns, row.texts, row.cell_meta, str(row.number)
        shared, numbers = self._reader.texts, self._reader.numbers
        previous = 0
        for letters, its_digits, style, kind, stored in cells:
            column = columns[letters]
            if column <= previous or its_digits != digits:
                raise ValueError(_OUT_OF_ORDER)
            previous = column
            if kind == "s" and stored.isdecimal():
                texts[letters] = shared[int(stored)]
                continue
            is_number = kind == "" or kind == "n"
            value = numbers[style][stored] if is_number else self._rarer(kind, style, "", stored, "")
            if not isinstance(value, str):
                value, cell_meta[letters] = value
            if value:
                texts[letters] = value

    def _fill_any(self, row: RawRow, cells: list[AnyCell]) -> None:
        previous = 0
        for letters, its_digits, style, kind, formula, stored, inline in cells:
            column = self._columns[letters]
            if column <= previous or its_digits != str(row.number):
                raise ValueError(_OUT_OF_ORDER)
            previous = column
            if kind or formula or inline:
                value = self._rarer(kind, style, formula, stored, inline)
            else:
                value = self._reader.numbers[style][stored]
            if not isinstance(value, str):
                value, row.cell_meta[letters] = value
            row.texts[letters] = value

    def _rarer(self, kind: str, style: str, formula: str, stored: str, inline: str) -> Value:
        """What a plain row's cell holds that is neither a simple text nor a simple number.

        Raises:
            ValueError: the pattern has not seen enough of it.
        """
        if kind in {"", "n", "s"} and not (stored or inline or formula):
            return ""
        if not (stored or inline) or "&" in stored or "&" in inline or ' ref="' in formula:
            raise ValueError("to be parsed")
        if (kind == "inlineStr") != bool(inline) or (stored and inline):
            raise ValueError("a text in the wrong place")
        return unescaped(inline) if inline else self._reader.value(kind, style, bool(formula), stored)

    def _fill(self, row: RawRow, element: Element) -> None:
        """Reads the cells of any row.

        Raises:
            ValueError, LookupError: they break the rules of the format.
        """
        previous = 0
        seen = set()
        for cell in element:
            if local_name(cell) != "c":
                continue
            reference = cell.get("r") or f"{letters_of(previous + 1)}{row.number}"
            letters = reference.removesuffix(str(row.number))
            previous = self._columns[letters]
            if reference in seen:
                raise ValueError(f"cell {reference} is there twice")
            seen.add(reference)
            value = self._value(cell)
            if not isinstance(value, str):
                value, row.cell_meta[letters] = value
            if value:
                row.texts[letters] = value

    def _value(self, cell: Element) -> Value:
        parts = {local_name(part): part for part in cell}
        is_inline = cell.get("t") == "inlineStr"
        if "is" in parts or is_inline:
            if not is_inline or "v" in parts:
                raise ValueError("a text in the wrong place")
            return text_of(parts["is"]) if "is" in parts else ""
        if self._reader.calculates_on_load and "f" in parts and parts["f"].get("t") in {"array", "dataTable"}:
            self._arrays.append(parse_range(parts["f"].get("ref", "")))
        stored = (parts["v"].text or "") if "v" in parts else None
        return self._reader.value(cell.get("t", ""), cell.get("s", ""), "f" in parts, stored)


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
