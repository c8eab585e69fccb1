"""The small cases of tests/sheet/files/cases, from the file to edits, problems and warnings."""

from pathlib import Path
from typing import Any

import pytest

from sync.commands.read import read_edits
from sync.errors import FileRefused
from sync.mapping.load import default_path, load
from sync.progress import Progress
from sync.settings import Settings
from sync.sheet import read
from sync.validation.validation import Validation

CASES = Path(__file__).parents[1] / "sheet" / "files" / "cases"


def validation(name: str) -> Validation:
    mapping = load(default_path())
    return Validation(read(CASES / name, id_header=mapping.id_header), mapping)


def problems(name: str) -> dict[int, list[str]]:
    """The kinds of problems by row."""
    return {row.row.number: [problem.kind for problem in row.problems] for row in validation(name).rows()}


def edits(name: str, row: int) -> dict[str, Any]:
    (found,) = [checked for checked in validation(name).rows() if checked.row.number == row]
    assert found.edit is not None, found.problems
    return {str(target): value for target, value in found.edit.values.items()}


def warnings(name: str) -> dict[str, tuple[str, int, int]]:
    return {w.kind: (w.column, w.rows, w.first_row) for w in validation(name).warnings}


def test_ids_with_thousands_separators_are_problems() -> None:
    assert problems("id-thousands.csv") == {2: ["separators"], 3: ["separators"], 4: ["separators"], 5: []}
    assert edits("id-thousands.csv", 5) == {"city": "Jena"}


def test_error_texts_are_problems_but_not_inside_a_sentence() -> None:
    assert problems("error-texts.csv") == {2: ["error_cell"], 3: ["error_cell"], 4: ["hashes"], 5: []}
    assert edits("error-texts.csv", 5) == {"city": "Jena", "notes": "ask about #REF! in May"}


def test_a_quoted_field_after_a_blank_is_unquoted() -> None:
    assert edits("spaced-quotes.csv", 2) == {"name": "Acme Ltd", "city": "Berlin"}


def test_one_broken_record_is_one_invalid_row() -> None:
    assert [bool(kinds) for kinds in problems("quote-in-the-middle.csv").values()] == [True, False]
    assert [bool(kinds) for kinds in problems("short-rows.csv").values()] == [True, False]


def test_marks_at_the_ends_go_and_inside_a_text_they_are_named() -> None:
    (first, second) = validation("marks.csv").rows()
    assert [(problem.column, problem.kind) for problem in first.problems] == [("Customer Name", "invisible_character")]
    assert "soft hyphen" in first.problems[0].problem
    assert second.edit is not None


def test_placeholders_are_warned_of() -> None:
    found = [w for w in validation("placeholders.csv").warnings if w.kind == "placeholder_text"]
    assert [(w.column, w.rows, w.first_row) for w in found] == [
        ("Customer Name", 1, 2),
        ("Notes", 1, 4),
        ("VAT Number", 1, 3),
    ]
    assert not any("ditto" in w.message for w in found)  # of a tax number nothing is quoted
    assert edits("placeholders.csv", 5) == {"notes": "See clause 4"}


def test_an_apostrophe_before_digits_is_a_problem() -> None:
    assert problems("apostrophe.csv") == {2: ["apostrophe"]}


def test_a_sheet_without_a_mapped_column_is_refused_with_the_nearest_fields() -> None:
    with pytest.raises(FileRefused) as e:
        read_edits(CASES / "no-mapped-column.csv", Settings(), Progress())
    assert "no column but the id is in the mapping" in str(e.value)
    assert "“New Terms” is probably terms (Payment Terms)." in str(e.value)
    assert "campfire-sync mapping suggest" in str(e.value)


def test_a_totals_row_is_named() -> None:
    assert problems("totals-row.csv") == {2: [], 3: ["totals_row"]}


def test_the_end_of_a_dos_file_is_no_row() -> None:
    assert list(problems("dos-end.csv").values()) == [[]]


def test_a_guessed_encoding_quotes_the_words() -> None:
    (warning,) = validation("koeln-cp1252.csv").warnings
    assert warning.kind == "encoding_guessed"
    assert "Köln" in warning.message


def test_what_is_hidden_struck_through_or_a_number_is_warned_of() -> None:
    found = warnings("struck-hidden-number.xlsx")
    assert found["hidden_column"][0] == "Notes"
    assert found["struck_through"][1:] == (1, 3)
    assert (found["number_in_text_column"][0], found["number_in_text_column"][2]) == ("Zip Code", 4)
    assert problems("struck-hidden-number.xlsx")[6] == ["date_for_a_number"]
    assert edits("struck-hidden-number.xlsx", 5)["external_id"] == "2026-04-03"
