"""Small files that a first version of this program read wrongly (files/cases), and what is right about each."""

from pathlib import Path

import pytest

from sync.errors import FileRefused
from sync.model import Sheet
from sync.sheet import read

CASES = Path(__file__).parent / "files" / "cases"


def case(name: str) -> Sheet:
    return read(CASES / name, id_header="Customer ID")


def refusal(name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        case(name)
    return str(refused.value)


def kinds(sheet: Sheet) -> dict[int, list[str]]:
    """By row: the kinds of what is wrong with its cells, and with the row as a whole."""
    return {
        row.number: [cell.kind for cell in row.cell_meta.values() if cell.kind] + [kind for kind, _ in row.problems]
        for row in sheet.rows
    }


def test_the_words_of_errors_are_problems_and_a_sentence_that_quotes_one_is_text() -> None:
    sheet = case("error-texts.csv")
    assert kinds(sheet) == {2: ["error_cell"], 3: ["error_cell"], 4: ["hashes"], 5: []}
    assert sheet.rows[3].cells[2] == "ask about #REF! in May"


def test_quotes_after_blanks_are_not_part_of_the_text() -> None:
    assert case("spaced-quotes.csv").rows[0].cells == ("1001", "Acme Ltd", "Berlin")


def test_a_quote_in_the_middle_spoils_its_row_alone() -> None:
    sheet = case("quote-in-the-middle.csv")
    assert kinds(sheet) == {2: ["text_after_quote"], 3: []}
    assert sheet.rows[1].cells == ("1002", "Good Ltd")


def test_a_short_row_is_a_problem_and_the_next_one_is_read() -> None:
    sheet = case("short-rows.csv")
    assert kinds(sheet) == {2: ["ragged"], 3: []}
    assert sheet.rows[1].cells == ("1002", "Jena", "x")


@pytest.mark.parametrize(("name", "word"), [("polish-cp1250.csv", "£ódŸ"), ("zurich-macroman.csv", "ZŸrich")])
def test_another_code_page_is_refused_with_the_word_that_gives_it_away(name: str, word: str) -> None:
    assert f"“{word}”" in refusal(name)
    assert "Save it again from Excel as “CSV UTF-8”, or as .xlsx." in refusal(name)


def test_windows_1252_is_read_with_a_warning_that_quotes_its_words() -> None:
    sheet = case("koeln-cp1252.csv")
    assert sheet.rows[0].cells == ("1001", "Köln")
    (warning,) = sheet.warnings
    assert warning.kind == "encoding_guessed"
    assert "“Köln”" in warning.message


def test_an_apostrophe_before_digits_is_a_problem() -> None:
    assert kinds(case("apostrophe.csv")) == {2: ["apostrophe"]}


def test_the_end_of_file_character_is_not_a_row() -> None:
    assert kinds(case("dos-end.csv")) == {2: []}


def test_a_cover_sheet_is_named_with_the_sheet_that_has_the_ids() -> None:
    message = refusal("cover-sheet-first.xlsx")
    assert "the sheet “How to use this” has no column “Customer ID”" in message
    assert "The sheet “Customers” has it. Read that sheet with --sheet Customers," in message


def test_hidden_columns_struck_rows_bare_numbers_and_dates_are_told() -> None:
    sheet = case("struck-hidden-number.xlsx")
    by_number = {row.number: row for row in sheet.rows}
    assert [sheet.headers[position] for position in sheet.hidden_columns] == ["Notes"]
    assert {number: row.struck_through for number, row in by_number.items() if row.struck_through} == {3: (0, 1)}
    assert by_number[4].numbers == (0, 3)
    assert by_number[5].cells[4] == "2026-04-03"
    assert [by_number[number].cell_meta[position].is_date for number, position in ((5, 4), (6, 5))] == [True, True]
    assert by_number[5].numbers == by_number[6].numbers == (0,)
