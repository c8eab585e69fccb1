"""A sheet is checked in batches of rows; what only the whole sheet tells is told all the same."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as generated
from hypothesis import strategies as st

from sync.contract.mapping import Mapping
from sync.model import Cell, ExportMemory, Problem, Row, Sheet, SheetWarning
from sync.sheet import read, stored_rows
from sync.sheet.stored_rows import StoredRows
from sync.validation import batch, repeats
from sync.validation.schema import Judge
from sync.validation.validated import ValidatedRow
from sync.validation.validation import Validation
from tests.support.given import sheet_of
from tests.support.memory import counted_from_now_on

MAPPING = """\
id: Customer ID
columns:
  Customer Name: name
  Status: status
  Email: email
  Zip Code: zip_code
  Parent ID: parent
  Notes: {field: notes, blank: clear}
ignore: [Comments]
"""
HEADERS = ("Customer ID", "Customer Name", "Status", "Email", "Zip Code", "Parent ID", "Notes", "Comments", "Extra")


Found = tuple[list[ValidatedRow], list[Problem], tuple[SheetWarning, ...], int, int]


def found(sheet: Sheet, mapping: Mapping) -> Found:
    validation = Validation(sheet, mapping)
    problems = list(validation.problems())
    return list(validation.rows()), problems, validation.warnings, validation.count, validation.invalid


def in_batches(sheet: Sheet, mapping: Mapping, rows: int) -> Found:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "_FEWEST", rows)
        patch.setattr(batch, "_CELLS", 1)
        return found(sheet, mapping)


TEXTS = st.sampled_from(
    ["", " ", "Acme", "N/A", "Active", "a@example.com", "1E5", "02134", "12", "Total", "<clear>", "x\u200by"]
)
CELLS = st.sampled_from(
    [
        Cell(kind="error_cell", detail="#REF!"),
        Cell(kind="merged", detail="B2:B3"),
        Cell("1234", "#,##0"),
        Cell("7", "0", is_date=True),
    ]
)
ROWS = st.lists(
    st.tuples(
        st.tuples(st.sampled_from(["", "1", "2", "3", "4", "5", "007", "Total", "x"]), *[TEXTS] * (len(HEADERS) - 1)),
        st.dictionaries(st.integers(0, len(HEADERS) - 1), CELLS, max_size=2),
        st.sampled_from([(), (("ragged", "3 cells"),)]),
        st.lists(st.integers(0, len(HEADERS) - 1), unique=True, max_size=3).map(sorted).map(tuple),
        st.lists(st.integers(0, len(HEADERS) - 1), unique=True, max_size=2).map(sorted).map(tuple),
    ),
    max_size=14,
)
MEMORY = ExportMemory(HEADERS[1:], (), {str(n): ("Acme", "Active", "", None, "12", "x", "", "") for n in range(1, 4)})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@generated(rows=ROWS, remembers=st.booleans(), at_once=st.integers(1, 5))
def test_in_random_sheets_batches_tell_the_same_as_the_whole(
    rows: list[tuple[Any, ...]], remembers: bool, at_once: int, mapping: Mapping
) -> None:
    made = [Row(number, *parts) for number, parts in enumerate(rows, start=2)]
    sheet = replace(sheet_of(HEADERS), rows=made, hidden_columns=frozenset({3}), memory=MEMORY if remembers else None)
    assert in_batches(sheet, mapping, at_once) == found(sheet, mapping)


def test_duplicates_are_named_across_batches(mapping: Mapping) -> None:
    sheet = sheet_of(HEADERS[:2], *[[str(n % 7 + 1), f"Example {n}"] for n in range(10)])
    rows, problems, *_, invalid = in_batches(sheet, mapping, 2)
    assert [row.row.number for row in rows if row.problems] == [2, 3, 4, 9, 10, 11]
    assert {problem.kind for problem in problems} == {"duplicate_id"}
    assert [problem.problem for problem in problems if problem.row in (2, 9)] == [
        "customer 1 is also in row 9, so it is not clear which row counts; the rows differ in Customer Name "
        "(“Example 0” here, “Example 7” in row 9).",
        "customer 1 is also in row 2, so it is not clear which row counts; the rows differ in Customer Name "
        "(“Example 7” here, “Example 0” in row 2).",
    ]
    assert invalid == 6


def test_a_record_with_very_many_rows_names_some_of_them(mapping: Mapping) -> None:
    sheet = sheet_of(HEADERS[:2], *[["7", f"Example {n}"] for n in range(30)])
    _, problems, *_ = in_batches(sheet, mapping, 4)
    assert len(problems) == 30
    assert "in rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 19 more, so" in problems[0].problem
    assert "in rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 19 more, so" in problems[-1].problem
    assert problems[0].problem.endswith("; the rows differ in Customer Name.")


def test_of_very_many_duplicates_the_first_say_how_they_differ(
    mapping: Mapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they hold would take as much memory as the sheet."""
    monkeypatch.setattr(repeats, "_MOST_COMPARED", 2)
    sheet = sheet_of(HEADERS[:2], *[[str(n % 5 + 1), f"Example {n}"] for n in range(10)])
    _, problems, *_ = in_batches(sheet, mapping, 3)
    assert [problem.row for problem in problems if "differ" in problem.problem] == [2, 3, 7, 8]


def test_a_totals_row_is_the_last_row_of_the_last_batch_alone(mapping: Mapping) -> None:
    rows = [["1", "a"], ["", "98"], ["2", "c"], ["", "99"]]
    _, problems, *_ = in_batches(sheet_of(HEADERS[:2], *rows), mapping, 2)
    assert [(problem.row, problem.kind) for problem in problems] == [(3, "no_id"), (5, "totals_row")]


# --- what a large sheet costs ---


@pytest.fixture
def long_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sheet:
    """1,000 rows in blocks of 50, checked 100 at a time."""
    monkeypatch.setattr(stored_rows, "BLOCK", 50)
    monkeypatch.setattr(batch, "_FEWEST", 100)
    monkeypatch.setattr(batch, "_CELLS", 1)
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,Email\n" + "".join(f"{n},nobody\n" for n in range(1, 1001)), encoding="utf-8")
    return read(path, id_header="Customer ID")


@pytest.fixture
def blocks_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the blocks that were read, one after the other."""
    numbers: list[int] = []
    block = StoredRows._block

    def counted(rows: StoredRows, number: int) -> list[Row]:
        numbers.append(number)
        return block(rows, number)

    monkeypatch.setattr(StoredRows, "_block", counted)
    return numbers


def test_a_check_goes_through_the_rows_once(long_sheet: Sheet, mapping: Mapping, blocks_read: list[int]) -> None:
    validation = Validation(long_sheet, mapping)
    assert (validation.count, validation.invalid, len(validation.warnings)) == (1000, 1000, 0)
    assert len(list(validation.problems())) == 1000
    assert blocks_read == list(range(20))


def test_a_run_goes_through_the_rows_twice(long_sheet: Sheet, mapping: Mapping, blocks_read: list[int]) -> None:
    validation = Validation(long_sheet, mapping)
    assert validation.count == sum(1 for _ in validation.rows())
    assert blocks_read == [*range(20)] * 2


def test_no_more_than_a_batch_of_rows_is_held(
    long_sheet: Sheet, mapping: Mapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    failures = Judge.failures

    def counted(judge: Judge, readings: Any) -> Iterator[tuple[int, int, str]]:
        held.append(count(Row, Problem))
        return failures(judge, readings)

    monkeypatch.setattr(Judge, "failures", counted)
    with counted_from_now_on() as count:
        validation = Validation(long_sheet, mapping)
        assert validation.invalid == 1000
        for at, _ in enumerate(validation.rows()):
            if at % 150 == 0:
                held.append(count(Row, Problem))
    assert 0 < max(held) <= 100 + 50 + 200  # a batch, a block, and the last batch's with their problems
