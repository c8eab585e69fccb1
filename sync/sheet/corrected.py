"""A copy of a sheet with some cells corrected and some rows left out. The original is never touched."""

import csv
from codecs import getwriter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path

from sync.errors import CannotStart
from sync.files import new_file
from sync.model import Sheet
from sync.sheet.choose import choose
from sync.sheet.encoding import WINDOWS
from sync.text import fold
from sync.xlsx.reading.cell import CellReader
from sync.xlsx.reading.package import opened
from sync.xlsx.reading.workbook import read_workbook
from sync.xlsx.reading.worksheet import Worksheet
from sync.xlsx.writing.patch import patch_cells

Corrections = Mapping[tuple[int, str], str]  # the sheet's row and header: the text that the cell gets


def write_corrected(sheet: Sheet, corrections: Corrections, target: Path, left_out: Collection[int] = ()) -> None:
    """Write a copy of the sheet's file with these cells corrected, and these rows emptied.

    What stands above the header is left out too. A workbook keeps everything else as it is, the numbers of the other
    rows too. A CSV is written with commas, as UTF-8; one whose encoding was guessed keeps it, so that whoever reads the
    copy is warned of the guess too.

    Args:
        left_out: by the sheet's own row number.

    Raises:
        CannotStart: a header is not in the sheet, or the copy can't be written.
    """
    known = {fold(header) for header in sheet.headers}
    for _, header in corrections:
        if fold(header) not in known:
            raise CannotStart(f"the sheet has no column “{header}”.")
    corrections = {cell: text for cell, text in corrections.items() if cell[0] not in left_out}
    if sheet.name:
        _write_workbook(sheet, corrections, target, left_out)
    else:
        _write_text(sheet, corrections, target, left_out)


def _write_workbook(sheet: Sheet, corrections: Corrections, target: Path, left_out: Collection[int]) -> None:
    with opened(sheet.path) as package:
        workbook = read_workbook(package)
        entry = choose(workbook, sheet.name, "")
        above = set()
        for header in Worksheet(package, entry, CellReader(workbook)).rows():
            if header.number == sheet.header_row:
                break
            above.add(header.number)
    letters = {fold(text): column for column, text in header.by_letters.items()}
    cells = {(row, letters[fold(name)]): text for (row, name), text in corrections.items()}
    with new_file(target) as file:
        try:
            patch_cells(sheet.path, entry.part, cells, file, above.union(left_out))
        except ValueError as error:
            raise CannotStart(f"the copy can't be made: {error}. Correct the cells in Excel instead.") from error


def _write_text(sheet: Sheet, corrections: Corrections, target: Path, left_out: Collection[int]) -> None:
    """Write the rows under their numbers: a blank line stays where the file has one, and where a row is left out."""
    positions = {fold(header): position for position, header in enumerate(sheet.headers)}
    rows = _corrected_rows(sheet, positions, corrections, left_out)
    with new_file(target) as file:
        text = getwriter(WINDOWS if sheet.encoding == WINDOWS else "utf-8-sig")(file)
        writer = csv.writer(text)
        lines = 0
        try:
            for number, cells in chain([(sheet.header_row, list(sheet.headers))], rows):
                text.write("\r\n" * (number - lines - 1))
                writer.writerow(cells)
                lines = number
        except UnicodeEncodeError as error:
            letter = error.object[error.start]
            raise CannotStart(
                f"the file was read as Windows-1252, which has no “{letter}” for row {number}. Save the file from "
                "Excel as “CSV UTF-8”, and choose it again."
            ) from error


def _corrected_rows(
    sheet: Sheet, positions: Mapping[str, int], corrections: Corrections, left_out: Collection[int]
) -> Iterator[tuple[int, list[str]]]:
    by_row: dict[int, dict[int, str]] = {}
    for (number, header), text in corrections.items():
        by_row.setdefault(number, {})[positions[fold(header)]] = text
    for row in sheet.rows:
        if row.number in left_out:
            continue
        if row.problems:  # its cells may stand under the wrong headers, so a copy could pass for good
            raise CannotStart(
                f"row {row.number} of the file is broken as a whole. Leave it out too, or correct it in Excel and "
                "choose the file again."
            )
        cells = list(row.cells)
        for position, text in by_row.get(row.number, {}).items():
            cells[position] = text
        yield row.number, cells
