"""The workbooks on paper, and what Excel insists on in their files."""

from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync.model import Mode
from sync.problems import problem
from sync.report.workbook import summary_lines
from sync.status import Stage, Status
from tests.support.excel_rules import broken_rules
from tests.support.results_runs import CHANGES, RUN, SHEETS, RunDraft, seen

A4 = 595, 842  # points
A_DIGIT = 7.0  # points: in DejaVu Sans at 11 points, than which no usual font is wider; 5.6 in Calibri


def a_run(folder: Path, **facts: object) -> RunDraft:
    """A run with a row of every status, and moved totals in many currencies."""
    draft = RunDraft(folder, **facts)  # type: ignore[arg-type]
    for number in range(12):
        before, after = (seen(currency=f"C{number}", total_mrr=amount, total_paid="1") for amount in ("10.00", "12.00"))
        draft.row(Status.UPDATED, changes=CHANGES, before=before, after=after)
    for state in (Status.UNCHANGED, Status.REJECTED, Status.FAILED, Status.CONFLICT, Status.LEFT_OUT, Stage.READ):
        draft.row(state, "A message.", before=seen())
    draft.invalid(problem("not_a_choice", 2, "Payment Terms", "Net 46", choices="net_30, net_45"))
    return draft


def breaks(sheet: Worksheet) -> list[int]:
    return [one.id for one in sheet.row_breaks.brk]


def height(sheet: Worksheet, first: int, last: int) -> float:
    return sum(sheet.row_dimensions[row].height or 0 for row in range(first, last + 1))


@pytest.mark.parametrize("mode", [Mode.RUN, Mode.UNDO, Mode.CHECK])
def test_a_results_workbook_breaks_no_rule_of_excel(tmp_path: Path, mode: Mode) -> None:
    assert broken_rules(a_run(tmp_path, mode=mode, reason="R" * 300).write()) == []


def test_each_page_says_which_row_and_record_its_lines_are_for(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(a_run(tmp_path).write())
    assert {book[name].print_title_rows for name in SHEETS[1:]} == {"$1:$1"}
    assert book["Results"].print_title_cols == "$A:$D"
    assert book["To fix"].print_title_cols == "$C:$C"


@pytest.mark.parametrize(
    ("mode", "foot"), [(Mode.RUN, f"Results of run {RUN}"), (Mode.PREVIEW, f"Preview {RUN}"), (Mode.UNDO, "Undo")]
)
def test_the_foot_of_each_page_names_the_file_the_sheet_the_run_and_the_page(
    tmp_path: Path, mode: Mode, foot: str
) -> None:
    for sheet in openpyxl.load_workbook(a_run(tmp_path, mode=mode).write()).worksheets[:5]:
        assert str(sheet.oddFooter.left.text) == "&F · &A"
        assert str(sheet.oddFooter.center.text).startswith(foot)
        assert str(sheet.oddFooter.right.text) == "Page &P of &N"


def test_what_fits_is_one_page_wide_and_what_does_not_can_still_be_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(a_run(tmp_path).write())
    for name in ("Changes", "Problems"):
        assert book[name].sheet_properties.pageSetUpPr.fitToPage
        assert (book[name].page_setup.fitToWidth, book[name].page_setup.fitToHeight) == (None, 0)
    assert not book["Results"].sheet_properties.pageSetUpPr.fitToPage
    assert book["Results"].page_setup.scale == 75
    assert {sheet.page_setup.orientation for sheet in book.worksheets[:5]} == {"landscape"}


def test_summary_is_one_page_wide_whatever_font_stands_in_for_its_own(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(a_run(tmp_path).write())["Summary"]
    widths = [column.width for column in sheet.column_dimensions.values()]
    assert sum(widths) * A_DIGIT * sheet.page_setup.scale / 100 <= A4[1] - 72 * 2 * sheet.page_margins.left
    assert sheet.print_options.horizontalCentered
    above_and_below = 72 * (sheet.page_margins.top + sheet.page_margins.bottom)
    assert summary_lines._PAGE * sheet.page_setup.scale / 100 <= A4[0] - above_and_below
    chart = sheet._charts[0].anchor
    assert chart.to.col <= len(widths)
    assert all(not chart._from.row < last < chart.to.row for last in breaks(sheet))


def test_a_long_text_in_the_last_column_takes_no_pages_of_its_own(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(a_run(tmp_path).write())["Results"]
    assert sheet.print_area == f"'Results'!$A$1:$Z${sheet.max_row}"


def test_a_page_of_summary_ends_between_two_sections_and_each_table_on_it_has_its_header(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(a_run(tmp_path).write())["Summary"]
    pages = [0, *breaks(sheet), sheet.max_row]
    assert len(pages) > 3
    for first, last in pairwise(pages):
        assert height(sheet, first + 1, last) <= summary_lines._PAGE
        start = [sheet.cell(row, 1).value for row in (first + 1, first + 2)]
        assert start[0] is None or first == 0 or start[0] in ("Currency", "Customer")


def test_a_long_value_can_be_read_on_to_fix_as_a_whole(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.REJECTED, "No.", cells=("1001", "株式会社サンプル" * 10, "Net 45", "A long text. " * 30))
    sheet = openpyxl.load_workbook(draft.write())["To fix"]
    assert sheet["D2"].alignment.wrap_text
    assert sheet["F2"].alignment.wrap_text
    assert (sheet.row_dimensions[2].height or 0) >= 8 * 13
