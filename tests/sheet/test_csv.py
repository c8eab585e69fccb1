"""Reading CSV and TSV files: every record counted, every encoding told for certain, or a clear no."""

import codecs
import csv
from pathlib import Path

import pandas
import pytest

from sync import sheet
from sync.errors import FileRefused
from sync.model import Cell, Sheet
from sync.sheet import delimited, lines


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    return tmp_path / "edits.csv"


def read(path: Path, content: str | bytes, **options: str) -> Sheet:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sheet.read(path, **{"id_header": "Customer ID", **options})


def refusal(path: Path, content: str | bytes, **options: str) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path, content, **options)
    assert str(refused.value).startswith(path.name)
    return str(refused.value)


def cells(read_back: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in read_back.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_line_ends_and_encodings_are_told(edits: Path, separator: str, end: str, encoding: str) -> None:
    rows = [["Customer ID", "Name"], ["1", "Café – 10 €"], ["2", f'"a{separator}""b"""']]
    content = end.join(separator.join(row) for row in rows) + end
    read_back = read(edits, content.encode(encoding))
    assert read_back.headers == ("Customer ID", "Name")
    assert cells(read_back) == [("1", "Café – 10 €"), ("2", f'a{separator}"b"')]
    assert bool(read_back.warnings) == (encoding == "cp1252")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE + "Customer ID\n1\n".encode("utf-16-be"), b"Customer ID\n1\n"])
def test_a_single_column_needs_no_separator(edits: Path, mark: bytes) -> None:
    assert cells(read(edits, mark)) == [("1",)]


def test_line_ends_may_be_mixed_and_those_in_quotes_belong_to_the_cell(edits: Path) -> None:
    content = 'Customer ID,Notes\r\n1,"a\r\nb"\n2,"c\rd"\r3,"e\nf"'
    assert cells(read(edits, content)) == [("1", "a\r\nb"), ("2", "c\rd"), ("3", "e\nf")]


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;\r"])
def test_a_sep_line_states_the_separator_and_is_no_record(edits: Path, line: str) -> None:
    read_back = read(edits, f"{line}Customer ID;Name, legal, full\n1;x\n")
    assert (read_back.header_row, read_back.rows[0].number, read_back.rows[0].cells) == (1, 2, ("1", "x"))


def test_any_separator_can_be_stated(edits: Path) -> None:
    assert cells(read(edits, "sep=|\nCustomer ID|Name\n1|a,b;c\n")) == [("1", "a,b;c")]


def test_decimal_commas_do_not_make_a_comma_the_separator(edits: Path) -> None:
    assert cells(read(edits, "Customer ID;Rate, in %\n1;2,5\n")) == [("1", "2,5")]


def test_a_header_that_splits_in_two_ways_is_refused_unless_the_id_tells(edits: Path) -> None:
    content = "Name, legal;Customer ID;Zip, new\n"
    assert read(edits, content).headers == ("Name, legal", "Customer ID", "Zip, new")
    assert "more than one way" in refusal(edits, content, id_header="")


def test_a_title_is_named_before_the_separator_of_the_rows_below_it_is_in_doubt(edits: Path) -> None:
    assert "the header seems to be in row 2" in refusal(edits, "March\nClient,Name;legal\n")


def test_a_line_that_is_longer_than_any_row_is_refused_and_not_split(
    edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 40)
    assert "longer than any row of a sheet" in refusal(edits, f"Customer ID,Name\n1,{'a' * 50}\n")


def test_a_row_below_the_last_one_is_no_header(edits: Path) -> None:
    edits.write_text("Customer ID,Name\n1,a\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="nothing stands in row 9 or below it"):
        sheet.read(edits, id_header="Customer ID", header_row=9)


def test_the_endings_of_tsv_may_be_in_capitals(tmp_path: Path) -> None:
    assert cells(read(tmp_path / "EDITS.TSV", "Customer ID\tName\n1\ta,b\n")) == [("1", "a,b")]


def test_blank_records_are_passed_over_and_counted(edits: Path) -> None:
    read_back = read(edits, "\n,\nCustomer ID,Name\n\n1,a\n , \u00a0\n2,b\n\n")
    assert (read_back.header_row, [row.number for row in read_back.rows]) == (3, [5, 7])


@pytest.mark.parametrize(
    ("record", "cells"), [("1,a,b", "3 cells"), ("1", "1 cell"), ("1,a,", "3 cells"), ("1,12,50,x", "4 cells")]
)
def test_a_record_with_other_than_the_headers_cells_is_a_problem_of_its_row(
    edits: Path, record: str, cells: str
) -> None:
    row = read(edits, f"Customer ID,Name\n{record}\n2,b\n").rows[0]
    assert row.problems == (("ragged", f"{cells}, and the header has 2"),)
    assert list(row.cells)[: record.count(",") + 1] == record.split(",")


def test_pandas_index_column_shifts_nothing(edits: Path) -> None:
    pandas.DataFrame({"Customer ID": ["1"], "Country": ["NA"]}).to_csv(edits)
    read_back = read(edits, edits.read_bytes())
    assert (read_back.headers, cells(read_back)) == (("", "Customer ID", "Country"), [("0", "1", "NA")])
    assert "column A has data from row 2" in read_back.warnings[0].message


def test_trailing_columns_without_header_and_data_are_dropped(edits: Path) -> None:
    read_back = read(edits, "Customer ID,Name,,\n1,a,,\n2,b, ,\n3,c,,,\n")
    assert read_back.headers == ("Customer ID", "Name")
    assert cells(read_back) == [("1", "a"), ("2", "b"), ("3", "c", "")]
    assert [bool(row.problems) for row in read_back.rows] == [False, False, True]


@pytest.mark.parametrize("shown", ['="02134"', '"=""02134"""', ' ="02134"'])
def test_a_text_dressed_as_a_formula_is_that_text(edits: Path, shown: str) -> None:
    row = read(edits, f"Customer ID,Zip\n1,{shown}\n").rows[0]
    assert (row.cells, row.cell_meta) == (("1", "02134"), {})


@pytest.mark.parametrize("formula", ["=1+1", ' =HYPERLINK("x")', '"=""a""&""b"""', "=="])
def test_any_other_formula_is_a_problem_of_its_row(edits: Path, formula: str) -> None:
    row = read(edits, f"Customer ID;Zip\n1;{formula}\n").rows[0]
    assert row.cell_meta == {1: Cell(kind="csv_formula")}


@pytest.mark.parametrize("word", ["=", "+1", "-", "@x", "NA", "None", "1E5", "007", '5" pipe', "a=b"])
def test_other_cells_are_plain_text(edits: Path, word: str) -> None:
    row = read(edits, f"Customer ID,Name\n1,{word}\n").rows[0]
    assert (row.cells[1], row.cell_meta) == (word, {})


@pytest.mark.parametrize(
    "content", ['1,a\n2,"b\n3,c\n', '1,a\n2,"b\n3,"c"\n', '1,a\n2,"b\n\n3,c" d\n', '1,a\n2,"b"x,"c\n3,"d"\n']
)
def test_an_unclosed_quote_is_refused_with_the_row_in_which_it_opens(edits: Path, content: str) -> None:
    assert "a quote in row 3 is not closed" in refusal(edits, f"Customer ID,Name\n{content}")


def test_an_unclosed_quote_is_refused_however_much_follows_it(edits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text after a quote, and then a quote that is not closed within what a cell can hold."""
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1 << 12)
    refused = refusal(edits, 'Customer ID,Name,Notes\n1,"a"x,"b\n' + "2,c,d\n" * (1 << 10))
    assert "a quote in row 2 is not closed" in refused


@pytest.mark.parametrize("broken", ['2,"b"c', '2,"b" x', '"2"2,b', '2,"b ""c"" d"e'])
def test_text_after_a_closing_quote_makes_its_record_invalid_and_no_other(edits: Path, broken: str) -> None:
    rows = read(edits, f'Customer ID,Name\n1,a\n{broken}\n4,"d"\n').rows
    assert [row.problems for row in rows] == [(), (("text_after_quote", ""),), ()]
    assert [row.number for row in rows] == [2, 3, 4]
    assert rows[1].cells[0].startswith("2")
    assert rows[2].cells == ("4", "d")


@pytest.mark.parametrize("record", ['1, "a, b"', '1,"a, b" ', '"1" , "a, b" ', ' "1",   "a, b"'])
def test_blanks_around_a_quoted_cell_do_not_keep_its_quotes(edits: Path, record: str) -> None:
    row = read(edits, f"Customer ID, Name\n{record}\n2,x\n").rows[0]
    assert (row.cells, row.problems) == (("1", "a, b"), ())


@pytest.mark.parametrize("blank", ["\t", "\u00a0", "\u3000", "\u200b", "\ufeff", " \t ", "\u00a0 "])
def test_every_kind_of_blank_around_a_quoted_cell_goes(edits: Path, blank: str) -> None:
    header, end = f'Customer ID,{blank}"Name"{blank},Notes', "3,x,y\n"
    for record, name, notes in [
        (f'1,{blank}"a, b",c', "a, b", "c"),
        (f'1,"a, b"{blank},c', "a, b", "c"),
        (f'{blank}"1"{blank},{blank}"a\nb, c"{blank},{blank}"say ""hi"", bye"{blank}', "a\nb, c", 'say "hi", bye'),
        (f'1,"a,{blank}""b"" c\nd,{blank}""e""",{blank}"f"', f'a,{blank}"b" c\nd,{blank}"e"', "f"),
        (f'1,5{blank}" pipe,{blank}"a,b"', f'5{blank}" pipe', "a,b"),
    ]:
        rows = read(edits, f"{header}\n{record}\n{end}").rows
        assert [(row.cells, row.problems) for row in rows] == [(("1", name, notes), ()), (("3", "x", "y"), ())]
    broken = read(edits, f'{header}\n1,{blank}"a"x,c\n{end}').rows
    assert [row.problems for row in broken] == [(("text_after_quote", ""),), ()]
    assert "a quote in row 2 is not closed" in refusal(edits, f'{header}\n1,{blank}"a,c\n{end}')


def test_a_tab_that_separates_is_no_blank(edits: Path) -> None:
    content = 'Customer ID\tName\tNotes\n1\t"a\tb"\t\n2\t\u00a0"c"\t"d"\n'
    assert cells(read(edits, content)) == [("1", "a\tb", ""), ("2", "c", "d")]


def test_a_quoted_cell_of_several_lines_may_have_blanks_after_it(edits: Path) -> None:
    assert cells(read(edits, 'Customer ID,Notes\n1,"a\nb" \n2, "c\r\nd" \n')) == [("1", "a\nb"), ("2", "c\r\nd")]
    assert cells(read(edits, 'Customer ID,Notes\n1,"say ""hi"" , bye" \n')) == [("1", 'say "hi" , bye')]


def test_a_record_with_blanks_after_a_quote_may_go_on_in_the_next_line(edits: Path) -> None:
    """Split in two, its second half would be a row of its own, for another customer perhaps."""
    sheet = read(edits, 'Customer ID, "City" ,"Zip\nCode"\n1,"a" ,"b\n2,Bonn,c"\n3,d,e\n')
    assert sheet.headers == ("Customer ID", "City", "Zip\nCode")
    assert cells(sheet) == [("1", "a", "b\n2,Bonn,c"), ("3", "d", "e")]
    sheet = read(edits, 'Customer ID,City,Notes\n1,"a\nb" ,"c\n2,Bonn,d"\n3,e,f\n')
    assert cells(sheet) == [("1", "a\nb", "c\n2,Bonn,d"), ("3", "e", "f")]


def test_text_after_a_quote_makes_a_record_of_several_lines_invalid_as_a_whole(edits: Path) -> None:
    rows = read(edits, 'Customer ID,City,Notes\n1,"a"x,"b\n2,Bonn,c"\n3,d,e\n').rows
    assert [row.cells for row in rows] == [("1", "ax", "b\n2,Bonn,c"), ("3", "d", "e")]
    assert [row.problems for row in rows] == [(("text_after_quote", ""),), ()]


@pytest.mark.parametrize(
    ("rows", "id_"),
    [
        ('1001,"a,x\n1002,b",y\n', "1002"),  # an inch sign at the end of row 3
        ('1001,a,"x\r\n1002,b,y\r\n1003,c,z"\n', "1002"),
        ('1001,"a,x\n1002,b,y\n\n1003,c",z\n', "1002"),
        ('999,"a,x\n1000,b",y\n', "1000"),
    ],
)
def test_rows_that_a_quote_has_swallowed_are_not_lost_in_silence(edits: Path, rows: str, id_: str) -> None:
    swallowing, last = read(edits, f"Customer ID,Name,Notes\n{rows}1009,d,e\n").rows
    assert swallowing.problems == (("rows_in_a_cell", id_),)
    assert (last.cells, last.problems) == (("1009", "d", "e"), ())


@pytest.mark.parametrize(
    "cell",
    ["Example House\n1200, Main Street", "a\n12,Main Street", "a\n1002", "a\nb,1002", "a\n1002,b,c,d", "\n",
     "Payments:\n5000,000"],
)  # fmt: skip
def test_a_text_of_several_lines_is_one_where_none_of_them_looks_like_a_row(edits: Path, cell: str) -> None:
    (row,) = read(edits, f'Customer ID,Name,Notes\n1001,"{cell}",e\n').rows
    assert (row.cells, row.problems) == (("1001", cell, "e"), ())


def test_an_address_in_a_sheet_of_two_columns_is_no_row(edits: Path) -> None:
    (row,) = read(edits, 'Customer ID,Notes\n10117,"Example Street 5\n10115,Berlin"\n').rows
    assert row.problems == ()


def test_a_cell_of_a_csv_is_measured_as_excel_does_which_counts_an_emoji_twice(edits: Path) -> None:
    rows = read(edits, f"Customer ID,Message\n1,{'😀' * 16_384}\n2,{'😀' * 16_383}x\n").rows
    assert [row.problems for row in rows] == [(("cell_too_long", "32,768"),), ()]


@pytest.mark.parametrize("length", [32_768, 200_000])
def test_a_cell_longer_than_any_in_excel_makes_its_row_invalid_and_no_other(edits: Path, length: int) -> None:
    rows = read(edits, f"Customer ID,Name\n1,{'x' * length}\n2,b\n").rows
    assert [row.problems for row in rows] == [(("cell_too_long", f"{length:,}"),), ()]
    assert csv.field_size_limit() == 131_072


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a\r\n"])
def test_the_end_of_file_character_of_dos_is_not_a_row(edits: Path, end: str) -> None:
    assert cells(read(edits, f"Customer ID,Name\n1,a{end}")) == [("1", "a")]


def test_that_character_elsewhere_is_text(edits: Path) -> None:
    assert cells(read(edits, "Customer ID,Name\n1,a\x1a\n2,\x1ab\n")) == [("1", "a\x1a"), ("2", "\x1ab")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n , \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Customer ID,Name\n1,a\0b\n", "NUL"),
        ("Customer ID,Name\n1,a\n".encode("utf-16-le"), "UTF-16 without"),
        (codecs.BOM_UTF16_LE + b"C\0u", "names an encoding"),
        (codecs.BOM_UTF8 + b"Customer ID\n\xe9\n", "names an encoding"),
        ("Customer ID,Name\n1,é\n".encode() + "2,é\n".encode("cp1252"), "mixture: “é”"),
        ("Customer ID,Name\n1,é".encode() + ",é\n".encode("cp1252"), "mixture: “é”"),
        (b"Customer ID,Name\n1,\xe9 \x81\n", "neither"),
        (b"PK\x03\x04rest", "a workbook"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "old Excel format"),
        (b"<html><table><tr><td>Customer ID</td></tr></table>", "a web page"),
    ],
)
def test_a_file_that_cant_be_read_for_certain_is_refused(edits: Path, content: bytes, said: str) -> None:
    assert said in refusal(edits, content)


def test_capitals_before_a_closing_quote_are_no_mixture(edits: Path) -> None:
    assert cells(read(edits, "Customer ID,Name\n1,“CAFÉ”\n".encode("cp1252"))) == [("1", "“CAFÉ”")]


def test_titles_twins_and_a_missing_id_are_refused(edits: Path) -> None:
    assert "in row 3" in refusal(edits, "Edits, March\n\nCustomer ID;Name\n1;a\n")
    assert "columns A and C" in refusal(edits, "Customer ID,Name,CUSTOMER  ID\n1,a,2\n")
    assert "row 1 has the headers “Customer Id.” and “Name”." in refusal(edits, "Customer Id.,Name\n1,a\n")


@pytest.mark.parametrize("before", ["", "sep=,\n"])
@pytest.mark.parametrize("separator", ["|", "~"])
def test_a_separator_that_is_not_told_from_the_header_is_named_and_can_be_stated(
    edits: Path, separator: str, before: str
) -> None:
    records = "Customer ID,Name\n1,a\n".replace(",", separator)
    said = refusal(edits, before + records)
    assert f"The columns stand in one, separated by “{separator}”. Let the first line of the file be sep=" in said
    remedy = said.rpartition(" ")[2]
    assert cells(read(edits, f"{remedy}\n{records}")) == [("1", "a")]


def test_another_table_below_the_first_is_refused_and_the_same_headers_again_are_not(edits: Path) -> None:
    first = "Customer ID,Name,City\n1,a,b\n\n"
    for other in (
        "Customer ID,City,Name\n2,Bonn,c\n",
        "CUSTOMER  ID ,City,Name\n2,Bonn,c\n",
        "City,Customer ID,Name\n1,2,c\n",
        ",Customer ID,Name\n,2,c\n",
        "Customer ID,Zip,\n2,01234,\n",
    ):
        assert "row 4 has headers again, and not those of row 1" in refusal(edits, first + other)
    again = read(edits, f"{first}Customer ID,NAME,\n2,c,d\n3,Customer ID,e\n")
    assert cells(again) == [("1", "a", "b"), ("Customer ID", "NAME", ""), ("2", "c", "d"), ("3", "Customer ID", "e")]


def test_a_sheet_to_fix_is_read_though_it_says_of_a_row_that_it_repeats_the_headers(edits: Path) -> None:
    to_fix = "What is wrong,What to do,Customer ID,Name\nx,y,abc,a\nThe row repeats the headers.,z,Customer ID,Name\n"
    assert [row.cells[2] for row in read(edits, to_fix).rows] == ["abc", "Customer ID"]


def test_a_csv_has_no_sheet_to_ask_for(edits: Path) -> None:
    assert "no sheet “Customers”" in refusal(edits, "Customer ID\n1\n", sheet="Customers")
    assert cells(read(edits, "Customer ID\n1\n", mapped_sheet="Customers")) == [("1",)]


def test_more_columns_than_a_sheet_of_edits_has_are_refused(edits: Path) -> None:
    headers = ",".join(["Customer ID", *(f"c{number}" for number in range(500))])
    assert "500 columns" in refusal(edits, f"{headers}\n")
