"""The sheet To fix: put right, it is the next input."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from sync import sheet
from sync.model import ADVICE_HEADERS, Cell, Mode, Problem, Row, RunOptions, Sheet
from sync.problems import problem
from sync.status import Stage, Status
from tests.support.results_runs import CELLS, CHANGES, HEADERS, RUN, RunDraft, seen

RED, YELLOW, NONE = "00FFC7CE", "00FFF2CC", "00000000"
CHOICE = problem("not_a_choice", 2, "Payment Terms", "Net 45", choices="net_30, net_60")
RAGGED = problem("ragged", 2, detail="3 cells, and the header has 4")
LONG = problem("long_number", 2, "Payment Terms", "1234567890123456")


def to_fix(draft: RunDraft) -> Worksheet:
    """The sheet as openpyxl reads it."""
    found = draft.workbook()["To fix"]
    assert isinstance(found, Worksheet)
    return found


def again(draft: RunDraft, rows: Sequence[Row]) -> Sheet:
    """What is read when the results of these rows are run, none of which was sent."""
    for row in rows:
        draft.row(Stage.READ, cells=row.cells, cell_meta=row.cell_meta)
    return sheet.read(draft.write())


def own(row: Row) -> Row:
    """A row of the sheet without the advice before it."""
    first = len(ADVICE_HEADERS)
    meta = {position - first: cell for position, cell in row.cell_meta.items()}
    return Row(row.number, row.cells[first:], meta)


def fill(found: Worksheet, place: str) -> str:
    """A cell's colour."""
    return str(found[place].fill.fgColor.rgb)


def note(found: Worksheet, place: str) -> str:
    """What is said of a cell."""
    comment = found[place].comment
    return comment.text if comment else ""


def test_an_undo_has_no_rows_to_run_again(tmp_path: Path) -> None:
    """They ask for what has just been undone."""
    draft = RunDraft(tmp_path, mode=Mode.UNDO)
    draft.row(Status.CONFLICT, "Changed by somebody since the run", changes=CHANGES, before=seen())
    book = draft.workbook()
    assert book["To fix"].max_row == 1
    assert any("correct it there by hand" in str(cell.value) for cell in book["Problems"][2])


def test_only_rows_that_are_wrong_or_not_sent_are_to_be_fixed(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, cells=("1", "", "", ""), before=seen(), after=seen())
    draft.row(Status.UNCHANGED, cells=("2", "", "", ""), before=seen())
    draft.invalid(CHOICE, cells=("3", "", "", ""))
    for number, state in enumerate((Status.REJECTED, Status.FAILED, Status.CONFLICT, Stage.READ, Stage.SENDING), 4):
        draft.row(state, "said", cells=(str(number), "", "", ""), changes=CHANGES, before=seen())
    ids = [row[2] for row in to_fix(draft).iter_rows(min_row=2, values_only=True)]
    assert ids == ["3", "4", "5", "6", "7", "8"]


def test_rows_of_a_dry_run_that_would_be_updated_are_not_to_be_fixed(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, dry_run=True)
    draft.row(Stage.PLANNED, changes=CHANGES, before=seen())
    assert to_fix(draft).max_row == 1


def test_a_faulty_cell_is_red_and_says_why_and_what_to_do(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(CHOICE, problem("too_long", 2, "Comments", length=300, maximum=250))
    found = to_fix(draft)
    assert [fill(found, place) for place in ("C2", "D2", "E2", "F2")] == [NONE, NONE, RED, RED]
    assert note(found, "E2") == "“Net 45” is not one of the choices.\nUse one of: net_30, net_60."
    assert "300 characters" in note(found, "F2")  # although the cell is empty


def test_two_problems_of_a_cell_are_both_said(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(CHOICE, problem("too_long", 2, "Payment Terms", length=300, maximum=250))
    assert note(to_fix(draft), "E2").count("\n\n") == 1


def test_a_problem_of_the_whole_row_is_said_at_its_id(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(problem("duplicate_id", 2, noun="customer", identity=1001, others="row 3"))
    found = to_fix(draft)
    assert found["C2"].value == "1001"
    assert fill(found, "C2") == RED
    assert "also in row 3" in note(found, "C2")


def test_what_the_api_said_is_a_remark_at_the_id_and_no_fault_of_it(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.REJECTED, "The API has no such customer (404).")
    draft.row(Stage.READ)
    found = to_fix(draft)
    assert note(found, "C2") == "Rejected: The API has no such customer (404)."
    assert [fill(found, "C2"), fill(found, "C3")] == [YELLOW, NONE]


def test_the_id_column_is_found_wherever_it_stands(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, headers=("Name", " CUSTOMER\nid"))
    draft.row(Status.FAILED, "Given up.", cells=("Example", "7"))
    assert note(to_fix(draft), "D2") == "Failed: Given up."


def test_a_ragged_row_is_refused_until_a_person_has_looked(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(RAGGED, cells=("123", "Example", "Net 45"))
    draft.invalid(RAGGED, cells=("124", "Example", "Net 45", "", "one more"))
    found = to_fix(draft)
    assert [found["C2"].value, found["C2"].data_type] == ["#N/A", "e"]
    assert note(found, "C2").startswith("The id was 123.")
    assert "3 cells" in note(found, "C2")
    assert found["G3"].value == "one more"
    assert {row.cell_meta[2].kind for row in sheet.read(draft.write()).rows} == {"error_cell"}


@pytest.mark.parametrize(
    "of_the_row",
    [
        problem("totals_row", 2, noun="customer"),
        problem("text_after_quote", 2),
        problem("rows_in_a_cell", 2, detail="124"),
    ],
    ids=lambda one: one.kind,
)
def test_a_row_whose_fault_only_its_file_shows_is_refused_until_a_person_has_looked(
    of_the_row: Problem, tmp_path: Path
) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(of_the_row, cells=("123", "Total", "", ""))
    assert to_fix(draft)["C2"].value == "#N/A"
    assert note(to_fix(draft), "C2").startswith("The id was 123. Put the row right")
    assert sheet.read(draft.write()).rows[0].cell_meta[2].kind == "error_cell"


def test_a_totals_row_without_an_id_needs_no_other_mark(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(problem("totals_row", 2, noun="customer"), cells=("", "Total", "", ""))
    assert to_fix(draft)["C2"].value is None


def test_what_could_not_be_read_is_an_error_again(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    cell_meta = {2: Cell(kind="long_number"), 3: Cell(kind="error_cell", detail="#DIV/0!")}
    draft.invalid(LONG, cells=("1", "Example", "1234567890123456", "#DIV/0!"), cell_meta=cell_meta)
    found = to_fix(draft)
    assert [found["E2"].value, found["F2"].value] == ["#N/A", "#DIV/0!"]
    assert [found["E2"].data_type, found["F2"].data_type] == ["e", "e"]
    assert "more than 15 digits" in note(found, "E2")
    assert "shows the error #DIV/0!" in note(found, "F2")  # of a column that is not mapped
    assert [one.kind for one in sheet.read(draft.write()).rows[0].cell_meta.values()] == ["error_cell"] * 2


def test_a_text_that_is_too_long_for_a_cell_cannot_be_run_by_mistake(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(cells=("1", "x" * 40_000, "", ""))
    found = to_fix(draft)
    assert found["D2"].value == "#VALUE!"
    assert found["D2"].data_type == "e"
    assert "40,000 characters" in note(found, "D2")


def test_what_a_person_types_later_stays_text(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(CHOICE)
    found = to_fix(draft)
    assert {found[f"{column}2"].number_format for column in "CDEF"} == {"@"}
    assert {found.column_dimensions[column].number_format for column in "CDEF"} == {"@"}


def test_a_note_on_every_faulty_cell_of_many(tmp_path: Path) -> None:
    """More than a drawing's first block of shapes can hold."""
    draft = RunDraft(tmp_path)
    for _ in range(1_100):
        draft.invalid(CHOICE)
    found = to_fix(draft)
    assert sum(bool(note(found, f"E{row}")) for row in range(2, 1_102)) == 1_100


HEADER = st.lists(
    st.sampled_from(["Customer Name", " Zip ", "Payment\nTerms", "=Notes", "Straße", "a & b", "_x0041_"]), unique=True
)
# Of half characters one kind alone: two that belong together are a whole one.
AWKWARD = st.sampled_from("_x0041F\r\n\t =<&>\ud800\ufffe\x07")
TEXT = st.text(st.characters(exclude_categories=("Cs",)) | AWKWARD, max_size=20)
NUMBERS = [("2134", "00000", "02134"), ("1250", "#,##0", "1,250"), ("0.05", "0%", "5%"), ("0", ";;", "")]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_running_it_again_reads_the_same_headers_and_cells(tmp_path: Path, data: st.DataObject) -> None:
    headers = ("Customer ID", *data.draw(HEADER))
    draft = RunDraft(tmp_path, headers=headers)
    rows = []
    for number in range(data.draw(st.integers(1, 3))):
        texts = data.draw(st.lists(TEXT, min_size=len(headers) - 1, max_size=len(headers) - 1))
        cell_meta: dict[int, Cell] = {}
        if texts and data.draw(st.booleans()):
            digits, code, texts[0] = data.draw(st.sampled_from(NUMBERS))
            cell_meta = {1: Cell(digits, code)}
        rows.append(Row(number + 2, (str(number + 1), *texts), cell_meta))
    read = again(draft, rows)
    assert read.name == "To fix"
    assert read.headers == (*ADVICE_HEADERS, *headers)
    assert [own(row) for row in read.rows] == rows


@pytest.mark.parametrize("since_1904", [False, True])
def test_numbers_and_dates_of_a_real_workbook_look_and_read_the_same(tmp_path: Path, since_1904: bool) -> None:
    book = openpyxl.Workbook()
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
    first = book.active
    assert isinstance(first, Worksheet)
    first.append(["Customer ID", "a", "b", "c", "d", "e"])
    first.append([7, 2134, 1234.5, 0.125, datetime(2026, 1, 31), datetime(2026, 1, 31, 23, 59, 59, 700_000)])
    for column, code in zip("BCDEF", ("00000", "#,##0.00", "0.0%", "dd.mm.yyyy", "yyyy-mm-dd hh:mm:ss"), strict=True):
        first[f"{column}2"].number_format = code
    book.save(tmp_path / "edits.xlsx")
    before = sheet.read(tmp_path / "edits.xlsx")
    assert before.rows[0].cells[4:] == ("2026-01-31", "2026-02-01")
    after = again(RunDraft(tmp_path, headers=before.headers), before.rows)
    rows = [own(row) for row in after.rows]
    assert rows[0].cells == before.rows[0].cells
    codes = [{place: one.number_format for place, one in row.cell_meta.items()} for row in (before.rows[0], rows[0])]
    assert codes[0] == codes[1]
    if not since_1904:
        assert rows == [Row(row.number, row.cells, row.cell_meta) for row in before.rows]


def test_more_number_formats_than_a_workbook_takes_are_shown_as_text(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, headers=("Customer ID", "Amount"))
    for number in range(250):
        cell_meta = {1: Cell("5", f'0" no {number}"')}
        draft.row(Stage.READ, cells=(str(number), f"5 no {number}"), cell_meta=cell_meta)
    found = to_fix(draft)
    assert [found["D2"].value, found["D251"].value] == [5, "5 no 249"]


def test_headers_are_exactly_the_inputs_own(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, headers=HEADERS)
    draft.invalid(cells=CELLS)
    assert sheet.read(draft.write()).headers == (*ADVICE_HEADERS, *HEADERS)


def test_what_is_wrong_and_what_to_do_stand_before_the_cells(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(CHOICE, problem("not_an_email", 2, "Comments", "nobody"))
    draft.row(Status.REJECTED, "The API has no such customer (404).")
    draft.row(Stage.READ)
    rows = [row[:2] for row in to_fix(draft).iter_rows(min_row=2, values_only=True)]
    wrong, what_to_do = (str(text).split("\n") for text in rows[0])
    assert [line.partition(": ")[0] for line in wrong] == ["Row 2", "Comments"]
    assert wrong[0].startswith("Row 2: Payment Terms: ")
    assert what_to_do == [
        "Payment Terms: Use one of: net_30, net_60.",
        "Comments: Correct it; it should look like name@example.com.",
    ]
    assert rows[1][0] == "Row 3: Rejected: The API has no such customer (404)."
    assert rows[2] == (
        "Row 4: Not sent: The run stopped before it reached this row.",
        f"Type: campfire-sync resume {RUN}",
    )


def test_a_row_is_named_by_its_number_in_the_sheet_that_was_run(tmp_path: Path) -> None:
    """“Customer 7 is also in row 3” is of use only if a row of To fix says which one it was."""
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED)
    draft.invalid(problem("duplicate_id", 3, "Customer ID", "7", noun="customer", identity=7, others="row 4"))
    draft.invalid(problem("duplicate_id", 4, "Customer ID", "7", noun="customer", identity=7, others="row 3"))
    wrong = [str(cell.value) for cell in to_fix(draft)["A"][1:]]
    assert [text.partition(": ")[0] for text in wrong] == ["Row 3", "Row 4"]


def test_a_row_without_a_problem_in_a_check_has_nothing_to_be_told(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, mode=Mode.CHECK)
    draft.row(Stage.READ)
    assert [to_fix(draft)["A2"].value, to_fix(draft)["B2"].value] == [None, None]


def test_the_advice_of_an_earlier_round_is_not_repeated(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, headers=(*ADVICE_HEADERS, *HEADERS))
    draft.invalid(CHOICE, cells=("old", "older", *CELLS))
    found = to_fix(draft)
    assert [cell.value for cell in found[1]] == [*ADVICE_HEADERS, *HEADERS]
    assert "old" not in str(found["A2"].value)
    assert fill(found, "E2") == RED


@pytest.mark.parametrize(
    ("headers", "freeze"),
    [(HEADERS, "D2"), (("Name", "Customer ID"), "E2"), ((*[f"Column {n}" for n in range(20)], "Customer ID"), "A2")],
)
def test_the_id_column_is_frozen_where_it_leaves_room_to_scroll(
    tmp_path: Path, headers: tuple[str, ...], freeze: str
) -> None:
    assert to_fix(RunDraft(tmp_path, headers=headers)).freeze_panes == freeze


def test_choices_have_drop_down_lists_and_a_mapping_s_own_spelling_can_still_be_typed(tmp_path: Path) -> None:
    names = {"id": "Customer ID", "terms": "Payment Terms", "is_1099": "Comments", "name": "Customer Name"}
    draft = RunDraft(tmp_path, options=RunOptions("Customer ID", names))
    draft.invalid(CHOICE)
    lists = {str(one.sqref): one for one in to_fix(draft).data_validations.dataValidation}
    assert set(lists) == {"E2:E1048576", "F2:F1048576"}
    assert '"Custom,Net 5,Net 7,' in str(lists["E2:E1048576"].formula1)
    assert lists["F2:F1048576"].formula1 == '"yes,no"'
    assert {one.errorStyle for one in lists.values()} == {"warning"}
    assert {one.type for one in lists.values()} == {"list"}


def test_a_column_of_the_input_that_is_mapped_stays_whatever_it_is_called(tmp_path: Path) -> None:
    headers = ("Customer ID", "What to do")
    options = RunOptions("Customer ID", {"id": "Customer ID", "notes": "What to do"})
    draft = RunDraft(tmp_path, headers=headers, options=options)
    draft.row(Stage.READ, cells=("7", "Call them"))
    found = to_fix(draft)
    assert [cell.value for cell in found[1]] == [ADVICE_HEADERS[0], *headers]
    assert found["C2"].value == "Call them"
