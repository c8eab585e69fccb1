"""What a person should look at first: each kind of warning with its column, its rows and the first of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from sync.contract.mapping import Mapping
from sync.model import Cell, ExportMemory, Row, Sheet, SheetWarning
from sync.validation.validation import Validation
from tests.support.given import mapping_of, sheet_of

MAPPING = """\
id: Customer ID
columns:
  Customer Name: name
  Zip Code: zip_code
  City: city
  Notes: notes
  Email: email
  Parent ID: parent
ignore: [Comments]
"""


def warnings(sheet: Sheet, mapping: Mapping) -> dict[str, SheetWarning]:
    """The warnings by kind; there is at most one of each."""
    found = Validation(sheet, mapping).warnings
    assert len({warning.kind for warning in found}) == len(found)
    return {warning.kind: warning for warning in found}


def place(warning: SheetWarning) -> tuple[str, int, int]:
    return warning.column, warning.rows, warning.first_row


def remembering(sheet: Sheet, **texts: tuple[str, ...]) -> Sheet:
    """The sheet with a memory of these rows, `_7=("Acme",)`: the id's texts under the headers."""
    rows = {name.removeprefix("_"): of_row for name, of_row in texts.items()}
    return replace(sheet, memory=ExportMemory(sheet.headers[1:], (), rows))


def test_placeholders_in_a_text_field_are_named_with_the_clear_word(mapping: Mapping) -> None:
    rows = [["7", "N/A", ""], ["8", "Acme Ltd", "-"], ["9", "ditto", "See clause 4"]]
    found = Validation(sheet_of(["Customer ID", "Customer Name", "Notes"], *rows), mapping).warnings
    assert [(warning.kind, *place(warning)) for warning in found] == [
        ("placeholder_text", "Customer Name", 2, 2),
        ("placeholder_text", "Notes", 1, 3),
    ]
    assert "“N/A”, “ditto”" in found[0].message
    assert "<clear>" in found[0].message


def test_the_usual_clear_word_is_a_placeholder_where_the_mapping_has_another(tmp_path: Path) -> None:
    sheet = sheet_of(["ID", "Notes"], ["7", "<clear>"], ["8", "leer"])
    other = mapping_of("id: ID\ncolumns: {Notes: notes}\nclear: leer\n", tmp_path)
    assert place(warnings(sheet, other)["placeholder_text"]) == ("Notes", 1, 2)


def test_a_placeholder_that_the_mapping_translates_is_meant(tmp_path: Path) -> None:
    own = mapping_of('id: ID\ncolumns:\n  Notes: {field: notes, values: {n/a: "<clear>"}}\n', tmp_path)
    validation = Validation(sheet_of(["ID", "Notes"], ["7", "N/A"]), own)
    assert validation.warnings == ()
    (row,) = validation.rows()
    assert row.edit is not None
    assert list(row.edit.values.values()) == [None]


def test_number_cells_are_named_where_a_leading_zero_counts(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "Zip Code", "City"], ["7", "02134", "Boston"], ["8", "2134", "1234"])
    rows = [sheet.rows[0], sheet.rows[1]._replace(numbers=(0, 1, 2))]
    found = warnings(replace(sheet, rows=rows), mapping)
    assert {kind: place(warning) for kind, warning in found.items()} == {"number_in_text_column": ("Zip Code", 1, 3)}
    assert "2134" in found["number_in_text_column"].message
    assert "holds 1 value stored as a number" in found["number_in_text_column"].message


def test_a_nought_in_a_text_field_is_what_a_formula_makes_of_an_empty_cell(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "City"], ["7", "0"], ["8", "0"])
    found = warnings(replace(sheet, rows=[sheet.rows[0]._replace(numbers=(1,)), sheet.rows[1]]), mapping)
    assert place(found["placeholder_text"]) == ("City", 1, 2)


def test_a_hidden_column_that_is_mapped_and_filled_is_named(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "City", "Notes", "Comments"], ["7", "", "", "c"], ["8", "Bonn", "", "c"])
    found = warnings(replace(sheet, hidden_columns=frozenset({1, 2, 3})), mapping)
    assert {kind: place(warning) for kind, warning in found.items()} == {"hidden_column": ("City", 1, 3)}


def test_rows_that_are_struck_through_under_a_mapped_header_are_counted(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "City", "Comments"], *[[str(n), "Bonn", "x"] for n in range(7, 11)])
    struck = [(), (2,), (1,), (0,)]
    rows = [row._replace(struck_through=positions) for row, positions in zip(sheet.rows, struck, strict=True)]
    found = warnings(replace(sheet, rows=rows), mapping)
    assert {kind: place(warning) for kind, warning in found.items()} == {"struck_through": ("", 2, 4)}


def test_a_column_that_holds_data_and_is_not_mapped_is_named(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "Citty", "Comments", "Empty"], ["7", "", "x", ""], ["8", "Bonn", "", " "])
    found = warnings(sheet, mapping)
    assert {kind: place(warning) for kind, warning in found.items()} == {"unmapped_column": ("Citty", 1, 3)}
    assert "Did you mean “City”?" in found["unmapped_column"].message


def test_a_header_with_a_letter_that_only_looks_latin_is_told_from_the_right_one(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "C\u0456ty", "Comments"], ["7", "Bonn", ""])
    message = warnings(sheet, mapping)["unmapped_column"].message
    assert " Its “\u0456” (U+0456) is a Cyrillic letter, not a Latin one. Did you mean “City”?" in message


@pytest.mark.parametrize(
    ("headers", "header"),
    [(["City"], "Citty"), ([], "Sent at"), ([], "HTTP status"), ([], "Status"), ([], "Street 2")],
)
def test_a_header_is_suggested_only_where_one_is_missing_and_misspelt(
    tmp_path: Path, headers: list[str], header: str
) -> None:
    """Not one that the sheet has; and neither for a column of our own results nor for the name of another field."""
    mapping = mapping_of("id: Customer ID\ncolumns: {City: city, State: state, Street 1: address_street_1}", tmp_path)
    sheet = sheet_of(["Customer ID", *headers, header], ["7", *headers, "x"])
    assert "Did you mean" not in warnings(sheet, mapping)["unmapped_column"].message


def test_the_warnings_of_the_sheet_itself_are_among_them(mapping: Mapping) -> None:
    other = SheetWarning("other_sheets", "Two sheets have the id column.")
    sheet = replace(sheet_of(["Customer ID", "City"], ["7", "Bonn"]), warnings=(other,))
    assert Validation(sheet, mapping).warnings == (other,)


def test_hidden_rows_are_named_with_their_count_and_the_first_of_them(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "City"], ["7", "Bonn"], ["8", "Köln"], ["9", ""], ["10", "Ulm"])
    found = warnings(replace(sheet, hidden_rows=(3, 4, 5)), mapping)
    assert place(found["hidden_rows"]) == ("", 2, 3), "row 4 asks for nothing"
    assert "2 rows are hidden" in found["hidden_rows"].message


def test_what_is_accepted_is_no_warning(mapping: Mapping, tmp_path: Path) -> None:
    sheet = sheet_of(["Customer ID", "City", "Other"], ["7", "N/A", "x"])
    assert [w.kind for w in Validation(sheet, mapping).warnings] == ["unmapped_column", "placeholder_text"]
    assert [w.kind for w in Validation(sheet, mapping, ["unmapped_column"]).warnings] == ["placeholder_text"]
    own = mapping_of(MAPPING + "accept: [placeholder_text]\n", tmp_path)
    assert [w.kind for w in Validation(sheet, own).warnings] == ["unmapped_column"]


# --- names ---


def test_names_that_slipped_by_a_row_are_noticed(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "Customer Name"], ["7", "Brown Ltd"], ["8", "New Name"], ["9", "Green Ltd"])
    sheet = remembering(sheet, _7=("Acme Ltd",), _8=("Brown Ltd",), _9=("Green Ltd",))
    found = warnings(sheet, mapping)["name_of_another"]
    assert place(found) == ("Customer Name", 1, 2)
    assert "“Brown Ltd”" in found.message


def test_two_records_of_one_name_are_no_warning(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "Customer Name"], ["7", "ACME LTD"], ["8", "Acme Ltd"])
    assert warnings(remembering(sheet, _7=("Acme Ltd",), _8=("Acme Ltd",)), mapping) == {}


# --- what nobody touched is no matter ---


def test_cells_as_they_were_exported_raise_no_warning(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "Zip Code", "City", "Notes"], ["7", "2134", "N/A", "x"])
    row = sheet.rows[0]._replace(numbers=(1,), struck_through=(2,))
    sheet = replace(sheet, rows=[row], hidden_columns=frozenset({3}), hidden_rows=(2,))
    assert set(warnings(sheet, mapping)) == {
        "number_in_text_column",
        "placeholder_text",
        "struck_through",
        "hidden_column",
        "hidden_rows",
    }
    assert warnings(remembering(sheet, _7=("2134", "N/A", "x")), mapping) == {}


# --- totals rows, and the rows that are read ---


@pytest.mark.parametrize("cells", [["Total", "1 row"], ["Summe:", ""], ["", "2"], ["", "1,234.50 €"], ["", "Total 2"]])
def test_a_totals_row_at_the_end_is_named_as_such(cells: list[str], mapping: Mapping) -> None:
    first, last = Validation(sheet_of(["Customer ID", "City"], ["7", "Bonn"], cells), mapping).rows()
    assert first.edit is not None
    assert [problem.kind for problem in last.problems] == ["totals_row"]


@pytest.mark.parametrize("count", [3, 20_000])  # one batch, and more
def test_a_last_row_that_counts_the_ids_and_says_total_is_not_sent(count: int, mapping: Mapping) -> None:
    rows = [[str(id_), "Bonn"] for id_ in range(100_001, 100_001 + count)]
    validation = Validation(sheet_of(["Customer ID", "City"], *rows, [str(count), "Total"]), mapping)
    *others, last = validation.rows()
    assert all(row.edit for row in others)
    assert (last.edit, [problem.kind for problem in last.problems]) == (None, ["totals_row"])
    assert ([problem.kind for problem in validation.problems()], validation.invalid) == (["totals_row"], 1)


@pytest.mark.parametrize("city", ["Total Wines Example", "Bonn"])
def test_a_last_row_whose_id_is_the_number_of_rows_above_may_be_a_customer(city: str, mapping: Mapping) -> None:
    *_, last = Validation(sheet_of(["Customer ID", "City"], ["7", "Bonn"], ["1", city]), mapping).rows()
    assert last.edit is not None


def test_what_else_stands_in_the_totals_row_of_a_table_is_not_judged(mapping: Mapping) -> None:
    sheet = sheet_of(["Customer ID", "City", "Email"], ["7", "Bonn", ""], ["2", "", "2"])
    sheet = replace(sheet, rows=[sheet.rows[0], sheet.rows[1]._replace(problems=(("totals_row", ""),))])
    first, last = Validation(sheet, mapping).rows()
    assert first.edit is not None
    assert [str(problem) for problem in last.problems] == [
        "row 3: this looks like a totals row, not like a customer. Delete the row. If it is a customer, type its id as "
        "a number, and move the row away from the end."
    ]


def test_headers_between_rows_are_named_as_such(mapping: Mapping) -> None:
    rows = ["7", "Bonn"], ["CUSTOMER ID", "City"], ["8", "Jena"]
    _, again, last = Validation(sheet_of(["Customer ID", "City"], *rows), mapping).rows()
    assert [problem.kind for problem in again.problems] == ["headers_again"]
    assert last.edit is not None


def test_a_word_for_a_total_in_the_place_of_an_id_is_named_as_such_wherever_it_stands(mapping: Mapping) -> None:
    rows = ["7", "Bonn"], ["Subtotal", "1"], ["8", "Jena"], ["Total:", ""], ["", "checked"]
    _, subtotal, _, total, _ = Validation(sheet_of(["Customer ID", "City"], *rows), mapping).rows()
    for row in subtotal, total:
        assert [(problem.column, problem.kind) for problem in row.problems] == [("Customer ID", "totals_row")]


@pytest.mark.parametrize(("cells", "kind"), [(["", "Bonn"], "no_id"), (["Totally", "Bonn"], "bad_id")])
def test_another_last_row_without_an_id_is_not(cells: list[str], kind: str, mapping: Mapping) -> None:
    *_, last = Validation(sheet_of(["Customer ID", "City"], ["7", "Bonn"], cells), mapping).rows()
    assert [problem.kind for problem in last.problems] == [kind]


def test_a_column_called_like_our_advice_is_not_ignored_where_it_is_mapped(tmp_path: Path) -> None:
    own = mapping_of("id: ID\ncolumns: {What to do: notes}\n", tmp_path)
    (row,) = Validation(sheet_of(["ID", "What to do", "What is wrong"], ["", "call them", ""]), own).rows()
    assert [problem.kind for problem in row.problems] == ["no_id"]
    assert list(Validation(sheet_of(["ID", "What to do", "What is wrong"], ["", "", "x"]), own).rows()) == []


def test_a_faulty_cell_beyond_the_headers_leaves_it_at_the_problem_of_its_row(tmp_path: Path) -> None:
    own = mapping_of("id: ID\ncolumns: {City: city}\n", tmp_path)
    row = Row(2, ("7", "Bonn", "#N/A"), {2: Cell(kind="error_cell", detail="#N/A")}, (("ragged", "3 cells"),))
    (read,) = Validation(Sheet(Path("x.csv"), "", ("ID", "City"), 1, [row]), own).rows()
    assert [problem.kind for problem in read.problems] == ["ragged"]


@pytest.mark.parametrize("kind", ["long_number", "merged"])
@pytest.mark.parametrize("use", ["columns: {VAT: vat_number}", "columns: {City: city}\nverify: {VAT: vat_number}"])
def test_a_tax_number_that_cannot_be_read_is_marked_as_not_to_be_printed(tmp_path: Path, use: str, kind: str) -> None:
    own = mapping_of(f"id: ID\n{use}\n", tmp_path)
    cell = Cell(kind=kind, detail="12345678901234567")
    row = Row(2, ("7", "12345678901234567"), {1: cell})
    (found,) = Validation(Sheet(Path("x.xlsx"), "", ("ID", "VAT"), 1, [row]), own).rows()
    assert "12345678901234567" in found.problems[0].sensitive


def test_the_merged_cells_are_named_where_their_tax_number_is_not_printed(tmp_path: Path) -> None:
    own = mapping_of("id: ID\ncolumns: {VAT: vat_number}\n", tmp_path)
    row = Row(2, ("7", "12345678901234567"), {1: Cell(kind="merged", detail="B2:B3")})
    (found,) = Validation(Sheet(Path("x.xlsx"), "", ("ID", "VAT"), 1, [row]), own).rows()
    assert found.problems[0].sensitive == ("12345678901234567",)


def test_a_tax_number_that_tells_the_record_is_marked_as_not_to_be_printed_whatever_is_wrong_with_it(
    tmp_path: Path,
) -> None:
    own = mapping_of("id: {column: VAT, match: vat_number}\ncolumns: {City: city}\n", tmp_path)
    unreadable = Row(2, ("12345678901234567", "Bonn"), {0: Cell(kind="long_number", detail="12345678901234567")})
    twice = [Row(number, ("EU 555 1", city), {}) for number, city in ((3, "Bonn"), (4, "Jena"))]
    found = Validation(Sheet(Path("x.xlsx"), "", ("VAT", "City"), 1, [unreadable, *twice]), own).problems()
    assert [(each.kind, each.value in each.sensitive) for each in found] == [
        ("long_number", True),
        ("duplicate_id", True),
        ("duplicate_id", True),
    ]
