"""Whatever is in a file, it is read or refused in words.

A few hundred mutated files each time; as many as CAMPFIRE_SYNC_FUZZ says where it is given.
"""

import io
import os
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sync import sheet
from sync.errors import FileRefused
from sync.model import Sheet
from tests.support.sheet_files import parts_of, text, with_cell

RUNS = int(os.environ.get("CAMPFIRE_SYNC_FUZZ", "400"))
CSV = 'sep=;\r\nCustomer ID;Name;Zip\r\n1;"Café; ""x""";="02134"\r\n\r\n2;"two\nlines";\r\n'.encode()
PIECES = [b'"', b"\0", b"\xff", b"\xef\xbb\xbf", b"\n", b"\r", b";", b",", b"=", b"<", b"&", b"<!--", b"</row>", b"-1"]


def by_xlsxwriter() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as written:
        page = written.add_worksheet("Customers")
        page.write_row(0, 0, ["Customer ID", "Name", "Zip", "Day"])
        for row in range(1, 6):
            page.write_row(row, 0, [row, "R&D", 2134.5, 45000], written.add_format({"num_format": "0.00"}))
        page.write_formula("E2", "=1+1")
        page.merge_range("B8:B9", "x")
    return file.getvalue()


def by_openpyxl() -> bytes:
    file = io.BytesIO()
    written = openpyxl.Workbook()
    for row in ["Customer ID", "Name"], [1, "=1+1"], [2, "é"], [3, True]:
        written.worksheets[0].append(row)
    written.save(file)
    return file.getvalue()


def by_hand() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts_of(with_cell(text("B2", "x &amp; y")), formats={164: "00000", 14: ""}).items():
            archive.writestr(name, content)
    return file.getvalue()


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Bytes flipped, cut, doubled, or put in."""
    changed = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 8])):
        at = dice.randrange(len(changed) or 1)
        match dice.randrange(5):
            case 0:
                del changed[at:]
            case 1:
                changed[at:at] = dice.choice(PIECES)
            case 2:
                del changed[at : at + dice.randrange(1, 20)]
            case 3:
                changed[at:at] = changed[at : at + dice.randrange(1, 60)]
            case _:
                changed[at : at + 1] = bytes([dice.randrange(256)])
    return bytes(changed)


def with_a_part_mutated(content: bytes, dice: random.Random) -> bytes:
    """The same workbook, one of its parts changed and packed again: the zip file itself is whole."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        victim = dice.choice(source.namelist())
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, mutated(part, dice) if name == victim else part)
    return file.getvalue()


def is_read_or_refused(path: Path) -> None:
    for id_header in "Customer ID", "":
        try:
            check(sheet.read(path, id_header=id_header))
        except FileRefused as refused:
            if not str(refused).startswith(f"{path.name}: "):
                raise


def check(result: Sheet) -> None:
    numbers = [row.number for row in result.rows]
    assert numbers == sorted(set(numbers))
    for row in result.rows:
        assert len(row.cells) == len(result.headers) or row.problems
        assert all(type(cell) is str for cell in row.cells)
        assert all(0 <= position < len(row.cells) for position in row.cell_meta)


@pytest.mark.parametrize("producer", [by_xlsxwriter, by_openpyxl, by_hand])
def test_a_mutated_workbook_is_read_or_refused(tmp_path: Path, producer: object) -> None:
    assert callable(producer)
    whole = producer()
    path = tmp_path / "edits.xlsx"
    for run in range(RUNS // 4):
        dice = random.Random(run)
        path.write_bytes((with_a_part_mutated if run % 4 else mutated)(whole, dice))
        is_read_or_refused(path)


def test_a_mutated_csv_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "edits.csv"
    for run in range(RUNS):
        dice = random.Random(run)
        content = CSV.decode().encode(dice.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
        path.write_bytes(mutated(content, dice) if run % 10 else dice.randbytes(dice.randrange(200)))
        is_read_or_refused(path)
