"""From a sheet to edits and problems: every row comes out once, and what it asks for is what a person sees."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pandera.pandas as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as generated
from hypothesis import strategies as st

from sync.contract.mapping import Mapping as MappingFile
from sync.model import Cell, Problem, Sheet
from sync.text import normal
from sync.validation import columns, schema
from sync.validation.validated import ValidatedRow
from sync.validation.validation import Validation
from tests.support.given import mapping_of, sheet_of

MAPPING = """\
id: Customer ID
columns:
  Customer Name: name
  Payment Terms: {field: terms, values: {"30 days": net_30, none: "<clear>"}}
  Status: status
  Email: email
  Zip Code: zip_code
  VAT Number: vat_number
  Is 1099: {field: is_1099, values: {ja: "yes", nein: "no"}}
  Auto Bill: use_stripe_auto_bill
  Parent ID: {field: parent, values: {Example Widgets Ltd: 12}}
  Notes: {field: notes, blank: clear}
  Message: {field: invoice_message, values: {usual: Thank you., nothing: "<clear>"}}
  Contact Email: contacts[1].email
ignore: [Comments]
"""


def checked(sheet: Sheet, mapping: MappingFile) -> list[ValidatedRow]:
    return list(Validation(sheet, mapping).rows())


def one_cell(header: str, text: str, mapping: MappingFile, cell: Cell | None = None) -> ValidatedRow:
    """What comes of customer 7 with this text under this header."""
    cell_meta = {(2, header): cell} if cell else {}
    found = checked(sheet_of(["Customer ID", header], ["7", text], cell_meta=cell_meta), mapping)
    assert len(found) == 1
    return found[0]


def asked(header: str, text: str, mapping: MappingFile, cell: Cell | None = None) -> dict[str, Any]:
    """What the cell asks for, by target; it has no problem."""
    row = one_cell(header, text, mapping, cell)
    assert row.problems == ()
    assert row.edit is not None
    return {str(target): value for target, value in row.edit.values.items()}


def problem_of(header: str, text: str, mapping: MappingFile, cell: Cell | None = None) -> Problem:
    """The cell's one problem; its row asks for nothing."""
    row = one_cell(header, text, mapping, cell)
    assert row.edit is None
    assert len(row.problems) == 1, row.problems
    return row.problems[0]


def ids(*texts: str, mapping: MappingFile, cell_meta: dict[tuple[int, str], Cell] | None = None) -> list[ValidatedRow]:
    """What comes of rows with these ids and a name each, from row 2 on."""
    rows = [[text, f"Example {number} Ltd"] for number, text in enumerate(texts)]
    return checked(sheet_of(["Customer ID", "Customer Name"], *rows, cell_meta=cell_meta), mapping)


# --- what a cell asks for ---


def test_an_empty_cell_asks_for_nothing(mapping: MappingFile) -> None:
    for text in ("", " ", "\u00a0", "\u200b\n"):
        assert asked("Zip Code", text, mapping) == {}


def test_an_empty_cell_clears_where_its_column_says_so(mapping: MappingFile) -> None:
    for text in ("", " ", "\u00a0"):
        assert asked("Notes", text, mapping) == {"notes": None}


@pytest.mark.parametrize("word", ["<clear>", "<CLEAR>", " <Clear> ", "\u00a0<clear>"])
def test_the_clear_word_empties_in_any_case(word: str, mapping: MappingFile) -> None:
    assert asked("Zip Code", word, mapping) == {"zip_code": None}
    assert asked("Payment Terms", word, mapping) == {"terms": None}
    assert asked("Auto Bill", word, mapping) == {"use_stripe_auto_bill": None}
    assert asked("Parent ID", word, mapping) == {"parent": None}
    assert asked("Contact Email", word, mapping) == {"contacts[1].email": None}


@pytest.mark.parametrize("header", ["Status", "Is 1099"])
def test_a_field_that_cant_be_emptied_is_not_cleared(header: str, mapping: MappingFile) -> None:
    assert problem_of(header, "<clear>", mapping).kind == "not_nullable"


def test_the_mapping_file_can_have_a_clear_word_of_its_own(tmp_path: Path) -> None:
    own = mapping_of("id: Customer ID\ncolumns: {Zip Code: zip_code}\nclear: (leeg)\n", tmp_path)
    assert asked("Zip Code", "(LEEG)", own) == {"zip_code": None}
    assert asked("Zip Code", "<clear>", own) == {"zip_code": "<clear>"}


@pytest.mark.parametrize(
    ("header", "text", "value"),
    [
        ("Payment Terms", "30 days", "net_30"),
        ("Payment Terms", "30  DAYS ", "net_30"),
        ("Payment Terms", "None", None),
        ("Payment Terms", "Net 45", "net_45"),
        ("Is 1099", "JA", True),
        ("Is 1099", "nein", False),
        ("Is 1099", "y", True),
        ("Parent ID", "example widgets ltd", 12),
        ("Parent ID", "13", 13),
        ("Message", "Usual", "Thank you."),
        ("Message", "nothing", None),
        ("Message", "unusual", "unusual"),
    ],
)
def test_the_mapping_files_spellings_stand_beside_the_fields_own(
    header: str, text: str, value: object, mapping: MappingFile
) -> None:
    assert list(asked(header, text, mapping).values()) == [value]


@pytest.mark.parametrize("text", ["NA", "None", "null", "NULL", "nan", "NaN", "TRUE", "FALSE", "N/A", "inf", "0"])
def test_a_word_that_pandas_takes_for_something_is_that_text(text: str, mapping: MappingFile) -> None:
    rows = [["7", text], ["8", ""], ["9", "x"]]
    found = checked(sheet_of(["Customer ID", "Customer Name"], *rows), mapping)
    edits = [row.edit for row in found]
    assert all(edits)
    assert [list(edit.values.values()) for edit in edits if edit] == [[text], [], ["x"]]


@pytest.mark.parametrize("header", ["Customer Name", "Zip Code", "Message"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@generated(text=st.text(min_size=1, max_size=260))
def test_any_text_goes_through_unchanged_or_is_a_problem(header: str, text: str, mapping: MappingFile) -> None:
    row = one_cell(header, text, mapping)
    if row.edit is None:
        assert row.problems
    elif normal(text) and normal(text).casefold() not in ("<clear>", "usual", "nothing"):
        assert list(row.edit.values.values()) == [normal(text)]


def test_a_texts_length_is_counted_as_it_is_sent(mapping: MappingFile) -> None:
    two_parts = "e\u0301" * 250  # 500 code points, 250 when they are sent
    assert asked("Customer Name", f"  {two_parts}\u00a0", mapping) == {"name": "é" * 250}
    found = problem_of("Customer Name", f" {'x' * 251} ", mapping)
    assert found.kind == "too_long"
    assert "251 characters" in found.problem


def test_a_number_cell_is_for_a_text_what_it_shows(mapping: MappingFile) -> None:
    assert asked("Zip Code", "02134", mapping, Cell("2134", "00000")) == {"zip_code": "02134"}


def test_a_number_cell_is_for_a_whole_number_what_it_holds(mapping: MappingFile) -> None:
    assert asked("Parent ID", "1,234", mapping, Cell("1234", "#,##0")) == {"parent": 1234}
    assert asked("Parent ID", "$1,234.00", mapping, Cell("1234", "$#,##0.00")) == {"parent": 1234}
    assert asked("Parent ID", "1,234 EUR", mapping, Cell("1234", "#,##0 [$EUR]")) == {"parent": 1234}
    assert problem_of("Parent ID", "500%", mapping, Cell("5", "0%")).kind == "shows_more_than_its_number"
    assert problem_of("Parent ID", "$1,234", mapping).kind == "not_a_whole_number"
    assert problem_of("Parent ID", "2", mapping, Cell("1.5", "0")).kind == "shows_more_than_its_number"
    assert problem_of("Parent ID", "1.5", mapping, Cell("1.5", "0.0")).kind == "not_a_whole_number"
    date = Cell("46115", "yyyy-mm-dd", is_date=True)
    assert problem_of("Parent ID", "2026-04-03", mapping, date).kind == "date_for_a_number"


# --- what is wrong with a cell ---


@pytest.mark.parametrize(
    ("header", "text", "kind"),
    [
        ("Payment Terms", "Net 37", "not_a_choice"),
        ("Status", "Dormant", "not_a_choice"),
        ("Email", "nobody", "not_an_email"),
        ("Contact Email", "a@b", "not_an_email"),
        ("Is 1099", "perhaps", "not_yes_or_no"),
        ("Auto Bill", "2", "not_yes_or_no"),
        ("Parent ID", "1,234", "separators"),
        ("Parent ID", "1.000", "separators"),
        ("Parent ID", "1.00", "separators"),
        ("Parent ID", "1 234", "separators"),
        ("Parent ID", "1'234", "separators"),
        ("Parent ID", "#12", "not_a_whole_number"),
        ("Parent ID", "N/A", "placeholder"),
        ("Email", "n/a", "placeholder"),
        ("Email", "a@example.com; b@example.com", "several_emails"),
        ("Payment Terms", "-", "placeholder"),
        ("Parent ID", "1E3", "not_a_whole_number"),
        ("Zip Code", "1E5", "e_notation"),
        ("VAT Number", "4.99E+11", "e_notation"),
        ("Notes", "a\x07b", "invisible_character"),
        ("Customer Name", "x" * 251, "too_long"),
        ("Message", "x" * 32_768, "longer_than_a_cell"),
    ],
)
def test_a_problem_has_row_column_value_and_a_way_to_mend_it(
    header: str, text: str, kind: str, mapping: MappingFile
) -> None:
    found = problem_of(header, f" {text} ", mapping)
    assert (found.row, found.column, found.value, found.kind) == (2, header, text, kind)
    assert found.remedy


def test_all_that_is_wrong_with_a_cell_is_said(mapping: MappingFile) -> None:
    row = one_cell("Email", "x" * 251, mapping)
    assert {found.kind for found in row.problems} == {"too_long", "not_an_email"}


def test_all_that_is_wrong_with_a_row_is_said(mapping: MappingFile) -> None:
    sheet = sheet_of(["Customer ID", "Email", "Status", "Zip Code"], ["#7", "x", "?", "02134"])
    (row,) = checked(sheet, mapping)
    assert {(found.column, found.kind) for found in row.problems} == {
        ("Customer ID", "bad_id"),
        ("Email", "not_an_email"),
        ("Status", "placeholder"),
    }
    assert row.edit is None


@pytest.mark.parametrize("kind", ["formula_without_result", "error_cell", "merged", "long_number", "unknown_format"])
def test_a_cell_that_cant_be_read_for_certain_is_a_problem(kind: str, mapping: MappingFile) -> None:
    found = problem_of("Zip Code", "", mapping, Cell(kind=kind, detail="#N/A"))
    assert (found.kind, found.column) == (kind, "Zip Code")


@pytest.mark.parametrize("kind", ["formula_without_result", "error_cell", "merged", "long_number"])
def test_an_id_that_cant_be_read_for_certain_is_a_problem(kind: str, mapping: MappingFile) -> None:
    (row,) = ids("7", mapping=mapping, cell_meta={(2, "Customer ID"): Cell(kind=kind, detail="A2:A3")})
    assert [found.kind for found in row.problems] == [kind]
    assert row.edit is None


def test_a_cell_in_a_column_that_is_not_mapped_is_no_matter_unless_it_is_merged(mapping: MappingFile) -> None:
    headers = ["Customer ID", "Checked by", "Comments"]
    error = {(2, "Checked by"): Cell(kind="error_cell", detail="#N/A")}
    assert checked(sheet_of(headers, ["7", "#N/A", ""], cell_meta=error), mapping)[0].problems == ()
    merged = {(2, "Checked by"): Cell(kind="merged", detail="B2:B3")}
    (row,) = checked(sheet_of(headers, ["7", "x", ""], cell_meta=merged), mapping)
    assert [(found.kind, found.column) for found in row.problems] == [("merged", "Checked by")]
    ignored = {(2, "Comments"): Cell(kind="merged", detail="C2:C3")}
    assert checked(sheet_of(headers, ["7", "", "x"], cell_meta=ignored), mapping)[0].problems == ()


def test_a_row_that_cant_be_read_as_a_whole_is_invalid(mapping: MappingFile) -> None:
    ragged = {2: (("ragged", "3 cells, and the header has 2"),)}
    (row,) = checked(sheet_of(["Customer ID", "Zip Code"], ["7", "02134"], problems=ragged), mapping)
    assert row.edit is None
    assert str(row.problems[0]).startswith("row 2: the row has 3 cells, and the header has 2.")


def test_a_tax_number_is_marked_as_not_to_be_printed(mapping: MappingFile) -> None:
    assert problem_of("VAT Number", "4.99E+11", mapping).sensitive == ("4.99E+11",)
    assert problem_of("Zip Code", "4.99E+11", mapping).sensitive == ()


# --- ids ---


@pytest.mark.parametrize("text", ["123", "123.0", "123 ", "\u00a0123", "0123"])
def test_a_whole_number_is_an_id_however_it_is_written(text: str, mapping: MappingFile) -> None:
    (row,) = ids(text, mapping=mapping)
    assert row.edit is not None
    assert row.edit.record_id == row.record_id == 123


@pytest.mark.parametrize(
    ("shown", "number", "code"),
    [
        ("1,234", "1234", "#,##0"),
        ("1,234.00", "1234", "#,##0.00"),
        ("1 234", "1234", "# ##0"),
        ("1234.00", "1234", "0.00"),
        ("01234", "1234", "00000"),
        ("1'234", "1234", "#'##0"),
    ],
)
def test_a_number_cell_is_an_id_with_its_separators(shown: str, number: str, code: str, mapping: MappingFile) -> None:
    (row,) = ids(shown, mapping=mapping, cell_meta={(2, "Customer ID"): Cell(number, code)})
    assert row.record_id == 1234
    assert row.problems == ()


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("C-00115", "115"),
        ("115 %", "1.15"),
        ("1,235", "1234.6"),
        ("12", "12.4"),
        ("9115", "115"),
        ("2020-01-01", "43831"),
    ],
)
def test_a_number_cell_that_shows_something_else_is_no_id(shown: str, number: str, mapping: MappingFile) -> None:
    (row,) = ids(shown, mapping=mapping, cell_meta={(2, "Customer ID"): Cell(number, "")})
    assert [found.kind for found in row.problems] == ["shows_more_than_its_number"]


def test_a_date_is_no_id(mapping: MappingFile) -> None:
    date = Cell("43831", "yyyy-mm-dd", is_date=True)
    (row,) = ids("2020-01-01", mapping=mapping, cell_meta={(2, "Customer ID"): date})
    assert [found.kind for found in row.problems] == ["date_for_a_number"]


@pytest.mark.parametrize(
    "text", ["1,234", "1.234", "1.000", "1 234", "1'234", "1’234", "1\u202f234", "1.00", "1,234,567"]
)
def test_an_id_with_separators_is_a_problem(text: str, mapping: MappingFile) -> None:
    (row,) = ids(text, mapping=mapping)
    assert [(found.kind, found.value) for found in row.problems] == [("separators", text)]
    assert row.record_id is None


@pytest.mark.parametrize("text", ["1E3", "#12", "0", "-5", "１２３", "1_001", "12.5", "C-00115", "12 13", "None"])
def test_a_text_that_is_no_id_is_a_problem(text: str, mapping: MappingFile) -> None:
    (row,) = ids(text, mapping=mapping)
    assert [(found.kind, found.column, found.value) for found in row.problems] == [("bad_id", "Customer ID", text)]
    assert row.record_id is None
    assert row.edit is None


@pytest.mark.parametrize("text", [str(2**63), "9" * 20, "9" * 5000])
def test_a_number_that_no_id_reaches_is_said_to_be_too_large(text: str, mapping: MappingFile) -> None:
    (row,) = ids(text, mapping=mapping)
    assert [found.problem for found in row.problems] == [f"“{text}” is not a customer id; no id is that large."]
    assert row.record_id is None


@pytest.mark.parametrize("text", ["0" * 30, "１" * 20])
def test_a_text_of_many_digits_that_is_no_large_number_is_not_said_to_be_too_large(
    text: str, mapping: MappingFile
) -> None:
    (row,) = ids(text, mapping=mapping)
    assert [found.kind for found in row.problems] == ["bad_id"]


def test_a_row_with_data_and_no_id_is_invalid(mapping: MappingFile) -> None:
    (row,) = ids(" ", mapping=mapping)
    assert [found.kind for found in row.problems] == ["no_id"]


def test_rows_of_one_customer_name_each_other_and_none_of_them_counts(mapping: MappingFile) -> None:
    found = ids("7", "8", "007", "7.0", mapping=mapping)
    said = {row.row.number: [problem.problem for problem in row.problems] for row in found}
    assert said[3] == []
    assert said[2] == [
        "customer 7 is also in rows 4 and 5, so it is not clear which row counts; the rows differ in Customer Name "
        "(“Example 0 Ltd” here, “Example 2 Ltd” in row 4, “Example 3 Ltd” in row 5)."
    ]
    assert said[4][0].startswith("customer 7 is also in rows 2 and 5, so it is not clear which row counts; ")
    assert [row.edit is None for row in found] == [True, False, True, True]


def test_rows_of_one_customer_say_in_which_columns_they_differ(mapping: MappingFile) -> None:
    headers = ["Customer ID", "Customer Name", "Email", "Zip\nCode", "VAT Number", "Comments"]
    here = ["7", "Example Ltd", "", "02134", "DE999999999", "ignored"]
    there = ["7", "Example Ltd ", "a@example.com", "02139 " + 50 * "x", "DE888888888", "another"]
    first, second, _ = checked(sheet_of(headers, here, there, ["7", *here[1:]]), mapping)
    assert [row.problems[0].problem.partition("counts; ")[2] for row in (first, second)] == [
        f"the rows differ in Email (empty here, “a@example.com” in row 3, empty in row 4), Zip Code (“02134” here, "
        f"“02139 {34 * 'x'}…” in row 3, “02134” in row 4) and VAT Number (not shown here).",
        f"the rows differ in Email (“a@example.com” here, empty in rows 2 and 4), Zip Code (“02139 {34 * 'x'}…” here, "
        "“02134” in rows 2 and 4) and VAT Number (not shown here).",
    ]
    alike = checked(sheet_of(headers, here, here), mapping)
    assert {row.problems[0].problem.partition("counts; ")[2] for row in alike} == {"the rows hold the same values."}


@pytest.mark.parametrize("notes", [("first\nsecond", "first second"), ("x" * 50 + "1", "x" * 50 + "2")])
def test_texts_that_would_look_the_same_in_a_message_are_not_shown_to_differ(
    notes: tuple[str, str], mapping: MappingFile
) -> None:
    found = checked(sheet_of(["Customer ID", "Notes"], *(["7", text] for text in notes)), mapping)
    assert {row.problems[0].problem.partition("counts; ")[2] for row in found} == {"the rows differ in Notes."}


def test_a_row_with_another_problem_still_makes_its_customer_a_duplicate(mapping: MappingFile) -> None:
    sheet = sheet_of(["Customer ID", "Email"], ["7", "nobody"], ["7", "a@example.com"])
    assert [[found.kind for found in row.problems] for row in checked(sheet, mapping)] == [
        ["duplicate_id", "not_an_email"],
        ["duplicate_id"],
    ]


def test_of_very_many_rows_of_one_customer_the_first_ten_are_named(mapping: MappingFile) -> None:
    found = ids(*["7"] * 13, mapping=mapping)
    assert "in rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more, so" in found[0].problems[0].problem


# --- rows ---


def test_rows_in_which_nothing_is_filled_in_that_counts_are_passed_over(mapping: MappingFile) -> None:
    rows = [["7", "x", ""], ["", "", "a comment"], ["", " ", ""], ["8", "", ""], ["", "y", "a comment"]]
    found = checked(sheet_of(["Customer ID", "Customer Name", "Comments"], *rows), mapping)
    assert [row.row.number for row in found] == [2, 5, 6]
    assert [bool(row.edit) for row in found] == [True, True, False]


def test_a_cell_that_cant_be_read_fills_its_row(mapping: MappingFile) -> None:
    cell_meta = {(2, "Zip Code"): Cell(kind="formula_without_result")}
    (row,) = checked(sheet_of(["Customer ID", "Zip Code"], ["", ""], cell_meta=cell_meta), mapping)
    assert {found.kind for found in row.problems} == {"no_id", "formula_without_result"}


def test_a_row_that_names_a_customer_and_nothing_else_asks_for_nothing(mapping: MappingFile) -> None:
    (row,) = checked(sheet_of(["Customer ID"], ["7"]), mapping)
    assert row.edit is not None
    assert dict(row.edit.values) == {}


def test_a_header_without_rows_comes_to_nothing(mapping: MappingFile) -> None:
    validation = Validation(sheet_of(["Customer ID", "Email", "Status"]), mapping)
    assert list(validation.rows()) == []
    assert (validation.count, validation.invalid, list(validation.problems())) == (0, 0, [])


CELLS = st.sampled_from(["", " ", "x", "7", "Net 30", "nobody", "yes", "<clear>", "1E3", "a\x07", "x" * 251, "NA"])
IDS = st.sampled_from(["", "1", "2", "3", "03", "#4", "5.0", "0", "6"])
HEADERS = [
    "Customer ID",
    "Customer Name",
    "Payment Terms",
    "Email",
    "Is 1099",
    "Parent ID",
    "Notes",
    "Other",
    "Comments",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@generated(rows=st.lists(st.tuples(IDS, *[CELLS] * (len(HEADERS) - 1)), max_size=12))
def test_every_row_that_is_filled_in_comes_out_once_valid_or_invalid(
    rows: list[tuple[str, ...]], mapping: MappingFile
) -> None:
    filled = [n for n, row in enumerate(rows, start=2) if any(normal(text) for text in row[:-1])]
    validation = Validation(sheet_of(HEADERS, *rows), mapping)
    found = list(validation.rows())
    assert [row.row.number for row in found] == filled
    assert validation.count == len(found)
    assert validation.invalid == sum(row.edit is None for row in found)
    assert list(validation.problems()) == [problem for row in found for problem in row.problems]
    assert all((row.edit is None) == bool(row.problems) for row in found)  # valid + invalid = read
    customers = Counter(row.edit.record_id for row in found if row.edit)
    assert all(times == 1 for times in customers.values())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@generated(rows=st.lists(st.tuples(*[CELLS] * 5), min_size=1, max_size=8))
def test_a_row_is_judged_as_if_it_were_alone(rows: list[tuple[str, ...]], mapping: MappingFile) -> None:
    headers = ["Customer ID", "Customer Name", "Payment Terms", "Email", "Is 1099", "Parent ID"]
    together = checked(sheet_of(headers, *[[str(n), *row] for n, row in enumerate(rows, start=100)]), mapping)
    for n, (row, result) in enumerate(zip(rows, together, strict=True), start=100):
        (alone,) = checked(sheet_of(headers, [str(n), *row]), mapping)
        assert [found.kind for found in alone.problems] == [found.kind for found in result.problems]
        assert (alone.edit and dict(alone.edit.values)) == (result.edit and dict(result.edit.values))


# --- pandera's word is not the only one ---


def test_what_pandera_leaves_out_is_a_problem_all_the_same(
    mapping: MappingFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "schema", lambda bound: pa.DataFrameSchema({}))  # a schema that reports nothing
    rows = [["7", "nobody", "Net 37"], ["8", "a@example.com", "Net 30"]]
    found = checked(sheet_of(["Customer ID", "Email", "Payment Terms"], *rows), mapping)
    assert [{problem.kind for problem in row.problems} for row in found] == [{"not_an_email", "not_a_choice"}, set()]
    assert found[0].edit is None


def test_what_pandera_alone_finds_is_a_problem_too(mapping: MappingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    never = pa.Check(lambda texts: texts.isna(), name="not_a_choice")
    monkeypatch.setattr(
        schema,
        "schema",
        lambda readings: pa.DataFrameSchema({str(n): pa.Column(object, never) for n in range(len(readings))}),
    )
    assert problem_of("Zip Code", "02134", mapping).kind == "not_a_choice"


def test_pandera_is_asked_every_rule_of_every_row(mapping: MappingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "faults", lambda about, text: ())  # the reading of the cells finds nothing
    rows = [[str(n), "nobody" if n % 3 else "a@example.com", "1E5" if n % 2 else "02134"] for n in range(100, 160)]
    found = checked(sheet_of(["Customer ID", "Email", "Zip Code"], *rows), mapping)
    for row, (_, email, code) in zip(found, rows, strict=True):
        wrong = {"not_an_email": email == "nobody", "e_notation": code == "1E5"}
        assert {problem.kind for problem in row.problems} == {kind for kind, is_so in wrong.items() if is_so}


# --- columns ---


def test_headers_match_whatever_their_case_blanks_and_line_breaks(mapping: MappingFile) -> None:
    sheet = sheet_of([" customer\u00a0id", "PAYMENT\nTERMS", "Zip  Code "], ["7", "Net 30", "02134"])
    validation = Validation(sheet, mapping)
    (row,) = validation.rows()
    assert row.edit is not None
    assert {str(target): value for target, value in row.edit.values.items()} == {"terms": "net_30", "zip_code": "02134"}
    assert validation.names == {"terms": "PAYMENT\nTERMS", "zip_code": "Zip  Code ", "id": " customer\u00a0id"}
    assert validation.unmapped == ()


def test_a_column_that_is_not_mapped_is_named_with_the_nearest_that_is(mapping: MappingFile) -> None:
    validation = Validation(sheet_of(["Customer ID", "Payment Term", "Comments", "Qqqq"], ["7", "x", "", ""]), mapping)
    assert validation.unmapped == ("Payment Term", "Qqqq")
    (near,) = validation.warnings
    assert near.message.startswith(
        "the column “Payment Term” is not mapped, so nothing in it is sent. Did you mean “Payment Terms”? Give it"
    )
    assert (near.kind, near.column, near.rows, near.first_row) == ("unmapped_column", "Payment Term", 1, 2)


def test_a_column_that_is_not_mapped_and_empty_is_no_warning(mapping: MappingFile) -> None:
    assert Validation(sheet_of(["Customer ID", "Qqqq"], ["7", " "]), mapping).warnings == ()


def test_totals_of_an_export_are_read_only_and_no_warning(mapping: MappingFile) -> None:
    validation = Validation(sheet_of(["Customer ID", "Total revenue"], ["7", "1.00"]), mapping)
    assert (validation.warnings, validation.read_only) == ((), ("Total revenue",))


def test_a_mapped_column_that_the_sheet_does_not_have_is_named(mapping: MappingFile) -> None:
    headers = [column.header for column in mapping.columns if column.header not in ("Email", "Status")]
    validation = Validation(sheet_of(["Customer ID", *headers]), mapping)
    assert validation.missing == ("Status", "Email")


def test_a_sheet_with_all_mapped_columns_has_no_warning(mapping: MappingFile) -> None:
    headers = [column.header for column in mapping.columns]
    assert Validation(sheet_of(["Customer ID", "Comments", *headers]), mapping).warnings == ()


def test_data_under_an_empty_header_is_in_no_ones_way(mapping: MappingFile) -> None:
    found = checked(sheet_of(["Customer ID", "", "Zip Code", ""], ["7", "stray", "02134", "stray"]), mapping)
    assert found[0].edit is not None
    assert list(found[0].edit.values.values()) == ["02134"]


def calls_for(rows: int, mapping: MappingFile) -> int:
    """How many calls of functions it takes to read a sheet of so many rows."""
    cells = [[str(n), f"Example {n} Ltd", "Net 30", "02134"] for n in range(1, rows + 1)]
    sheet = sheet_of(["Customer ID", "Customer Name", "Payment Terms", "Zip Code"], *cells)
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        assert sum(1 for _ in Validation(sheet, mapping).rows()) == rows
    finally:
        sys.setprofile(None)
    return calls


def test_twice_the_rows_are_at_most_twice_the_work(mapping: MappingFile) -> None:
    calls_for(10, mapping)  # what is imported and kept at first
    assert calls_for(1000, mapping) < 2.2 * calls_for(500, mapping)


def test_a_whole_number_that_verifies_is_digits_however_it_is_shown(tmp_path: Path) -> None:
    verifying = mapping_of(
        "id: Customer ID\ncolumns: {Notes: notes}\nverify: {Tenant: customer, Zip: zip_code}\n", tmp_path
    )
    shown = {
        "1,042": Cell("1042", "#,##0"),
        "1042.0": None,
        "1042": None,
        "1.042": None,
        "104200%": Cell("1042", "0%"),
        "": None,
    }
    found = []
    for text, cell in shown.items():
        meta = {(2, "Tenant"): cell} if cell else {}
        (row,) = checked(
            sheet_of(["Customer ID", "Notes", "Tenant", "Zip"], ["7", "x", text, "1.0"], cell_meta=meta), verifying
        )
        assert row.edit
        found.append(row.edit.verify)
    digits = ["1042", "1042", "1042", "1.042", "104200%", ""]
    assert found == [{"customer": each, "zip_code": "1.0"} for each in digits]


def test_a_cell_that_verifies_and_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    verifying = mapping_of("id: Customer ID\ncolumns: {Notes: notes}\nverify: {Legal Name: name}\n", tmp_path)
    unread = {(2, "Legal Name"): Cell(kind="formula_without_result")}
    (row,) = checked(sheet_of(["Customer ID", "Notes", "Legal Name"], ["7", "x", ""], cell_meta=unread), verifying)
    assert [(problem.column, problem.kind) for problem in row.problems] == [("Legal Name", "formula_without_result")]
