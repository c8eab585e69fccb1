"""The journal holds of each row of a sheet what the validation says of it, though it is packed column by column."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.commands.begin import rows_as_read
from sync.contract.mapping import Mapping
from sync.journal import input_rows
from sync.journal.reader import JournalReader
from sync.journal.steps import dumps
from sync.journal.writer import JournalWriter
from sync.model import Cell, Edit, EditContext, ExportMemory, Mode, Row, RowRecord, RunFacts, Sheet
from sync.status import Status
from sync.validation import batch
from sync.validation.validated import ValidatedRow
from sync.validation.validation import Validation
from tests.support.given import mapping_of, sheet_of

RUN = "20260101-000000-abcd"
HEADERS = ("Customer ID", "Customer Name", "Payment Terms", "City", "Notes", "Parent ID", "Is 1099", "Zip Code")
MAPPING = """\
id: Customer ID
columns:
  Customer Name: name
  Payment Terms: {field: terms, values: {"30 days": net_30}}
  City: city
  Notes: {field: notes, blank: clear}
  Parent ID: parent
  Is 1099: is_1099
"""
VERIFIES = MAPPING + "verify: {Zip Code: zip_code}\n"
# What JSON has another form of, what clears, what a person takes for blank, and plain texts.
TEXTS = st.sampled_from(
    ["", " ", "plain", '"', "\\", 'a", "b', "two\nlines", "\t", "\x7f", "\x1f", "é", "😀", "\ud800", "<clear>", " x "]
)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.sampled_from(["", "Net 30", "30 days", "<clear>", "never"]),
        TEXTS,
        TEXTS,
        st.sampled_from(["", "0", "1", "42", "42.0", "many"]),
        st.sampled_from(["", "yes", "no", "1", "0"]),
        st.sampled_from(["", "53113", "02134"]),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module", params=[MAPPING, VERIFIES], ids=["plain", "verifies"])
def mapping(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping:
    return mapping_of(request.param, tmp_path_factory.mktemp("mapping"))


def stored(folder: Path, validation: Validation) -> list[RowRecord]:
    """The rows of a run that has begun with these."""
    path = folder / "journal.sqlite3"
    path.unlink(missing_ok=True)
    facts = RunFacts(RUN, Mode.PREVIEW, "", "edits.csv", "", "", "", "", "https://api.example.com", "0", HEADERS)
    with JournalWriter(path) as journal:
        journal.begin(facts, rows_as_read(RUN, validation))
    return list(JournalReader(path).rows(RUN))


def as_stored(n: int, checked: ValidatedRow) -> tuple[object, ...]:
    edit = checked.edit or Edit(checked.row.number, checked.record_id, {})
    context = EditContext(edit.exported, edit.items, edit.verify, edit.match)
    is_read = Status.INVALID if checked.problems else Status.NOT_SENT
    return n, checked.row.number, checked.record_id, checked.row.cells, dict(edit.values), context, is_read


def seen(row: RowRecord) -> tuple[object, ...]:
    return row.n, row.row, row.record_id, row.cells, dict(row.edits), row.context, row.status


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(rows=ROWS, remembers=st.booleans(), packed_at_once=st.integers(1, 4), checked_at_once=st.integers(1, 6))
def test_each_row_asks_in_the_journal_for_what_its_cells_ask_for(
    rows: list[tuple[str, ...]],
    remembers: bool,
    packed_at_once: int,
    checked_at_once: int,
    mapping: Mapping,
    tmp_path: Path,
) -> None:
    sheet = sheet_of(HEADERS, *[(str(n), *cells) for n, cells in enumerate(rows, start=1)])
    if remembers:
        exported = {str(n): ("plain", "Net 30", "", "é", None, "yes", "") for n in range(1, 9, 2)}
        sheet = replace(sheet, memory=ExportMemory(HEADERS[1:], (), exported))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "_FEWEST", checked_at_once)
        patch.setattr(batch, "_CELLS", 1)
        patch.setattr(input_rows, "_AT_ONCE", packed_at_once)
        validation = Validation(sheet, mapping)
        assert list(map(seen, stored(tmp_path, validation))) == [
            as_stored(n, checked) for n, checked in enumerate(validation.rows())
        ]


@pytest.mark.parametrize(
    "text", ["plain", 'a "quoted" word', "back\\slash", "two\nlines", "\t", "\x7f", "Köln", "\ud800"]
)
def test_the_journal_holds_the_json_that_it_would_hold_of_a_single_row(
    text: str, tmp_path: Path, mapping: Mapping
) -> None:
    """Plan files are signed, and whoever compares two journals compares texts."""
    sheet = sheet_of(HEADERS, ["7", "A", "30 days", text, "", "42", "no", "1"])
    (checked,) = Validation(sheet, mapping).rows()
    stored(tmp_path, Validation(sheet, mapping))
    with sqlite3.connect(tmp_path / "journal.sqlite3") as journal:
        held = journal.execute("SELECT cells, edits FROM rows").fetchone()
    assert held == (dumps(checked.row.cells), dumps(checked.edit.values if checked.edit else {}))


def test_a_broken_row_is_kept_with_all_its_cells(tmp_path: Path, mapping: Mapping) -> None:
    sheet = sheet_of(HEADERS, ["7", *"abcdefg"], ["8", *"abcdefg", "one more"], problems={3: (("ragged", "9 cells"),)})
    assert [row.cells for row in stored(tmp_path, Validation(sheet, mapping))] == [
        ("7", *"abcdefg"),
        ("8", *"abcdefg", "one more"),
    ]


def test_a_cell_that_is_not_told_by_its_text_is_marked_beside_it(tmp_path: Path, mapping: Mapping) -> None:
    sheet: Sheet = replace(sheet_of(HEADERS), rows=[Row(2, ("7", "x", *[""] * 6), {1: Cell("5", "0")}, (), (), (2,))])
    (row,) = stored(tmp_path, Validation(sheet, mapping))
    assert row.cell_meta == {1: Cell("5", "0"), 2: Cell(struck_through=True)}
