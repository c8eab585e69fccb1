"""The results workbook as a whole: its sheets, its looks, its place on the disk."""

import re
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from sync.errors import ResultsNotWritten
from sync.journal.writer import JournalWriter
from sync.model import Mode
from sync.problems import problem
from sync.report.workbook import workbook as results
from sync.status import Stage, Status
from sync.xlsx.writing import notes
from sync.xlsx.writing import row_store as lines
from tests.support.office import saved_by_libreoffice
from tests.support.results_runs import (
    CELLS,
    CHANGES,
    HEADERS,
    RESULTS,
    RUN,
    SHEETS,
    RunDraft,
    below_header,
    cell,
    seen,
)


@pytest.fixture
def draft(tmp_path: Path) -> RunDraft:
    """A run with a row of every status."""
    one = RunDraft(tmp_path)
    one.row(Status.UPDATED, changes=CHANGES, before=seen(total_mrr="10.00"), after=seen(total_mrr="10.00"))
    one.row(Status.UNCHANGED, before=seen(total_mrr="2.50"), http_status=200)
    one.invalid(problem("not_a_choice", 4, "Payment Terms", "Net 46", choices="net_30, net_45"))
    one.row(Status.REJECTED, "The API has no such customer (404).", http_status=404)
    one.row(Status.FAILED, "Given up after 5 attempts.", changes=CHANGES, before=seen())
    one.row(Status.CONFLICT, "terms is by now net_60.", changes=CHANGES, before=seen())
    one.row(Stage.READ)
    one.row(Stage.SENDING, changes=CHANGES, before=seen())
    return one


def test_the_sheets_and_their_columns_have_the_names_that_people_rely_on(draft: RunDraft) -> None:
    book = draft.workbook()
    assert book.sheetnames == SHEETS
    heads = {sheet: [one.value for one in book[sheet][1]] for sheet in SHEETS[1:]}
    assert heads["Results"] == [*RESULTS, *HEADERS]
    assert heads["Changes"] == ["Row", "Customer ID", "Name", "Field", "Before", "After", "Status"]
    assert heads["Problems"] == ["Row", "Customer ID", "Name", "Column", "Value", "Problem", "How to fix it"]
    assert heads["To fix"] == ["What is wrong", "What to do", *HEADERS]


def test_every_row_of_the_input_is_in_results_once_and_in_its_order(draft: RunDraft) -> None:
    rows = below_header(draft.workbook(), "Results")
    assert [row[0] for row in rows] == list(range(2, 10))
    said = ["updated", "unchanged", "invalid", "rejected", "failed", "conflict", "not sent", "failed"]
    assert [row[3] for row in rows] == said


def test_a_planned_row_of_a_dry_run_would_be_updated(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, mode=Mode.PREVIEW, dry_run=True)
    draft.row(Stage.PLANNED, changes=CHANGES, before=seen())
    assert cell(draft.workbook(), "Status") == "would update"


def test_before_is_red_and_after_is_green(draft: RunDraft) -> None:
    sheet = draft.workbook()["Changes"]
    before, after = sheet["E2"].fill.fgColor.rgb, sheet["F2"].fill.fgColor.rgb
    assert (before, after) == ("00FDE4E4", "00E2F3E2")


def test_each_status_has_its_own_colour(draft: RunDraft) -> None:
    sheet = draft.workbook()["Results"]
    colours = {sheet.cell(row, 4).value: sheet.cell(row, 4).fill.fgColor.rgb for row in range(2, 10)}
    assert len(colours) == len(set(colours.values())) == 7


def test_results_lead_to_the_first_line_in_changes_and_in_to_fix(draft: RunDraft) -> None:
    sheet = draft.workbook()["Results"]
    leads = {row: [sheet.cell(row, column).hyperlink for column in (1, 4)] for row in range(2, 10)}
    places = {row: [link and link.location for link in links] for row, links in leads.items()}
    assert places[2] == ["'Changes'!A2", None]
    assert places[3] == [None, None]
    assert places[4] == [None, "'To fix'!A2"]
    assert places[6] == ["'Changes'!A3", "'To fix'!A4"]
    assert places[8] == [None, "'To fix'!A6"]


def test_no_more_links_are_written_than_excel_takes(draft: RunDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINKS", 3)
    sheet = draft.workbook()["Results"]
    assert sum(one.hyperlink is not None for row in sheet for one in row) == 3
    assert not sheet["D9"].font.underline


@pytest.mark.parametrize("last_row", [4, 1_048_576])
def test_it_makes_no_difference_how_many_rows_are_drawn_together(
    draft: RunDraft, monkeypatch: pytest.MonkeyPatch, last_row: int
) -> None:
    monkeypatch.setattr(lines, "LAST_ROW", last_row)
    draft.invalid(problem("ragged", 3, detail="5 cells"), cells=("1001", "a & b", "two\nlines", "", "one too many"))
    draft.row(Status.UNCHANGED, cells=("1002",), before=seen(total_paid="1234567890123456"))

    def drawn(together: int) -> list[tuple[object, ...]]:
        monkeypatch.setattr(results, "_AT_ONCE", together)
        sheets = draft.workbook().worksheets[1:]
        cells = [one for sheet in sheets for row in sheet for one in row]
        heights = [tuple((n, row.height) for n, row in sheet.row_dimensions.items()) for sheet in sheets]
        looks = [(c.value, c.number_format, c.fill.fgColor.rgb, c.font.u, c.alignment.wrap_text) for c in cells]
        return [*looks, *heights, *(link.location for c in cells if (link := c.hyperlink))]

    assert drawn(1) == drawn(3) == drawn(100)


def test_a_sheet_that_is_full_says_so(draft: RunDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LAST_ROW", 4)
    book = draft.workbook()
    assert below_header(book, "Changes")[-1][0] == "… and 2 more, which the journal has"
    assert book["Changes"].max_row == 4
    assert any("2 lines are left out" in str(row[3]) for row in below_header(book, "Summary"))


def test_problems_say_what_is_wrong_and_how_to_fix_it(draft: RunDraft) -> None:
    said = below_header(draft.workbook(), "Problems")
    choice = "“Net 46” is not one of the choices."
    assert said[0] == (
        4, 1001, "Example Widgets Ltd", "Payment Terms", "Net 46", choice, "Use one of: net_30, net_45.",
    )  # fmt: skip
    assert [(row[0], row[5]) for row in said[1:4]] == [
        (5, "The API has no such customer (404)."),
        (6, "Given up after 5 attempts."),
        (7, "Terms is by now net_60."),
    ]
    assert said[4][0] == 9  # in doubt
    assert all(row[6] for row in said)


def test_headers_are_frozen_filtered_and_repeated_on_every_page(draft: RunDraft) -> None:
    book = draft.workbook()
    for name in SHEETS[1:]:
        sheet = book[name]
        assert sheet.freeze_panes in ("A2", "E2", "D2")
        assert sheet.auto_filter.ref == f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet["A1"].font.bold


@pytest.mark.parametrize("mode", list(Mode))
def test_every_kind_of_run_has_a_workbook(tmp_path: Path, mode: Mode) -> None:
    draft = RunDraft(tmp_path, mode=mode, dry_run=mode is Mode.PREVIEW)
    draft.row(Stage.PLANNED, changes=CHANGES, before=seen())
    draft.invalid()
    assert len(below_header(draft.workbook(), "Results")) == 2


def test_a_run_without_rows_has_headers_alone(tmp_path: Path) -> None:
    book = RunDraft(tmp_path).workbook()
    assert [book[name].max_row for name in SHEETS[1:]] == [1, 1, 1, 1]
    assert book["To fix"].auto_filter.ref == "A1:F1"


def test_another_library_reads_the_same(draft: RunDraft) -> None:
    path = draft.write()
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == SHEETS
    rows = book.get_sheet_by_name("Results").to_python()
    assert [row[3] for row in rows[1:3]] == ["updated", "unchanged"]
    assert rows[1][RESULTS.index("Total MRR")] == 10.0


def test_libreoffice_opens_it(draft: RunDraft) -> None:
    assert saved_by_libreoffice(draft.write(), "pdf").stat().st_size > 10_000


def test_the_parts_of_each_sheet_come_in_the_order_that_excel_insists_on(draft: RunDraft) -> None:
    order = [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "autoFilter",
        "dataValidations",
        "hyperlinks",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "ignoredErrors",
        "legacyDrawing",
    ]
    parts = zipfile.ZipFile(draft.write())
    for number in range(2, 6):
        root = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
        tags = [child.tag.split("}")[1] for child in root]
        assert tags == [tag for tag in order if tag in tags]


def test_only_its_owner_can_read_it(draft: RunDraft) -> None:
    assert draft.write().stat().st_mode & 0o077 == 0


def test_a_place_that_cannot_be_written_to_is_named_and_nothing_is_left_there(draft: RunDraft, tmp_path: Path) -> None:
    history = draft.history()
    taken = tmp_path / "closing" / "taken.xlsx"
    taken.mkdir(parents=True)
    for path in (tmp_path / "no such folder" / "r.xlsx", taken):
        with pytest.raises(ResultsNotWritten, match=re.escape(str(path))):
            results.write(history, RUN, path)
    assert list(taken.parent.iterdir()) == [taken]


FULL_DISK = """
import resource, sys
from pathlib import Path
from sync.report.workbook import workbook as results
from sync.errors import ResultsNotWritten
from sync.scratch import NoScratchSpace
from sync.journal.writer import JournalWriter
from sync.journal.reader import JournalReader
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    results.write(JournalReader(Path(sys.argv[1])), "20261122-160103-4f2a", Path(sys.argv[2]))
except (ResultsNotWritten, NoScratchSpace) as e:  # the limit is for files of both kinds
    print(e)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("room", [0, 4_000])
def test_a_full_disk_leaves_no_half_of_a_workbook(draft: RunDraft, tmp_path: Path, room: int) -> None:
    history = draft.history()
    folder = tmp_path / "closing"
    folder.mkdir()
    path = folder / "r.xlsx"
    command = [sys.executable, "-c", FULL_DISK, str(history.path), str(path), str(room)]
    with closing(JournalWriter(history.path)):  # whose files are there already, as they are in a run
        ran = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    assert (str(path) if room == 0 else "temporary files") in ran.stdout
    assert list(folder.iterdir()) == []


def test_a_file_that_somebody_made_meanwhile_is_not_overwritten(draft: RunDraft, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"somebody's")
    with pytest.raises(ResultsNotWritten, match="not overwritten"):
        results.write(draft.history(), RUN, path)
    assert path.read_bytes() == b"somebody's"
    assert not list(tmp_path.glob(".campfire-*"))


def test_only_so_many_notes_are_written_and_summary_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "NOTES", 2)
    draft = RunDraft(tmp_path)
    for row in range(2, 6):
        draft.invalid(problem("not_a_choice", row, "Payment Terms", "Net 46", choices="net_30"), cells=CELLS)
    book = draft.workbook()
    assert sum(one.comment is not None for row in book["To fix"] for one in row) == 2
    assert {book["To fix"].cell(row, 5).fill.fgColor.rgb for row in range(2, 6)} == {"00FFC7CE"}
    assert any("carry a note" in str(row[3]) for row in below_header(book, "Summary"))
