"""The rows of the results workbook: numbers that keep their digits, text that is always text."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from sync.model import MISSING, Cell, Change, RunOptions, RunState, SheetWarning
from sync.problems import problem
from sync.status import Stage, Status
from sync.text import excel_length
from tests.support.results_runs import RESULTS, RunDraft, below_header, cell, seen

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.com")', "{=1}", "'1", "<b>&amp;</b>", "]]>"]


def test_totals_are_numbers_with_two_decimals_and_keep_every_digit(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UNCHANGED, before=seen(total_revenue="9999999999999.99", total_paid="0", total_mrr="-0.10"))
    path = draft.write()
    xml_of = zipfile.ZipFile(path).read("xl/worksheets/sheet2.xml").decode()
    assert "<v>9999999999999.99</v>" in xml_of
    assert "<v>-0.10</v>" in xml_of
    row = draft.workbook()["Results"][2]
    for column in ("Total revenue", "Total paid", "Total MRR"):
        assert row[RESULTS.index(column)].number_format == "#,##0.00"
        assert row[RESULTS.index(column)].data_type == "n"


def test_a_total_that_the_api_does_not_give_is_an_empty_cell(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UNCHANGED, before=seen(total_paid="0.00"))
    book = draft.workbook()
    assert cell(book, "Total paid") == 0
    assert cell(book, "Total revenue") is None
    assert cell(book, "Pending contracts") is None


def test_a_record_with_everything_reads_like_one_that_is_written_cell_by_cell(tmp_path: Path) -> None:
    """Whole records take a shorter way; the currency of the second row sends it the long one."""
    totals = {name: f"{place}.25" for place, name in enumerate(("total_revenue", "total_deferred_revenue", "total_mrr",
              "total_billed", "total_unbilled", "total_paid", "total_outstanding"))}  # fmt: skip
    contracts = {name: place for place, name in enumerate(("active_contracts", "completed_contracts",
                 "pending_contracts", "total_contracts"))}  # fmt: skip
    draft = RunDraft(tmp_path)
    for currency in ("USD", "dollars of a kind"):
        record = seen(currency=currency, **totals)
        record.counts.update(contracts)  # type: ignore[attr-defined]
        draft.row(Status.UNCHANGED, before=record)
    short, long = below_header(draft.workbook(), "Results")
    assert short[9:16] == (0.25, 1.25, 2.25, 3.25, 4.25, 5.25, 6.25)
    assert short[16:22] == ("USD", 0, 1, 2, 3, "2026-11-21T08:00:00+0000")
    assert long[16] == "dollars of a kind"
    assert short[9:16] + short[17:] == long[9:16] + long[17:]


@pytest.mark.parametrize(
    ("customer", "shown"), [(123456789012345, 123456789012345), (1234567890123456, "1234567890123456")]
)
def test_an_id_is_a_number_as_long_as_excel_keeps_its_digits(tmp_path: Path, customer: int, shown: object) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.READ, record_id=customer)
    assert cell(draft.workbook(), "Customer ID") == shown


def test_changes_tell_null_empty_text_and_a_missing_field_apart(tmp_path: Path) -> None:
    changes = (
        Change("terms", "net_30", "net_45"),
        Change("notes", None, ""),
        Change("dba", MISSING, "Example"),
        Change("is_1099", True, False),
    )
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED, changes=changes, before=seen(), after=seen())
    book = draft.workbook()
    assert str(cell(book, "Changes")).split("; ") == [
        "Payment Terms: Net 30 → Net 45",
        "Notes: (empty) → (empty text)",
        "Doing Business As: (not in the record) → Example",
        "Is 1099: yes → no",
    ]
    lines_ = [line[3:] for line in below_header(book, "Changes")]
    assert lines_[0] == ("Payment Terms", "Net 30", "Net 45", "updated")
    assert lines_[1] == ("Notes", "(empty)", "(empty text)", "updated")
    assert lines_[2] == ("Doing Business As", "(not in the record)", "Example", "updated")


def test_the_inputs_own_columns_are_there_as_they_were(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, headers=("Customer ID", "Name", "Zip", "Limit"))
    cell_meta = {2: Cell("2134", "00000"), 3: Cell("1250", "#,##0")}
    draft.row(Stage.READ, cells=("1001", " =A1 ", "02134", "1,250"), cell_meta=cell_meta)
    row = draft.workbook()["Results"][2][22:]
    assert [one.value for one in row] == ["1001", " =A1 ", 2134, 1250]
    assert [one.number_format for one in row] == ["@", "@", "00000", "#,##0"]


def test_a_row_with_more_cells_than_headers_keeps_them_all(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path, headers=("Customer ID", "Name"))
    draft.invalid(cells=("1001", "Example", "one", "too many"))
    draft.invalid(cells=("1002",))
    book = draft.workbook()
    assert [row[22:] for row in below_header(book, "Results")] == [
        ("1001", "Example", "one", "too many"),
        ("1002", None, None, None),
    ]
    read_only = openpyxl.load_workbook(draft.write(), read_only=True)  # it believes what a sheet says of its size
    assert [len(row) for row in read_only["Results"].values] == [26, 26, 26]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    draft = RunDraft(
        tmp_path,
        headers=("Customer ID", text),
        warnings=(SheetWarning("odd", text),),
        because=text,
        state=RunState.STOPPED,
    )
    changes, before = (Change("notes", text, text),), seen(text, text)
    draft.row(Status.UPDATED, text, cells=("1001", text), changes=changes, before=before, after=seen(text))
    draft.invalid(problem("bad_id", 3, text, text, noun="customer"), cells=(text, text))
    path = draft.write()
    parts = zipfile.ZipFile(path)
    for number in range(1, 6):
        assert b"<f>" not in parts.read(f"xl/worksheets/sheet{number}.xml")
    book = draft.workbook()
    assert cell(book, "Name") == cell(book, "Message") == text
    assert book["To fix"]["D2"].value == text
    assert book["To fix"]["D1"].value == text


@pytest.mark.parametrize("text", ["x" * 40_000, "é" * 32_767 + "!", "😀" * 20_000])
def test_a_text_that_is_too_long_for_a_cell_is_cut_so_that_one_sees_it(tmp_path: Path, text: str) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.READ, cells=("1001", text, "", ""))
    held = str(draft.workbook()["Results"]["X2"].value)
    assert held.endswith(f"… [cut: {excel_length(text):,} characters, the whole text is in the journal]")
    assert len(held.encode("utf-16-le")) / 2 <= 32_767
    assert text.startswith(held[:10_000])


def test_the_longest_text_that_fits_is_left_alone(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.READ, cells=("1001", "x" * 32_767, "", ""))
    assert draft.workbook()["Results"]["X2"].value == "x" * 32_767


def test_a_column_of_chinese_characters_is_wide_enough_to_read_them(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Stage.READ, cells=("1001", "例" * 15, "", ""))
    assert draft.workbook()["Results"].column_dimensions["X"].width >= 30


def test_a_constant_and_a_list_item_without_a_column_have_readable_names(tmp_path: Path) -> None:
    changes = (Change("customer", 1, 42), Change("contacts[2].email", None, "a@example.com"))
    draft = RunDraft(tmp_path, options=RunOptions("Customer ID", {"id": "Customer ID"}, constants={"customer": 42}))
    draft.row(Status.UPDATED, changes=changes, before=seen(), after=seen())
    fields = [line[3] for line in below_header(draft.workbook(), "Changes")]
    assert fields == ["Tenant (constant)", "Billing Contact 2 Email"]
