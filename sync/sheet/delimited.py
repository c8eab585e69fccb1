"""CSV and TSV files as a `Sheet`."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO

from sync.errors import FileRefused, file_refused
from sync.model import Cell, Row, Sheet, SheetWarning
from sync.sheet.encoding import WINDOWS, encoding_of
from sync.sheet.header import ROWS_SEARCHED, Header, check_header
from sync.sheet.table import MOST_COLUMNS, MOST_ROWS, TOO_LARGE, stray_warning, too_many_rows
from sync.text import BLANKS, is_blank
from sync.xlsx.columns import letters_of

_LONGEST_LINE = 1 << 24
_SAVE_AGAIN = "Save it again from Excel as “CSV UTF-8”, or as .xlsx."
SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile('"?sep=([^"\r\n])"?[\r\n]*', re.IGNORECASE)
_AS_TEXT = re.compile('="([^"]*)"')
_NOTHING: dict[int, Cell] = {}

Record = tuple[int, list[str]]  # its number, as Excel would show it, and its cells


def read_delimited(path: Path, id_header: str) -> Sheet:
    """Reads a CSV or TSV file.

    Raises:
        FileRefused: it can't be read for certain.
        OSError: it can't be opened at all.
    """
    encoding = encoding_of(path)
    separator = _separator(path, encoding, id_header)
    with path.open(encoding=encoding, newline="") as file:
        records = _filled(_records(path, file, separator))
        number, cells = next(records, (0, []))
        if not number:
            raise file_refused(path, "the file is empty.", "Save it again from Excel.")
        header = _header(number, cells)
        check_header(path, header, id_header, (_header(*record) for record in records))
        sheet = _sheet(path, header, cells, records)
    if encoding == WINDOWS:
        guessed = SheetWarning("encoding_guessed", "the file is not in UTF-8; it was read as Windows-1252.")
        return replace(sheet, encoding=encoding, warnings=(guessed, *sheet.warnings))
    return replace(sheet, encoding=encoding)


def _header(number: int, cells: Sequence[str]) -> Header:
    texts = [_shown(cell)[0] for cell in cells]
    return Header(number, {letters_of(column): text for column, text in enumerate(texts, start=1)})


def _sheet(path: Path, header: Header, cells: list[str], records: Iterator[Record]) -> Sheet:
    headers = tuple(_shown(cell)[0] for cell in cells)
    if len(header.texts) > MOST_COLUMNS:
        raise file_refused(path, f"the file has more than {MOST_COLUMNS} columns.", TOO_LARGE)
    rows: list[Row] = []
    unnamed = [column for column, text in enumerate(headers) if is_blank(text)]
    strays: dict[int, list[int]] = {}  # columns with data and no header: the rows with any
    for number, cells in records:
        if len(rows) == MOST_ROWS:
            raise too_many_rows(path)
        rows.append(_row(number, cells, len(headers)))
        for column in unnamed:
            if column < len(cells) and not is_blank(cells[column]):
                strays.setdefault(column, []).append(number)
    width = max([column + 1 for column in range(len(headers)) if column not in unnamed or column in strays])
    if width < len(headers):
        rows = [replace(row, cells=row.cells[:width] + row.cells[len(headers) :]) for row in rows]
    warnings = tuple(
        stray_warning(letters_of(column + 1), found[0], len(found)) for column, found in sorted(strays.items())
    )
    return Sheet(path, "", headers[:width], header.row, rows, warnings=warnings)


def _row(number: int, cells: list[str], width: int) -> Row:
    problems: tuple[tuple[str, str], ...] = ()
    if len(cells) != width:
        problems = (("ragged", f"{len(cells)} cells, and the header has {width}"),)
        cells += [""] * (width - len(cells))
    cell_meta = _NOTHING
    for column, cell in enumerate(cells):
        if "=" in cell:
            cells[column], mark = _shown(cell)
            if mark:
                cell_meta = {**cell_meta, column: mark}
    return Row(number, tuple(cells), cell_meta, problems)


def _shown(cell: str) -> tuple[str, Cell | None]:
    """A cell's text, and the mark of a formula. `="02134"` is how people keep Excel from taking it for a number."""
    text = cell.strip(BLANKS)
    if not text.startswith("=") or text == "=":
        return cell, None
    kept = _AS_TEXT.fullmatch(text)
    return (kept[1], None) if kept else (cell, Cell(kind="csv_formula"))


def _filled(records: Iterator[Record]) -> Iterator[Record]:
    return (record for record in records if not all(map(is_blank, record[1])))


def _records(path: Path, file: IO[str], separator: str) -> Iterator[Record]:
    """The records with their numbers; a `sep=` line is none.

    Raises:
        FileRefused: quotes that do not pair, a NUL byte, a cell too long.
    """
    lines = _lines(path, file)
    first = next(lines, "")
    number = 0
    reader = csv.reader(_chained(first, lines), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        raise _csv_refusal(path, number + 1, str(error)) from error


def _chained(first: str, lines: Iterator[str]) -> Iterator[str]:
    if first and not _SEPARATOR_LINE.fullmatch(first):
        yield first
    yield from lines


def _lines(path: Path, file: IO[str]) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        if "\0" in line:
            raise file_refused(path, "the file holds NUL characters, as no text does.", _SAVE_AGAIN)
        if len(line) == _LONGEST_LINE:
            raise file_refused(path, "the file has a line that is longer than any row of a sheet.", _SAVE_AGAIN)
        yield line


def _csv_refusal(path: Path, number: int, error: str) -> Exception:
    if "larger than field limit" in error:
        problem = f"a cell in row {number} is longer than any cell in Excel."
    else:
        problem = f"the quotes in row {number} do not pair, or a text goes on after its closing quote."
    return file_refused(path, problem, "Style at that row in a text editor, or save the sheet as .xlsx.")


def _separator(path: Path, encoding: str, id_header: str) -> str:
    """The separator: stated in the first line, else the one with which the header row holds the id's column, else the
    one that makes the most columns of it."""
    with path.open(encoding=encoding, newline="") as file:
        stated = _SEPARATOR_LINE.fullmatch(file.readline(1000))
    if stated:
        return stated[1]
    widths = {each: _first_rows(path, encoding, each) for each in SEPARATORS}
    with_id = [each for each, rows in widths.items() if id_header and any(row.has(id_header) for row in rows)]
    if len(with_id) == 1:
        return with_id[0]
    most = max(len(rows[0].texts) if rows else 0 for rows in widths.values())
    best = [each for each, rows in widths.items() if rows and len(rows[0].texts) == most]
    if most < 2 or not best:
        return "\t" if path.suffix.lower() == ".tsv" else ","
    if len(best) > 1:
        raise file_refused(
            path, "the header can be split in more than one way.", "Save it as .xlsx, or begin it with a line `sep=;`."
        )
    return best[0]


def _first_rows(path: Path, encoding: str, separator: str) -> list[Header]:
    with path.open(encoding=encoding, newline="") as file:
        rows: list[Header] = []
        try:
            for number, cells in islice(_filled(_records(path, file, separator)), ROWS_SEARCHED):
                rows.append(_header(number, cells))
        except FileRefused:
            pass
        return rows
