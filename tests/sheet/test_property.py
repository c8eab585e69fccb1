"""What must hold of every text and every number: written by others and read by us, it is what it was."""

import csv
import tempfile
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from sync import sheet
from sync.xlsx.reading.number import NotANumber, TooManyDigits, plain, stored
from sync.xlsx.reading.number_format import follow
from tests.support.sheet_files import HEADER, packed, parts_of

IN_XML = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.lists(st.text(IN_XML, max_size=40) | st.sampled_from(["_x000D_", "a_x005F_", "R&D <b>", "]]>", "=1"]))
FEW = settings(max_examples=60)


def second_column(path: Path) -> list[str]:
    return [row.cells[1] for row in sheet.read(path, id_header="Customer ID").rows]


@FEW
@given(TEXTS)
def test_any_text_that_xlsxwriter_writes_is_read_as_it_was(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edits.xlsx"
        with xlsxwriter.Workbook(path) as written:
            page = written.add_worksheet()
            for row, content in enumerate(["Text", *texts]):
                page.write_string(row, 0, "1" if row else "Customer ID")
                page.write_string(row, 1, content)
        assert second_column(path) == texts


@FEW
@given(TEXTS)
def test_any_text_that_openpyxl_writes_is_read_as_excel_reads_it(texts: list[str]) -> None:
    # It writes escapes and carriage returns raw: Excel decodes the first, and XML takes the second for line feeds.
    texts = [ILLEGAL_CHARACTERS_RE.sub("", text).replace("_x", "").replace("\r", "") for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edits.xlsx"
        written = openpyxl.Workbook()
        page = written.worksheets[0]
        for row, content in enumerate(["Text", *texts], start=1):
            page.cell(row, 1, row if row > 1 else "Customer ID")
            page.cell(row, 2).value = content
            page.cell(row, 2).data_type = "s"
        written.save(path)
        assert second_column(path) == texts


@FEW
@given(TEXTS)
def test_the_pattern_and_the_parser_read_the_same(texts: list[str]) -> None:
    texts = [ILLEGAL_CHARACTERS_RE.sub("", text).replace("\r", "") for text in texts]
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c>'
        f'<c r="B{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c></row>'
        for row, text in enumerate(texts, start=2)
    )
    with tempfile.TemporaryDirectory() as folder:
        plainly = packed(Path(folder) / "plain.xlsx", parts_of(HEADER + rows))
        parts = parts_of((HEADER + rows).replace("<c ", "<c  "))  # a second blank is no plain form
        assert second_column(plainly) == second_column(packed(Path(folder) / "parsed.xlsx", parts))


@FEW
@given(
    TEXTS, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"])
)
def test_any_text_in_a_csv_is_read_as_it_was(texts: list[str], separator: str, encoding: str, end: str) -> None:
    texts = [text.replace("\0", "") for text in texts if "=" not in text]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edits.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
            writer.writerows([["Customer ID", "Text"], *(["1", text] for text in texts)])
        assert second_column(path) == texts


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_a_number_is_read_with_the_fifteen_digits_that_excel_keeps(number: float) -> None:
    fifteen = Context(prec=15, rounding=ROUND_HALF_UP)
    kept = {fifteen.plus(Decimal(number)), fifteen.plus(Decimal(repr(number)))}  # apart where the 16th digit is a 5
    if max(kept).adjusted() < 15:
        for written in repr(number), f"{number:.16e}":
            assert Decimal(plain(stored(written))) in kept


@given(st.text(max_size=12) | st.text("0123456789.eE+-_ ", max_size=12))
def test_whatever_stands_for_a_number_is_one_or_is_refused(text: str) -> None:
    try:
        digits = plain(stored(text))
    except (NotANumber, TooManyDigits):
        return
    assert Decimal(digits) == stored(text)
    assert set(digits) <= set("-.0123456789")


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 3))
def test_decimals_are_rounded_away_from_zero(number: Decimal, places: int) -> None:
    code = f"0.{'0' * places}" if places else "0"
    expected = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if expected:
        assert Decimal(follow(code).shown(number)) == expected
        assert follow(f"#,##{code}").shown(number).replace(",", "") == format(expected, "f")
