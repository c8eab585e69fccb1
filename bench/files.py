"""The sheets of the benchmark: `files.py NAME ROWS EVERY WIDTH`, run apart so that who measures stays small."""

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import records

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LETTERS = [chr(ord("A") + n) if n < 26 else f"A{chr(ord('A') + n - 26)}" for n in range(52)]

PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def write_csv(path: Path, rows: Iterable[list[Any]], headers: tuple[str, ...]) -> None:
    """A CSV as Excel saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows(rows)


def write_xlsx(path: Path, rows: Iterable[list[Any]], headers: tuple[str, ...]) -> None:
    """A workbook with its texts in the shared table, as Excel has them. A writer of its own, since a million rows take
    XlsxWriter a minute and a half.
    """
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as book, TemporaryFile("w+b", buffering=1 << 20) as texts:
        for name, part in PARTS.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}')
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            count = _write_rows(sheet, texts, [list(headers)], rows)
            sheet.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w") as shared:
            shared.write(f'<sst xmlns="{_MAIN}" uniqueCount="{count}">'.encode())
            texts.seek(0)
            while piece := texts.read(1 << 20):
                shared.write(piece)
            shared.write(b"</sst>")


def _write_rows(sheet: IO[bytes], texts: IO[bytes], first: list[list[Any]], rows: Iterable[list[Any]]) -> int:
    """Write the rows, and the shared texts apart; returns how many these are."""
    common: dict[str, int] = {}  # the texts that are likely to come again
    count = 0

    def cells(number: int, row: list[Any]) -> Iterator[str]:
        nonlocal count
        for letters, value in zip(_LETTERS, row, strict=False):
            if isinstance(value, str):
                at = common.get(value)
                if at is None:
                    at = count
                    count += 1
                    texts.write(f"<si><t>{escape(value)}</t></si>".encode())
                    if len(common) < 10_000:
                        common[value] = at
                yield f'<c r="{letters}{number}" t="s"><v>{at}</v></c>'
            elif value is not None:
                yield f'<c r="{letters}{number}"><v>{value}</v></c>'

    for source, start in ((first, 1), (rows, 2)):
        for number, row in enumerate(source, start):
            sheet.write(f'<row r="{number}">{"".join(cells(number, row))}</row>'.encode())
    return count


def main(path: Path, count: int, every: int, width: str) -> None:
    """Make one file."""
    write = write_csv if path.suffix == ".csv" else write_xlsx
    write(path, records.rows(count, every, width), records.headers(width))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
