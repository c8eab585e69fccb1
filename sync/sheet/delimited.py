"""CSV and TSV files as a `Sheet`."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from sync.errors import FileRefused, file_refused
from sync.model import Cell, Row, Sheet
from sync.sheet.cells import doubtful_cells
from sync.sheet.encoding import encoding_of, guessed_warning
from sync.sheet.header import ROWS_SEARCHED, Header, IdHeader, Location, check_header, check_one_table, nothing_from
from sync.sheet.lines import LONGEST_LINE, SEPARATOR_LINE, Lines, blanks_within
from sync.sheet.stored_rows import RowStore
from sync.sheet.swallowed import SwallowedRows
from sync.sheet.table import MOST_COLUMNS, MOST_ROWS, TOO_LARGE, stray_warning, too_many_rows
from sync.text import BLANKS, EXCEL_CELL, counted, excel_length, is_blank
from sync.xlsx.columns import letters_of, number_of

SEPARATORS = ",;\t"
_AS_TEXT = re.compile('="([^"]*)"')
_NOTHING: dict[int, Cell] = {}
_FINE: tuple[tuple[str, str], ...] = ()


class Record(NamedTuple):
    """A record of the file."""

    number: int  # as Excel would show it; the first is 1
    cells: list[str]
    problems: tuple[tuple[str, str], ...] = _FINE


def read_delimited(path: Path, content: IO[bytes], id_header: str, header_row: int = 0) -> Sheet:
    """Reads a CSV or TSV file.

    Args:
        path: the file; its name stands in what is refused.
        content: what is in it.
        id_header: the header of the id column; empty text: any header row will do.
        header_row: what stands above this row is passed over.

    Raises:
        FileRefused: it cannot be read reliably.
    """
    encoding, guessed_words = encoding_of(path, content)
    with _long_cells():
        separator = _separator(path, content, encoding, id_header, header_row)
        with _decoded(content, encoding) as file:
            records = _from_row(header_row, _records(path, file, separator))
            first = next(records, None)
            if first is None and header_row:
                raise nothing_from(path, header_row)
            if first is None:
                raise file_refused(path, "the file is empty.", "Save it again from Excel.")
            header = _header(first)
            check_header(Location(path), header, id_header, map(_header, records))
            position = _position(header, id_header)
            swallowed = SwallowedRows(separator, position, len(first.cells))
            records = _of_one_table(path, header, records, id_header)
            sheet = _sheet(path, header, first.cells, records, swallowed)
    warnings = (*guessed_warning(guessed_words), *sheet.warnings)
    return replace(sheet, encoding=encoding, warnings=warnings)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Lets the csv module read cells that are longer than Excel's: one of them spoils its row, and not the file."""
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)


@contextmanager
def _decoded(content: IO[bytes], encoding: str) -> Iterator[IO[str]]:
    """The file's text from its start. The file stays open."""
    content.seek(0)
    file = io.TextIOWrapper(content, encoding=encoding, newline="")
    try:
        yield file
    finally:
        file.detach()


def _header(record: Record) -> Header:
    texts = [_shown(cell)[0] for cell in record.cells]
    return Header(record.number, {letters_of(column): text for column, text in enumerate(texts, start=1)})


def _position(header: Header, id_header: str) -> int:
    """The position of the id column; -1 where it is not known."""
    letters = header.letters_of(id_header)
    return number_of(letters) - 1 if letters else -1


def _sheet(
    path: Path, header: Header, header_cells: list[str], records: Iterator[Record], swallowed: SwallowedRows
) -> Sheet:
    headers = tuple(_shown(cell)[0] for cell in header_cells)
    if len(header.texts) > MOST_COLUMNS:
        raise file_refused(path, f"the file has more than {MOST_COLUMNS} columns.", TOO_LARGE)
    rows = RowStore()
    unnamed = [column for column, text in enumerate(headers) if is_blank(text)]
    strays: dict[int, tuple[int, int]] = {}  # columns with data and no header: the first row with any, and how many
    for record in records:
        if rows.count == MOST_ROWS:
            raise too_many_rows(path)
        rows.add(_row(record, len(headers), swallowed))
        for column in unnamed:
            if column < len(record.cells) and not is_blank(record.cells[column]):
                first, count = strays.get(column, (record.number, 0))
                strays[column] = first, count + 1
    width = max([column + 1 for column in range(len(headers)) if column not in unnamed or column in strays])
    stored = rows.rows()
    if width < len(headers):
        stored = stored.changed(partial(_narrowed, width, len(headers)))
    warnings = tuple(
        stray_warning(letters_of(column + 1), first, count) for column, (first, count) in sorted(strays.items())
    )
    return Sheet(path, "", headers[:width], header.row, stored, warnings=warnings)


def _of_one_table(path: Path, header: Header, records: Iterator[Record], id_header: str) -> Iterator[Record]:
    of_id, position = IdHeader(header, id_header), _position(header, id_header)
    for record in records:
        id_text = record.cells[position] if 0 <= position < len(record.cells) else ""
        if of_id.is_among(record.cells, id_text):
            check_one_table(path, header, _header(record), id_header)
        yield record


def _narrowed(width: int, before: int, _: int, rows: list[Row]) -> list[Row]:
    """Rows without the empty columns at their end that have no header."""
    return [row._replace(cells=row.cells[:width] + row.cells[before:]) for row in rows]


def _row(record: Record, width: int, swallowed: SwallowedRows) -> Row:
    number, cells, problems = record
    if len(cells) != width and not problems:
        problems = (("ragged", f"{counted(len(cells), 'cells')}, and the header has {width}"),)
    cells += [""] * (width - len(cells))
    together = "".join(cells)
    if len(together) * 2 > EXCEL_CELL and (longest := max(map(excel_length, cells))) > EXCEL_CELL:
        problems = (*problems, ("cell_too_long", f"{longest:,}"))
    if not problems and ("\n" in together or "\r" in together) and (id_text := swallowed.first_in(cells)):
        problems = (("rows_in_a_cell", id_text),)
    cell_meta = doubtful_cells(cells)
    if "=" in together:
        cell_meta = {**cell_meta, **_formulas(cells)}
    return Row(number, tuple(cells), cell_meta, problems)


def _formulas(cells: list[str]) -> dict[int, Cell]:
    """Marks the formulas, and replaces formulas like `="02134"` by their texts."""
    marks = {}
    for column, cell in enumerate(cells):
        cells[column], mark = _shown(cell)
        if mark:
            marks[column] = mark
    return marks


def _shown(cell: str) -> tuple[str, Cell | None]:
    """A cell's text, and the mark of a formula. `="02134"` is how people keep Excel from taking it for a number."""
    text = cell.strip(BLANKS)
    if not text.startswith("=") or text == "=":
        return cell, None
    kept = _AS_TEXT.fullmatch(text)
    return (kept[1], None) if kept else (cell, Cell(kind="csv_formula"))


def _from_row(number: int, records: Iterator[Record]) -> Iterator[Record]:
    """The records from this one on that have anything in them."""
    return (record for record in records if record.number >= number and not all(map(is_blank, record.cells)))


def _records(path: Path, file: IO[str], separator: str) -> Iterator[Record]:
    """The records with their numbers. A `sep=` line is not counted.

    Raises:
        FileRefused: an unclosed quote, a NUL character, a line without end.
    """
    lines = Lines(path, file, separator)
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    number = 0
    while True:
        number += 1
        lines.taken.clear()
        try:
            yield Record(number, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            _complete(lines, separator)
            record = _mended(number, lines.taken, separator)
            if record is None:
                raise _unclosed(path, number) from error
            yield record


def _complete(lines: Lines, separator: str) -> None:
    """Take the rest of a record that goes on in the next line: the csv module stops at the first fault."""
    with suppress(csv.Error):  # its quote is not closed within what a cell can hold
        next(csv.reader(chain(tuple(lines.taken), lines), delimiter=separator, skipinitialspace=True), None)


def _mended(number: int, lines: list[str], separator: str) -> Record | None:
    """The record of these lines, where it is clear where each of its cells ends.

    Blanks between a closing quote and the separator are all right. Other text there, in the line of both quotes, makes
    the record invalid. Behind a text of several lines it does not: its quote may be closed by one that opens a cell.
    """
    text = "".join(lines).rstrip("\r\n")
    end = re.escape(separator)
    quoted = rf'"((?:[^"]++|"")*+)"[{blanks_within(separator)}]*'
    broken = rf'"((?:[^"\r\n]++|"")*+)"([^{end}\r\n]+)'
    cell = re.compile(rf' *(?:{quoted}|{broken}|([^" {end}\r\n][^{end}\r\n]*)?)(?:({end})|\Z)')
    cells: list[str] = []
    problems = _FINE
    position, goes_on = 0, True
    while goes_on:
        match = cell.match(text, position)
        if match is None:
            return None
        closed, before, after, plain, more = match.groups()
        if after is not None:
            problems = (("text_after_quote", ""),)
        cells.append((closed or before or "").replace('""', '"') + (after or plain or ""))
        position, goes_on = match.end(), more is not None
    return Record(number, cells, problems)


def _unclosed(path: Path, number: int) -> FileRefused:
    problem = f"a quote in row {number} is not closed, so it is not clear where the row ends."
    return file_refused(path, problem, "Look at that row in a text editor, or save the sheet as .xlsx.")


def _separator(path: Path, content: IO[bytes], encoding: str, id_header: str, header_row: int) -> str:
    """The separator: the one that the first line states, else the one that puts the id header in a cell of its own,
    else the one by which all of the first rows have the same number of cells, else the one that splits the header row
    into the most columns, or where that has only one cell, the rows below it."""
    with _decoded(content, encoding) as file:
        stated = SEPARATOR_LINE.fullmatch(file.readline(1000))
    if stated:
        return stated[1]
    rows = {each: _first_rows(path, content, encoding, each, header_row) for each in SEPARATORS}
    with_id = [each for each in rows if id_header and any(_header(row).has(id_header) for row in rows[each])]
    even = [each for each in rows if _is_even(rows[each])]
    if len(with_id or even) == 1:
        return (with_id or even)[0]
    widths = {each: [len(_header(row).texts) for row in rows[each]] or [0] for each in rows}
    first = {each: of_rows[0] for each, of_rows in widths.items()}
    is_title = max(first.values()) < 2
    if is_title:  # the rows below it tell
        first = {each: max(of_rows) for each, of_rows in widths.items()}
    most = max(first.values())
    best = [each for each, width in first.items() if width == most]
    if most < 2 or (is_title and len(best) > 1):
        return "\t" if path.suffix.lower() == ".tsv" else ","
    if len(best) > 1:
        raise file_refused(
            path, "the header can be split in more than one way.", "Save it as .xlsx, or begin it with a line `sep=;`."
        )
    return best[0]


def _first_rows(path: Path, content: IO[bytes], encoding: str, separator: str, header_row: int) -> list[Record]:
    with _decoded(content, encoding) as file:
        records: list[Record] = []
        with suppress(FileRefused):
            records += islice(_from_row(header_row, _records(path, file, separator)), ROWS_SEARCHED)
        return records


def _is_even(rows: list[Record]) -> bool:
    """Whether these rows have the same number of cells, and more than one."""
    widths = {len(row.cells) for row in rows}
    return len(widths) == 1 and widths != {1}
