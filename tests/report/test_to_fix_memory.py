"""What To fix remembers: run again, it sends what somebody changed and nothing else."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sync import sheet
from sync.errors import FileRefused
from sync.journal import steps as journal
from sync.model import ExportMemory, RunOptions
from sync.problems import problem
from sync.status import Stage, Status
from sync.xlsx.memory import SHEET
from tests.support.results_runs import CELLS, CHANGES, NAMES, RUN, SHEETS, RunDraft, seen

EXPORTED = {"Customer Name": "Example Widgets Ltd", "Payment Terms": "Net 30"}
CHOICE = problem("not_a_choice", 2, "Payment Terms", "Net 46", choices="Net 30, Net 45")


def remember(draft: RunDraft, n: int, texts: Mapping[str, str], item_ids: Mapping[str, str] | None = None) -> None:
    """What the export remembered of the row at this position."""
    draft.add_step(journal.remembered(RUN, n, texts, item_ids or {}))


def memory_of(draft: RunDraft) -> ExportMemory | None:
    """The memory, as the sheet To fix is read again."""
    return sheet.read(draft.write()).memory


def test_without_an_export_and_a_conflict_there_is_nothing_to_remember(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(CHOICE)
    assert draft.workbook().sheetnames == SHEETS


def test_excel_does_not_offer_to_show_the_memory(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.invalid(CHOICE)
    remember(draft, 0, EXPORTED)
    book = draft.workbook()
    assert book.sheetnames == [*SHEETS, SHEET]
    assert book[SHEET].sheet_state == "veryHidden"


def test_to_fix_moved_into_another_results_workbook_is_refused(tmp_path: Path) -> None:
    books = []
    for folder in tmp_path / "one", tmp_path / "other":
        folder.mkdir()
        draft = RunDraft(folder)
        draft.invalid(CHOICE)
        remember(draft, 0, EXPORTED)
        books.append(draft.workbook())
    one, other = books
    other["To fix"].defined_names = one["To fix"].defined_names
    other.save(tmp_path / "both.xlsx")
    with pytest.raises(FileRefused, match="“To fix” comes from another export"):
        sheet.read(tmp_path / "both.xlsx")


def test_rows_of_an_export_keep_its_memory_whatever_went_wrong(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, record_id=1, before=seen(), after=seen())
    draft.invalid(CHOICE, record_id=2)
    draft.row(Stage.READ, record_id=3)
    for n in range(3):
        remember(draft, n, EXPORTED)
    memory = memory_of(draft)
    assert memory is not None
    assert memory.rows.keys() == {"2", "3"}  # the first row is done
    assert memory.texts(2) == memory.texts(3) == EXPORTED


def test_a_conflict_remembers_the_present_value_in_place_of_the_exported_one(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.CONFLICT, "by now Net 60", changes=CHANGES, before=seen(), present={"terms": "net_60"})
    remember(draft, 0, EXPORTED)
    memory = memory_of(draft)
    assert memory is not None
    assert memory.texts(1001) == EXPORTED | {"Payment Terms": "Net 60"}


def test_a_conflict_without_an_export_remembers_only_what_is_known(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.CONFLICT, "by now Net 60", changes=CHANGES, before=seen(), present={"terms": "net_60"})
    memory = memory_of(draft)
    assert memory is not None
    assert memory.texts(1001) == {"Payment Terms": "Net 60"}


def test_a_present_value_that_no_cell_can_show_is_not_remembered(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.CONFLICT, "odd", changes=CHANGES, before=seen(), present={"terms": "net_61"})
    remember(draft, 0, EXPORTED)
    memory = memory_of(draft)
    assert memory is not None
    assert memory.texts(1001) == {"Customer Name": "Example Widgets Ltd"}


def test_an_emptied_field_is_remembered_as_an_empty_cell(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.CONFLICT, "emptied", changes=CHANGES, before=seen(), present={"terms": None})
    memory = memory_of(draft)
    assert memory is not None
    assert memory.texts(1001) == {"Payment Terms": ""}


def test_list_items_are_remembered_by_their_ids(tmp_path: Path) -> None:
    options = RunOptions("Customer ID", NAMES | {"contacts[1].email": "Comments"})
    draft = RunDraft(tmp_path, options=options)
    draft.invalid(CHOICE)
    remember(draft, 0, {"Comments": "a@example.com"}, {"contacts[1]": "55"})
    memory = memory_of(draft)
    assert memory is not None
    assert memory.item_ids(1001) == {"contacts[1]": "55"}


def test_a_sheet_that_matches_by_another_field_is_remembered_by_that_text(tmp_path: Path) -> None:
    options = RunOptions("Customer ID", NAMES, match="external_id")
    draft = RunDraft(tmp_path, options=options)
    draft.invalid(CHOICE, cells=("ERP-7 ", *CELLS[1:]), record_id=None)
    remember(draft, 0, EXPORTED)
    memory = memory_of(draft)
    assert memory is not None
    assert memory.key == "external_id"
    assert memory.texts("ERP-7") == EXPORTED


def test_an_id_that_is_given_twice_is_remembered_once(tmp_path: Path) -> None:
    """Twice, the memory would be refused as damaged, and To fix with it."""
    draft = RunDraft(tmp_path)
    for n in range(2):
        draft.invalid(
            problem("duplicate_id", n + 2, record_id=1001, identity="customer 1001", others="row 3", noun="customer")
        )
        remember(draft, n, EXPORTED)
    memory = memory_of(draft)
    assert memory is not None
    assert memory.texts(1001) == EXPORTED
