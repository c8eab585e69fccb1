"""A page of a run's rows: what somebody filters by, and no row but those of the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.journal import input_rows, row_pages, unpack
from sync.journal import steps as journal
from sync.journal.reader import JournalReader
from sync.journal.row_pages import RowPages, Wanted
from sync.journal.writer import JournalWriter
from sync.model import Change, Mode, Problem, RecordSummary, Row, RowRecord, RunFacts
from sync.status import Stage, Status

RUN = "20260101-000000-abcd"
PLANNED = (Stage.PLANNED,)
ALL = (Stage.PLANNED, Status.INVALID, Status.UNCHANGED)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[RowPages]:
    """Rows 2 to 7 of a preview: four that would change something, one invalid, one unchanged."""
    facts = RunFacts(RUN, Mode.PREVIEW, "", "edits.csv", "", "", "", "", "http://127.0.0.1", "0", ("Id",), dry_run=True)
    cells = ["1001", "1002", "1003", "1004", "eins", "1006"]
    rows = [
        input_rows.row(RUN, n, Row(n + 2, (text,)), 1001 + n, None if n == 4 else "{}") for n, text in enumerate(cells)
    ]
    changes = [
        [Change("city", "Bonn", "Köln")],
        [Change("city", None, "ULM"), Change("terms", "net_30", "net_45")],
        [Change("terms", "net_30", "net_60")],
        [Change("notes", "", "say “net” 12,5\\")],
    ]
    with JournalWriter(tmp_path / "journal.sqlite3") as book:
        problem = Problem(6, "Id", "eins", "id", "“eins” is not an id.", "Type its digits.")
        book.begin(facts, [*rows, journal.problem(RUN, 4, problem), journal.problem(RUN, 4, problem)])
        book.commit(
            journal.decided(RUN, n, Stage.PLANNED, changes=of_row, before=RecordSummary(name=f"Sägewerk {n}"))
            for n, of_row in enumerate(changes)
        )
        book.commit([journal.decided(RUN, 5, Status.UNCHANGED)])
        yield RowPages(book.reader, RUN)


def found(pages: RowPages, wanted: Wanted) -> list[int]:
    """The sheet's numbers of all rows of this kind. However they are paged, they are the same."""
    page = pages.page(wanted, 0, 100)
    rows = [row.row for row in page.rows]
    singly = [pages.page(wanted, first, 1) for first in range(len(rows))]
    assert [row.row for single in singly for row in single.rows] == rows
    assert {single.count for single in singly} <= {len(rows)} == {page.count}
    return rows


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Wanted(ALL), [2, 3, 4, 5, 6, 7]),
        (Wanted(PLANNED), [2, 3, 4, 5]),
        (Wanted((Status.INVALID, Status.UNCHANGED)), [6, 7]),
        (Wanted((Status.REJECTED,)), []),
        (Wanted(ALL, field="terms"), [3, 4]),
        (Wanted(ALL, field="net_30"), []),
        (Wanted(ALL, text="köln"), [2]),
        (Wanted(ALL, text="KÖLN"), [2]),
        (Wanted(ALL, text="ulm"), [3]),
        (Wanted(ALL, text="1003"), [4]),
        (Wanted(ALL, text="sägewerk 3"), [5]),
        (Wanted(ALL, text="eins"), [6]),
        (Wanted(ALL, text="“net” 12,5\\"), [5]),
        (Wanted(ALL, text='", "'), []),
        (Wanted(ALL, text="%"), []),
        (Wanted(ALL, text="net 45", values=("net_45",)), [3]),
        (Wanted(ALL, text="net_30", field="city"), [3]),
    ],
)
def test_rows_are_found_by_status_field_and_text(pages: RowPages, wanted: Wanted, rows: list[int]) -> None:
    assert found(pages, wanted) == rows


def test_a_page_brings_the_problems_of_its_own_rows(pages: RowPages) -> None:
    rows = pages.page(Wanted(ALL), 0, 100).rows
    assert {n: len(problems) for n, problems in pages.problems(rows).items()} == {4: 2}
    assert pages.problems(rows[:3]) == {}
    assert pages.problems([]) == {}


def test_the_numbers_are_those_of_the_sheet(pages: RowPages) -> None:
    assert pages.numbers(Stage.PLANNED) == [2, 3, 4, 5]


def test_no_row_is_unpacked_that_is_not_on_the_page(pages: RowPages, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[int] = []

    def row_of(run: str, values: tuple[Any, ...], dry_run: bool, live: bool) -> RowRecord:
        unpacked.append(values[1])
        return unpack.row_of(run, values, dry_run, live)

    monkeypatch.setattr(row_pages, "row_of", row_of)
    pages.page(Wanted(ALL), 2, 2)
    assert unpacked == [4, 5]


def test_a_run_that_is_not_there_has_no_pages(tmp_path: Path, pages: RowPages) -> None:
    with pytest.raises(Exception, match="there is no run"):
        RowPages(JournalReader(tmp_path / "journal.sqlite3"), "20260101-000000-ffff")
