"""Reading workbooks: what the person sees is what comes out, or a problem of its cell, or a clear no."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import openpyxl
import pandas
import pytest
import xlsxwriter

from sync import sheet
from sync.errors import FileRefused
from sync.model import Cell, Sheet
from sync.problems import CELLS
from tests.support.office import saved_by_libreoffice
from tests.support.sheet_files import HEADER, MAIN, STRICT, number, packed, parts_of, relationships, text, with_cell


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "edits.xlsx"


def read(path: Path, **options: str) -> Sheet:
    return sheet.read(path, **{"id_header": "Customer ID", **options})


def cell_of(path: Path) -> tuple[str, Cell]:
    """The text and the marks of B2."""
    row = read(path).rows[0]
    assert row.number == 2
    return row.cells[1], row.cell_meta.get(1, Cell())


def kind_of(path: Path) -> str:
    """The kind of problem that B2 has."""
    kind = cell_of(path)[1].kind
    assert not kind or kind in CELLS
    return kind


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path, **options)
    assert str(refused.value).startswith(path.name)
    return str(refused.value)


def by_openpyxl(path: Path, *rows: list[object], formats: Mapping[str, str] | None = None) -> Path:
    written = openpyxl.Workbook()
    page = written.worksheets[0]
    for row in rows:
        page.append(row)
    for reference, code in (formats or {}).items():
        page[reference].number_format = code
    written.save(path)
    return path


def by_hand(path: Path, rows: str, **options: object) -> Path:
    return packed(path, parts_of(rows, **options))  # type: ignore[arg-type]


# --- values ---


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("115", "General", "115"),
        ("123.0", "General", "123"),
        ("1.23E2", "General", "123"),
        ("0.30000000000000004", "General", "0.3"),
        ("1234.5599999999999", "General", "1234.56"),
        ("123456789012", "General", "123456789012"),
        ("999999999999999", "General", "999999999999999"),
        ("-0", "General", "0"),
        ("2134", "00000", "02134"),
        ("21340001", "00000-0000", "02134-0001"),
        ("12345678", "000\\-00\\-0000", "012-34-5678"),
        ("2.345", "0.00", "2.35"),
        ("2.5", "0", "3"),
        ("-2.5", "0", "-3"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("-1234", "#,##0_);(#,##0)", "(1,234)"),
        ("-1234", "#,##0;[Red]-#,##0", "-1,234"),
        ("0", "0;-0;;@", ""),
        ("0.125", "0%", "13%"),
        ("0.125", "0.0%", "12.5%"),
        ("123456", "0.00E+00", "1.23E+05"),
        ("2134", "@", "2134"),
        ("45000", "yyyy-mm-dd", "2023-03-15"),
        ("45000", "[$-409]d-mmm-yy;@", "2023-03-15"),
        ("45000.5", "dd/mm/yyyy hh:mm", "2023-03-15T12:00:00"),
        ("45000", "dd/mm/yyyy hh:mm", "2023-03-15"),
        ("0.75", "h:mm AM/PM", "18:00:00"),
        ("12", "# ??/??", "12"),
        ("1234567.5", "# ##0.00", "1234 567.50"),
        ("-12", "#\\ ##0", "- 12"),
        ("45000", "[ENG][$-409]d\\-mmm\\-yy;@", "2023-03-15"),
        ("1", "d/m/yy", "1900-01-01"),
        ("59", "d/m/yy", "1900-02-28"),
        ("61", "d/m/yy", "1900-03-01"),
        ("2958465", "d/m/yy", "9999-12-31"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(book: Path, stored: str, code: str, shown: str) -> None:
    by_hand(book, with_cell(number("B2", stored, 1)), formats={164: code})
    seen, cell = cell_of(book)
    assert (seen, cell.kind) == (shown, "")


@pytest.mark.parametrize(
    ("stored", "code", "kind"),
    [
        ("115", '"C-"00000', "unknown_format"),
        ("5", '0" kg"', "unknown_format"),
        ("0.5", "# ?/?", "unknown_format"),
        ("2", "?/?", "unknown_format"),
        ("1234", "0,", "unknown_format"),
        ("5", ";;;", "unknown_format"),
        ("5551234", "[<=9999999]###-####;(###) ###-####", "unknown_format"),
        ("-0.001", "0.00", "unknown_format"),
        ("1234567890123456", "General", "long_number"),
        ("1234567890123456", "0", "long_number"),
        ("1E+15", "General", "long_number"),
        ("0.123456789012345678901", "General", "long_number"),
        ("60", "d/m/yy", "bad_date"),
        ("0", "d/m/yy", "bad_date"),
        ("-1", "d/m/yy", "bad_date"),
        ("2958466", "d/m/yy", "bad_date"),
        ("2958466.5", "h:mm", "bad_date"),
        ("twelve", "General", "not_a_number"),
        ("1_000", "General", "not_a_number"),
        ("\u0661", "General", "not_a_number"),
        ("nan", "General", "not_a_number"),
    ],
)
def test_a_number_that_cant_be_followed_for_certain_is_a_problem(book: Path, stored: str, code: str, kind: str) -> None:
    code = code.replace('"', "&quot;").replace("<", "&lt;")
    assert kind_of(by_hand(book, with_cell(number("B2", stored, 1)), formats={164: code})) == kind


def test_a_number_shown_otherwise_than_stored_keeps_its_digits(book: Path) -> None:
    by_hand(book, with_cell(number("B2", "1234.5", 1)), formats={164: "#,##0"})
    assert cell_of(book) == ("1,235", Cell("1234.5", "#,##0"))


@pytest.mark.parametrize(
    ("identity", "shown"), [(1, "45000"), (3, "45,000"), (14, "2023-03-15"), (30, "2023-03-15"), (49, "45000")]
)
def test_built_in_formats_need_no_code(book: Path, identity: int, shown: str) -> None:
    assert cell_of(by_hand(book, with_cell(number("B2", "45000", 1)), formats={identity: ""}))[0] == shown


def test_a_format_that_the_workbook_does_not_define_is_a_problem(book: Path) -> None:
    assert kind_of(by_hand(book, with_cell(number("B2", "5", 1)), formats={99: ""})) == "unknown_format"


def test_a_workbook_that_counts_from_1904_keeps_its_dates(book: Path) -> None:
    with xlsxwriter.Workbook(book, {"date_1904": True}) as written:
        page = written.add_worksheet()
        page.write_row(0, 0, ["Customer ID", "When"])
        page.write_number(1, 0, 115)
        page.write_datetime(1, 1, datetime(2024, 2, 29), written.add_format({"num_format": "dd/mm/yy"}))
    assert cell_of(book)[0] == "2024-02-29"


def test_python_dates_times_and_truths_arrive_as_iso_and_words(book: Path) -> None:
    moment = datetime(2024, 2, 29, 13, 30, 15, tzinfo=UTC).replace(tzinfo=None)
    by_openpyxl(book, ["Customer ID", "A", "B", "C", "D"], [1, date(2024, 2, 29), moment, time(9, 5), True])
    assert read(book).rows[0].cells == ("1", "2024-02-29", "2024-02-29T13:30:15", "09:05:00", "TRUE")


def test_nineteen_digits_in_a_column_with_blanks_arrive_whole(book: Path) -> None:
    frame = pandas.DataFrame({"Customer ID": ["1", "2"], "Tax": ["1234567890123456789", None]})
    frame.to_excel(book, index=False)
    assert [row.cells for row in read(book).rows] == [("1", "1234567890123456789"), ("2", "")]


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "#N/A!", "TRUE", "1E3", "007", "=1+1", " x ", "-"])
def test_words_that_other_readers_turn_into_nothing_are_text(book: Path, word: str) -> None:
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        page.write_row(0, 0, ["Customer ID", "Name"])
        page.write_number(1, 0, 115)
        page.write_string(1, 1, word)
    assert cell_of(book) == (word, Cell())


@pytest.mark.parametrize("plain", [True, False])
def test_escapes_are_decoded(book: Path, plain: bool) -> None:
    content = "a_x000D_b_x005F_x000D_c" + ("" if plain else "&#33;")
    by_hand(book, with_cell(text("B2", content)))
    assert cell_of(book)[0] == "a\rb_x000D_c" + ("" if plain else "!")


def test_runs_are_joined_and_phonetic_readings_left_out(book: Path) -> None:
    shared = (
        "<si><t>Customer ID</t></si><si><t>Name</t></si>"
        '<si><r><t>東</t></r><r><rPr/><t xml:space="preserve">京 </t></r><rPh sb="0" eb="1"><t>とう</t></rPh></si>'
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>2</v></c></row>'
    )
    assert cell_of(by_hand(book, rows, shared=shared))[0] == "東京 "


def test_entities_in_shared_texts_are_resolved(book: Path) -> None:
    shared = "<si><t>Customer ID</t></si><si><t>A &amp; B &lt;&quot;x&quot;&gt; &amp;amp; &#x41;</t></si>"
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>1</v></c></row>'
    )
    assert cell_of(by_hand(book, rows, shared=shared))[0] == 'A & B <"x"> &amp; A'


@pytest.mark.parametrize(("code", "shown"), [("\\(@\\)", "(Acme)"), ('@" Ltd"', "Acme Ltd"), ("0;-0;;@", "Acme")])
def test_a_text_is_read_as_its_format_shows_it(book: Path, code: str, shown: str) -> None:
    escaped = code.replace('"', "&quot;")
    by_hand(book, with_cell(text("B2", "Acme").replace("<c ", '<c s="1" ')), formats={164: escaped})
    assert cell_of(book) == (shown, Cell())


def test_a_text_that_its_format_hides_is_a_problem(book: Path) -> None:
    by_hand(book, with_cell(text("B2", "Acme").replace("<c ", '<c s="1" ')), formats={164: ";;;"})
    assert kind_of(book) == "unknown_format"


def test_a_shared_text_without_a_number_is_an_empty_cell_and_references_may_be_in_lower_case(book: Path) -> None:
    row = '<row r="2"><c r="a2"><v>115</v></c><c r="b2" t="s"><v></v></c></row>'
    assert read(by_hand(book, HEADER + row)).rows[0].cells == ("115", "")


def test_a_style_that_the_workbook_does_not_define_is_a_problem_of_its_cell(book: Path) -> None:
    assert kind_of(by_hand(book, with_cell(number("B2", "5", 406)))) == "unknown_format"


@pytest.mark.parametrize("cell", ['t="s"><v>7</v>', 't="b"><v>x</v>', 't="x"><v>7</v>', 't="s"><v>seven</v>'])
def test_a_refusal_is_in_words_for_people(book: Path, cell: str) -> None:
    by_hand(book, f'{HEADER}<row r="2"><c r="A2" {cell}</c></row>', shared="<si><t>x</t></si>")
    message = refusal(book)
    assert "row 2: a cell" in message
    assert not re.search("invalid literal|Error|out of range|None", message)


# --- formulas and errors ---


def test_a_formula_counts_as_its_stored_result(book: Path) -> None:
    for cell, shown in [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="str"><f>A2&amp;"x"</f><v>115x &amp; y</v></c>', "115x & y"),
        ('<c r="B2" t="b"><f>TRUE()</f><v>1</v></c>', "TRUE"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="B2"><f t="shared" si="0"/><v>0</v></c>', "0"),
    ]:
        assert cell_of(by_hand(book, with_cell(cell))) == (shown, Cell())


@pytest.mark.parametrize(
    "cell", ['<c r="B2"><f>1+1</f></c>', '<c r="B2"><f>1+1</f><v></v></c>', '<c r="B2"><f/><v/></c>']
)
def test_a_formula_without_a_result_is_a_problem_of_its_row(book: Path, cell: str) -> None:
    assert kind_of(by_hand(book, with_cell(cell))) == "formula_without_result"


def test_a_row_of_a_formula_without_a_result_alone_is_not_passed_over(book: Path) -> None:
    rows = read(by_hand(book, HEADER + '<row r="2"><c r="B2"><f>1</f></c></row>')).rows
    assert rows[0].cell_meta[1].kind == "formula_without_result"


def test_openpyxl_stores_no_results_and_its_formulas_are_problems(book: Path) -> None:
    assert kind_of(by_openpyxl(book, ["Customer ID", "Zip"], [115, "=1+1"])) == "formula_without_result"


@pytest.mark.parametrize("array", [False, True])
def test_a_zero_in_a_book_that_is_calculated_on_loading_is_no_result(book: Path, array: bool) -> None:
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        page.write_row(0, 0, ["Customer ID", "Zip", "C"])
        page.write_row(1, 0, [115, 0, 0])
        page.write_row(2, 0, [116, 0, 0])
        if array:
            page.write_array_formula("B2:B3", "{=A2:A3*2}")
        else:
            page.write_formula("B2", "=A2*2")
            page.write_formula("B3", "=A3*2", None, 232)
    first, second = read(book).rows
    assert first.cell_meta[1].kind == "formula_without_result"
    assert second.cell_meta[1].kind == "formula_without_result" if array else second.cells[1] == "232"
    assert (first.cells[2], first.cell_meta.get(2)) == ("0", None)


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#SPILL!"])
def test_an_error_is_a_problem_of_its_row(book: Path, error: str) -> None:
    for formula in "", "<f>1/0</f>":
        by_hand(book, with_cell(f'<c r="B2" t="e">{formula}<v>{error}</v></c>'))
        assert cell_of(book) == (error, Cell(kind="error_cell", detail=error))


# --- rows ---


def test_row_numbers_are_the_sheets_own_and_blank_rows_are_passed_over(book: Path) -> None:
    by_openpyxl(book, [" "], ["Customer ID", "Zip"], [], [1, "a"], [None, " \u00a0"], ["", "\u200b"], [2, "b"])
    read_back = read(book)
    assert (read_back.header_row, [row.number for row in read_back.rows]) == (2, [4, 7])


def test_rows_and_cells_without_references_are_counted(book: Path) -> None:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(
        f"<row>{cell.format(left)}{cell.format(right)}</row>" for left, right in [("Customer ID", "Zip"), ("1", "a")]
    )
    assert read(by_hand(book, rows)).rows[0].cells == ("1", "a")
    assert read(book).rows[0].number == 2


@pytest.mark.parametrize(
    "rows",
    [
        HEADER + '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        HEADER + '<row r="2"><c r="A2"/><c r="A2"><v>2</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><v>1</v></c><c r="B3"><v>2</v></c></row>',
        HEADER + '<row r="2"><c r="ZZZZ2"><v>1</v></c></row>',
        HEADER + '<row r="2"><c r="A2" t="s"><v>7</v></c></row>',
        HEADER + '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>',
        HEADER + '<row r="2"><c r="A2" t="b"><v>7</v></c></row>',
        HEADER + '<row r="2"><c r="A2" t="x"><v>7</v></c></row>',
        HEADER + '<row r="2"><c r="A2"><is><t>lost?</t></is></c></row>',
        HEADER + '<row r="2"><c r="A2" t="inlineStr"><v>lost?</v></c></row>',
        HEADER + '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_breaks_the_rules_of_its_format_is_refused(book: Path, rows: str) -> None:
    assert "damaged" in refusal(by_hand(book, rows, shared="<si><t>x</t></si>"))


def test_cells_out_of_order_are_read_by_their_references(book: Path) -> None:
    by_hand(book, HEADER + '<row r="2"><c r="B2"><v>7</v></c><c r="A2"><v>1</v></c></row>')
    assert read(book).rows[0].cells == ("1", "7")


def test_a_wrong_dimension_is_not_believed(book: Path) -> None:
    for claim in "A1", "A1:XFD1048576":
        parts = parts_of(HEADER + '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>7</v></c></row>')
        page = parts["xl/worksheets/sheet1.xml"].replace("<sheetData>", f'<dimension ref="{claim}"/><sheetData>')
        packed(book, {**parts, "xl/worksheets/sheet1.xml": page})
        assert read(book).rows[0].cells == ("1", "7")


def test_a_comment_in_the_sheet_hides_what_it_holds(book: Path) -> None:
    hidden = '<c r="B2"><v>7</v></c>'
    by_hand(book, f'{HEADER}<row r="2"><c r="A2"><v>1</v></c><!--{hidden}--></row>')
    assert read(book).rows[0].cells == ("1", "")
    assert "damaged" in refusal(by_hand(book, f"{HEADER}<!--<row r='2'>{hidden}</row>-->"))


def test_a_comment_before_the_rows_is_no_list_of_rows(book: Path) -> None:
    parts = parts_of(with_cell(number("B2", "7")))
    lure = f"<!--<sheetData>{HEADER.replace('Customer ID', 'Lure')}</sheetData>--><sheetData>"
    page = parts["xl/worksheets/sheet1.xml"].replace("<sheetData>", lure)
    assert cell_of(packed(book, {**parts, "xl/worksheets/sheet1.xml": page}))[0] == "7"


def test_hidden_and_filtered_rows_are_read_and_counted(book: Path) -> None:
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        for row in range(5):
            page.write_row(row, 0, [f"{row}" if row else "Customer ID", "x"])
        page.autofilter("A1:B5")
        page.set_row(2, options={"hidden": True})
        page.set_row(3, 0)
        page.set_row(9, options={"hidden": True})
    read_back = read(book)
    assert (len(read_back.rows), list(read_back.hidden_rows)) == (4, [3, 4])


@pytest.mark.parametrize("prefix", ["", "x:"])  # the plain form, and one that takes a parser
@pytest.mark.parametrize(("says", "shown"), [("0", ("", "", "", "7")), ("1", ("0", "0.00", "no", "7"))])
def test_zeros_that_the_sheet_does_not_show_are_empty_cells(
    book: Path, prefix: str, says: str, shown: tuple[str, ...]
) -> None:
    headers = "".join(text(f"{letter}1", letter) for letter in "ABCDE")
    zeros = f'{number("B2", "0")}{number("C2", "0", 1)}<c r="D2" s="2"><f>A2-A2</f><v>0</v></c>'
    rows = f'<row r="1">{headers}</row><row r="2">{number("A2", "115")}{zeros}{number("E2", "7")}</row>'
    parts = parts_of(rows, formats={170: "0.00", 171: "0;;&quot;no&quot;"})
    view = f'<sheetViews><sheetView showZeros="{says}" workbookViewId="0"/></sheetViews><sheetData>'
    page = parts["xl/worksheets/sheet1.xml"].replace("<sheetData>", view)
    if prefix:
        page = re.sub("<(/?)(?=[a-z])", rf"<\1{prefix}", page).replace("xmlns=", "xmlns:x=")
    parts["xl/worksheets/sheet1.xml"] = page
    row = read(packed(book, parts), id_header="A").rows[0]
    assert row.cells == ("115", *shown)
    assert row.cell_meta.keys() == ({2, 3} if says == "1" else set())


def test_rows_and_columns_too_small_to_be_seen_are_hidden(book: Path) -> None:
    rows = with_cell(number("B2", "7")).replace('<row r="2">', '<row r="2" ht="0.25" customHeight="1">')
    parts = parts_of(rows)
    columns = '<cols><col min="1" max="1" width="0.9"/><col min="2" max="2" width="0.08"/></cols><sheetData>'
    page = parts["xl/worksheets/sheet1.xml"].replace("<sheetData>", columns)
    read_back = read(packed(book, {**parts, "xl/worksheets/sheet1.xml": page}))
    assert (list(read_back.hidden_rows), read_back.hidden_columns) == ([2], {1})


def test_merged_cells_are_a_problem_of_each_row_that_they_touch(book: Path) -> None:
    written = openpyxl.Workbook()
    page = written.worksheets[0]
    for row in (["Customer ID", "Zip", "Terms"], [1, "a", "x"], [2, "", "y"], [3, "c", "z"]):
        page.append(row)
    page.merge_cells("B2:B3")
    page.merge_cells("X2:Y9")
    written.save(book)
    marks = [dict(row.cell_meta) for row in read(book).rows]
    assert marks == [{1: Cell(kind="merged", detail="B2:B3")}, {1: Cell(kind="merged", detail="B2:B3")}, {}]


@pytest.mark.parametrize("merged", ["A1:B1", "A1:A2"])
def test_merged_cells_in_the_header_are_refused(book: Path, merged: str) -> None:
    by_hand(book, with_cell(number("B2", "7")), after=f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>')
    assert merged in refusal(book)


@pytest.mark.parametrize("quote", ['"', "'"])  # a row in the plain form, and one that takes a parser
@pytest.mark.parametrize(
    ("formula", "is_one"),
    [
        ("SUBTOTAL(103,Table1[Customer ID])", True),
        ("SUBTOTAL(3,A$2:A2)", True),
        ("_xlfn.AGGREGATE(3,5,A2:A2)", True),
        ("COUNT(A2:A2)", True),
        ("SUM(A$2:A2)", True),
        ("SUM(A2+1)", False),  # goes on with the ids above
        ("SUM(A2,1)", False),
        ("COUNTA(A$2:A2)+1000", False),  # numbers the rows
        ("VLOOKUP(B3,Ids!A:B,2,FALSE)", False),
    ],
)
def test_a_row_whose_id_counts_or_adds_up_others_is_a_totals_row(
    book: Path, formula: str, is_one: bool, quote: str
) -> None:
    id_cell = f"<c r={quote}A3{quote}><f>{formula}</f><v>3</v></c>"
    rows = HEADER + f'<row r="2">{number("A2", "7")}</row><row r="3">{id_cell}{text("B3", "Total")}</row>'
    first, last = read(by_hand(book, rows)).rows
    assert (first.problems, last.cells) == ((), ("3", "Total"))
    assert last.problems == ((("totals_row", ""),) if is_one else ())


def test_a_formula_that_counts_in_another_column_makes_no_totals_row(book: Path) -> None:
    of_zip = '<c r="B2"><f>COUNT(A2:A2)</f><v>1</v></c>'
    rows = read(by_hand(book, HEADER + f'<row r="2">{number("A2", "7")}{of_zip}</row>')).rows
    assert [(row.cells, row.problems) for row in rows] == [(("7", "1"), ())]


def test_the_totals_row_of_a_table_is_one_though_it_counts_the_ids(book: Path) -> None:
    columns = [
        {"header": "Customer Name", "total_string": "Total"},
        {"header": "Customer ID", "total_function": "count", "total_value": 2},
    ]
    with xlsxwriter.Workbook(book) as written:
        page = written.add_worksheet()
        page.add_table(
            "A1:B4", {"columns": columns, "total_row": True, "data": [["Example Ltd", 7], ["Example AG", 8]]}
        )
    assert [(row.cells[1], list(row.problems)) for row in read(book).rows] == [
        ("7", []),
        ("8", []),
        ("2", [("totals_row", "")]),
    ]


def test_merged_cells_that_overlap_are_refused(book: Path) -> None:
    merged = '<mergeCell ref="A2:B9"/>' * 3
    assert "overlap" in refusal(by_hand(book, with_cell(number("B2", "7")), after=f"<mergeCells>{merged}</mergeCells>"))


# --- headers ---


@pytest.mark.parametrize(
    "twin", ["customer id ", "Customer\nID", "Customer\u00a0ID", "Cus\u200btomer  ID", "ＣUSTOMER ID"]
)
def test_headers_that_are_alike_are_refused_with_both_columns(book: Path, twin: str) -> None:
    said = refusal(by_openpyxl(book, ["Customer ID", "Zip", twin], [1, 2, 3]))
    assert "columns A and C" in said


@pytest.mark.parametrize(("blank_rows", "rows", "them"), [(0, "row 1", "it"), (1, "rows 1 and 2", "them")])
def test_a_title_above_the_header_is_refused_with_two_ways_out(
    book: Path, blank_rows: int, rows: str, them: str
) -> None:
    """In Excel, or in the app for somebody who cannot change the file."""
    title = [["Edits of March"], *([[]] * blank_rows)]
    said = refusal(by_openpyxl(book, *title, ["Customer ID", "Zip"], [1, 2]))
    assert f"the header seems to be in row {blank_rows + 2}, and something else stands above it, in row 1." in said
    assert f"Delete {rows} in Excel and save, or open the file with campfire-sync app" in said
    assert f"which leaves {them} out in a copy and your file as it is." in said


def test_a_title_is_refused_where_no_column_is_known_to_be_the_id(book: Path) -> None:
    message = refusal(by_openpyxl(book, ["Edits of March"], [], ["Customer ID", "Zip"], [1, 2]), id_header="")
    assert "the header seems to be in row 3" in message
    assert read(by_openpyxl(book, ["Customer ID"], [1], [2]), id_header="").headers == ("Customer ID",)


def test_a_title_is_refused_as_one_where_the_header_below_it_has_no_id_column_either(book: Path) -> None:
    assert "the header seems to be in row 3" in refusal(by_openpyxl(book, ["Edits of March"], [], ["Cust. No.", "Zip"]))


def test_a_missing_id_column_is_refused_and_no_other_is_suggested(book: Path) -> None:
    message = refusal(by_openpyxl(book, ["Custmer ID", "Zip"], [1, 2]))
    assert "row 1 has the headers “Custmer ID” and “Zip”. Give the column that holds the ids" in message
    assert "campfire-sync mapping suggest" in message
    assert read(book, id_header="").headers == ("Custmer ID", "Zip")


def test_a_sheet_whose_columns_stand_in_one_is_refused_with_the_way_to_split_them(book: Path) -> None:
    said = refusal(by_openpyxl(book, ["Name;Customer ID;City"], ["a;1;b"]))
    assert "The columns stand in one, separated by “;”. Split them in Excel (Data, Text to Columns" in said
    assert "The columns stand in one" not in refusal(by_openpyxl(book, ["Customer ID: old; new", "Zip"], ["a", "b"]))


@pytest.mark.parametrize("spelling", ["Customer ID", "customer\nid "])
def test_another_table_below_the_first_is_refused(book: Path, spelling: str) -> None:
    said = refusal(by_openpyxl(book, ["Zip", "Customer ID"], ["a", 1], ["City", spelling], ["Bonn", 2]))
    assert "row 3 has headers again, and not those of row 1, so another table seems to begin there." in said
    assert "Move that table to a file of its own" in said


def test_headers_stand_as_they_are_and_numbers_among_them_as_shown(book: Path) -> None:
    by_openpyxl(book, ["Customer ID\n", 2024, date(2024, 2, 29)], [1, "a", "b"])
    assert read(book).headers == ("Customer ID\n", "2024", "2024-02-29")


@pytest.mark.parametrize(
    "header", ['<c r="B1" t="e"><v>#REF!</v></c>', '<c r="B1"><f>A1</f></c>', '<c r="B1" s="1"><v>45000</v></c>']
)
def test_a_column_whose_header_cannot_be_read_is_named_and_not_read(book: Path, header: str) -> None:
    rows = f'<row r="1">{text("A1", "Customer ID")}{header}</row>' + with_cell(text("B2", "x")).removeprefix(HEADER)
    read_back = read(by_hand(book, rows, formats={164: "mmm-yy"}))
    assert (read_back.headers, read_back.rows[0].cells) == (("Customer ID", ""), ("115", "x"))
    (warning,) = read_back.warnings
    assert (warning.kind, warning.rows, warning.first_row) == ("unmapped_column", 1, 2)
    assert "the header in B1 cannot be read" in warning.message


def test_a_sheet_none_of_whose_headers_can_be_read_has_columns_without_names(book: Path) -> None:
    read_back = read(by_openpyxl(book, ["=B7"], [1, "x"]), id_header="")
    assert (read_back.headers, read_back.rows[0].cells) == (("", ""), ("1", "x"))
    assert [warning.kind for warning in read_back.warnings] == ["unmapped_column", "unmapped_column"]


def test_data_under_no_header_is_named_and_empty_columns_are_not(book: Path) -> None:
    rows = [["Customer ID", None, "Zip", " "], [1, None, "a"], [2, "x", "b"], [3, None, "c", None, None, "far"]]
    read_back = read(by_openpyxl(book, *rows))
    assert read_back.headers == ("Customer ID", "", "Zip", "")
    assert [row.cells for row in read_back.rows] == [("1", "", "a", ""), ("2", "x", "b", ""), ("3", "", "c", "far")]
    assert [warning.message[:31] for warning in read_back.warnings] == [
        "column B has data from row 3 on", "column F has data from row 4 on",
    ]  # fmt: skip


def test_one_stray_cell_at_the_sheets_far_end_does_no_harm(book: Path) -> None:
    rows = HEADER + '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>7</v></c></row>'
    assert read(by_hand(book, rows)).rows[0].cells == ("1", "", "7")


@pytest.mark.parametrize("letters", ["XFE", "ZZZ"])
def test_a_cell_beyond_the_last_column_of_excel_is_refused(book: Path, letters: str) -> None:
    row = f'<row r="2"><c r="A2"><v>1</v></c><c r="{letters}2"><v>7</v></c></row>'
    assert f"a cell of it is called {letters}2" in refusal(by_hand(book, HEADER + row))


def test_a_header_and_no_rows_is_a_sheet_without_rows_and_an_empty_one_is_refused(book: Path) -> None:
    assert not read(by_openpyxl(book, ["Customer ID"])).rows
    assert "empty" in refusal(by_openpyxl(book))


# --- which sheet ---


def test_the_sheet_is_the_one_asked_for_then_the_mappings_then_the_first_visible(book: Path) -> None:
    written = openpyxl.Workbook()
    written.worksheets[0].title = "Hidden"
    written.worksheets[0].sheet_state = "veryHidden"
    written.create_chartsheet("Chart", 0)
    for name in "First", "Second", "Third":
        written.create_sheet(name).append(["Customer ID"])
    written.worksheets[0].append(["Customer ID"])
    written.active = 2
    written.save(book)
    assert read(book).name == "First"
    assert read(book, mapped_sheet="second ").name == "Second"
    assert read(book, mapped_sheet="Second", sheet="THIRD").name == "Third"
    assert read(book, sheet="Hidden").name == "Hidden"
    assert "“Hidden”, “First”, “Second” and “Third”" in refusal(book, sheet="Fourth")
    assert "there is no sheet “Nowhere”" in refusal(book, mapped_sheet="Nowhere")


def test_our_own_results_are_read_at_to_fix(book: Path) -> None:
    written = openpyxl.Workbook()
    written.worksheets[0].title = "Summary"
    for name in "Results", "Changes", "Problems", "To fix":
        written.create_sheet(name).append(["Customer ID", name])
    written.save(book)
    assert read(book, mapped_sheet="Customers").name == "To fix"
    assert read(book, sheet="Results").name == "Results"
    assert "name no sheet, and its sheet “To fix” is run." in refusal(book, sheet="Customers")
    written["To fix"].delete_rows(1)
    written.save(book)
    assert "--sheet" not in refusal(book)
    with pytest.raises(FileRefused) as refused:
        read(book)
    assert refused.value.in_app.endswith("Download the results workbook again from the run's page.")


# --- forms of the format ---


def test_the_strict_form_is_read(book: Path) -> None:
    assert cell_of(by_hand(book, with_cell(text("B2", "x")), namespace=STRICT))[0] == "x"


def test_prefixes_other_encodings_and_absolute_targets_are_read(book: Path) -> None:
    parts: dict[str, str | bytes] = {**parts_of("")}
    parts["xl/_rels/workbook.xml.rels"] = relationships(worksheet="/xl/worksheets/sheet1.xml")
    parts["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0" encoding="UTF-16"?>'
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is>'
        '<x:t>Customer ID</x:t></x:is></x:c></x:row><x:row r="2">'
        '<x:c r="A2"><x:v>115</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    ).encode("utf-16")
    assert read(packed(book, parts)).rows[0].cells == ("115",)


def test_a_workbook_without_styles_and_shared_texts_is_read(book: Path) -> None:
    parts = parts_of(with_cell(number("B2", "7")))
    parts["xl/_rels/workbook.xml.rels"] = relationships(worksheet="worksheets/sheet1.xml")
    del parts["xl/styles.xml"], parts["xl/sharedStrings.xml"]
    assert cell_of(packed(book, parts))[0] == "7"


def test_xlsm_and_endings_in_capitals_are_read(tmp_path: Path) -> None:
    for name in "EDITS.XLSX", "edits.xlsm":
        assert read(by_openpyxl(tmp_path / name, ["Customer ID"], [115])).rows[0].cells == ("115",)


def test_libreoffices_workbook_is_read(book: Path) -> None:
    moment = datetime(2024, 2, 29, 13, 30, tzinfo=UTC).replace(tzinfo=None)
    formats = {"C2": "00000", "D2": "0.00%"}
    by_openpyxl(book, ["Customer ID", "Day", "Zip", "Part", "Sum", "None"],
                [115, moment, 2134, 0.125, "=A2*2", '=""'], ["R&D", "\u00e9 \U0001f600"], formats=formats)  # fmt: skip
    rows = read(saved_by_libreoffice(book, "xlsx")).rows
    assert rows[0].cells == ("115", "2024-02-29T13:30:00", "02134", "12.50%", "230", "")
    assert rows[1].cells[:2] == ("R&D", "\u00e9 \U0001f600")
