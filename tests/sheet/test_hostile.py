"""Files that are no spreadsheet, or were built to do harm: refused in words, and without the memory they ask for."""

import codecs
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from sync import sheet
from sync.errors import FileRefused
from sync.sheet import table
from sync.sheet import workbook as xlsx
from tests.support.sheet_files import HEADER, MAIN, number, packed, parts_of, with_cell

SHEET = "xl/worksheets/sheet1.xml"
PARTS = parts_of(with_cell(number("B2", "7")))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return packed(tmp_path / "edits.xlsx", PARTS)


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        sheet.read(path, id_header="Customer ID")
    assert str(refused.value).startswith(path.name)
    return str(refused.value)


@pytest.mark.parametrize("name", ["edits.xls", "edits.XLSB", "edits.ods", "edits.numbers", "edits"])
def test_other_kinds_of_file_are_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert "save it as .xlsx" in refusal(tmp_path / name)


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "edits.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    assert "folder" in refusal(tmp_path / "folder.xlsx")
    (tmp_path / "~$edits.xlsx").write_bytes(b"x")
    assert "Name the workbook itself" in refusal(tmp_path / "~$edits.xlsx")


def test_a_file_under_a_wrong_ending_is_refused(tmp_path: Path) -> None:
    for name, content, said in [
        ("a.xlsx", b"Customer ID,Name\n1,a\n", "not a workbook"),
        ("b.xlsx", b"", "empty"),
        ("c.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "old Excel format"),
        ("d.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("e.xlsx", b"PK\x03\x04" + bytes(90), "damaged"),
        ("f.csv", b"PK\x03\x04" + bytes(90), "a workbook, though it is named .csv"),
        ("i.csv", b"\n<!DOCTYPE html><title>Sign in</title>", "a web page"),
        ("g.csv", codecs.BOM_UTF8 + b"<HTML><table>", "a web page"),
        ("h.tsv", b'<?xml version="1.0"?><rows/>', "an XML file"),
        ("j.csv", b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    ]:
        (tmp_path / name).write_bytes(content)
        assert said in refusal(tmp_path / name)


def test_another_kind_of_zip_file_is_refused(tmp_path: Path) -> None:
    assert "not an Excel workbook" in refusal(packed(tmp_path / "edits.xlsx", {"word/document.xml": "<x/>"}))


def test_a_workbook_cut_off_anywhere_is_refused(book: Path) -> None:
    whole = book.read_bytes()
    for length in range(4, len(whole), 97):
        book.write_bytes(whole[:length])
        assert "damaged" in refusal(book)


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_part(tmp_path: Path, part: str, encoding: str) -> None:
    entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    content = PARTS[part].split("\n", 1)[1]
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{entities}]>{content}'.encode(encoding)
    assert "document type" in refusal(packed(tmp_path / "edits.xlsx", {**PARTS, part: bomb}))


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("content", ["", "<", "<x", "<x></y>", "\0", "<x/><y/>", "&x;"])
def test_a_part_that_is_not_xml_is_refused(tmp_path: Path, part: str, content: str) -> None:
    assert refusal(packed(tmp_path / "edits.xlsx", {**PARTS, part: content}))


@pytest.mark.parametrize("missing", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_missing_part_is_refused(tmp_path: Path, missing: str) -> None:
    parts = {name: content for name, content in PARTS.items() if name != missing}
    assert refusal(packed(tmp_path / "edits.xlsx", parts))


def test_elements_nested_beyond_reason_are_refused(tmp_path: Path) -> None:
    deep = "<x>" * 100_000 + "</x>" * 100_000
    page = f'<worksheet xmlns="{MAIN}">{deep}<sheetData>{HEADER}</sheetData></worksheet>'
    assert "nested too deeply" in refusal(packed(tmp_path / "edits.xlsx", {**PARTS, SHEET: page}))


@pytest.mark.parametrize("where", ["row", "prefixed row", "before", "after", "text"])
def test_an_element_that_never_ends_takes_little_memory(tmp_path: Path, where: str) -> None:
    noise = random.Random(1).randbytes(1 << 20).hex()
    swollen = "".join(f'<c n="{noise[at : at + 16]}"/>' for at in range(0, len(noise), 16)) * 16
    before, after = (swollen if each == where else "" for each in ("before", "after"))
    rows = swollen if "row" in where else ""
    shared = f"<si><t>{noise * 14}</t></si>" if where == "text" else ""
    page = (
        f'<worksheet xmlns="{MAIN}"><sheetFormatPr>{before}</sheetFormatPr><sheetData>{HEADER}<row r="2">{rows}</row>'
        f"</sheetData><extLst>{after}</extLst></worksheet>"
    )
    if where == "prefixed row":  # so the sheet goes through the parser, not the pattern
        page = page.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")
    path = tmp_path / "edits.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**PARTS, SHEET: page}.items():
            archive.writestr(name, content.replace("</sst>", f"{shared}</sst>"))
    said = refusal_in_little_memory(path)
    assert (
        ("damaged" in said) if where in {"row", "prefixed row", "text"} else not said
    )  # what is not wanted is dropped as it comes


def refusal_in_little_memory(path: Path) -> str:
    """What a process of its own says of the file (nothing, if it reads it), without taking 512 MB for that."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the most memory that a process has held")
    program = (
        "import sys; from pathlib import Path; from sync import sheet; from sync.errors import FileRefused\n"
        "try: sheet.read(Path(sys.argv[1]), id_header='Customer ID')\n"
        "except FileRefused as refused: print(refused)\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )
    ran = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True, text=True, timeout=240)
    *said, peak = ran.stdout.splitlines()
    assert int(peak) * 1024 < 512e6
    return "".join(said)


def test_a_part_that_unpacks_to_too_much_is_refused_before_it_is(tmp_path: Path) -> None:
    bomb = b"<worksheet>" + b" " * (64 << 20)
    for part in SHEET, "xl/media/image1.bmp":
        said = refusal_in_little_memory(packed(tmp_path / "edits.xlsx", {**PARTS, part: bomb}))
        assert "packed better than 200 to 1" in said


def _claims(path: Path, size: int) -> None:
    """Makes the table of contents claim this size for the sheet."""
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(SHEET.encode()))
    struct.pack_into("<L", content, entry + 24, size)
    path.write_bytes(content)


def test_a_claim_to_unpack_to_too_much_is_refused_and_a_claim_to_less_is_not_believed(book: Path) -> None:
    _claims(book, 600 << 20)
    assert "more than 512 MiB" in refusal(book)
    _claims(book, 100)
    assert "damaged" in refusal(book)


def test_two_parts_of_one_name_are_refused(book: Path) -> None:
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr(SHEET.upper(), "<x/>")
    assert "two parts" in refusal(book)


def test_a_password_on_the_zip_file_is_refused(book: Path) -> None:
    content = bytearray(book.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    book.write_bytes(content)
    assert "password" in refusal(book)


def test_a_table_of_contents_beyond_reason_is_refused_unread(book: Path) -> None:
    content = bytearray(book.read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 1 << 30)
    book.write_bytes(content)
    assert "table of contents" in refusal(book)


def test_more_rows_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 3)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(2, 6))
    assert "rows" in refusal(packed(tmp_path / "edits.xlsx", parts_of(HEADER + rows)))


def test_far_too_many_rows_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(2, 6))
    assert "rows" in refusal(packed(tmp_path / "edits.xlsx", parts_of(HEADER + rows)))


def test_more_columns_with_data_than_the_limit_are_refused(tmp_path: Path) -> None:
    for headers in ["Customer ID", *range(500)], ["Customer ID"]:
        written = openpyxl.Workbook()
        written.worksheets[0].append(headers)
        written.worksheets[0].append(list(range(501)))
        written.save(tmp_path / "edits.xlsx")
        assert "500 columns" in refusal(tmp_path / "edits.xlsx")
