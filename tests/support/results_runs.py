"""Runs in a real journal, made to measure, and the workbooks drawn from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from sync.api.response import Outcome, Response
from sync.journal import input_rows
from sync.journal import steps as journal
from sync.journal.reader import JournalReader
from sync.journal.steps import Step
from sync.journal.writer import JournalWriter
from sync.model import (
    Cell,
    Change,
    Mode,
    Problem,
    RecordSummary,
    Requests,
    Row,
    RunFacts,
    RunOptions,
    RunState,
    SheetWarning,
)
from sync.report.workbook import workbook as results
from sync.status import Stage, State, Status

SHEETS = ["Summary", "Results", "Changes", "Problems", "To fix"]
RESULTS = [
    "Row", "Customer ID", "Name", "Status", "Message", "Changes", "HTTP status", "Attempts", "Sent at", "Total revenue",
    "Total deferred revenue", "Total MRR", "Total billed", "Total unbilled", "Total paid", "Total outstanding",
    "Currency", "Active contracts", "Completed contracts", "Pending contracts", "Total contracts", "Last modified at",
]  # fmt: skip
RUN = "20261122-160103-4f2a"
HEADERS = ("Customer ID", "Customer Name", "Payment Terms", "Comments")
NAMES = {"id": "Customer ID", "name": "Customer Name", "terms": "Payment Terms"}
CELLS = ("1001", "Example Widgets Ltd", "Net 45", "")
CHANGES = (Change("terms", "net_30", "net_45"),)


def seen(name: str = "Example Widgets Ltd", currency: str | None = "USD", **totals: str) -> RecordSummary:
    """What a record says."""
    return RecordSummary(
        name, totals, currency, {"active_contracts": 2, "total_contracts": 3}, "2026-11-21T08:00:00+0000"
    )


def below_header(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    """A sheet's rows."""
    return list(book[sheet].iter_rows(min_row=2, values_only=True))


def cell(book: Workbook, column: str, row: int = 2) -> object:
    """A cell of Results, by its header."""
    return book["Results"].cell(row, RESULTS.index(column) + 1).value


@dataclass
class RunDraft:
    """A run that is being made up, row by row."""

    folder: Path
    headers: Sequence[str] = HEADERS
    mode: Mode = Mode.RUN
    dry_run: bool = False
    options: RunOptions = field(default_factory=lambda: RunOptions(id_header="customer id", names=NAMES))
    state: RunState = RunState.COMPLETE
    because: str = ""
    base_url: str = "https://api.example.com"
    requests: Requests = field(default_factory=Requests)
    warnings: tuple[SheetWarning, ...] = ()
    parent: str = ""
    by: str = ""
    reason: str = ""
    approved_by: tuple[str, ...] = ()
    _steps: list[Step] = field(default_factory=list)
    _rows: int = 0

    def invalid(
        self,
        *problems: Problem,
        cells: Sequence[str] = CELLS,
        cell_meta: Mapping[int, Cell] | None = None,
        record_id: int | None = 1001,
    ) -> None:
        """A row that is wrong in the sheet. The problems' row numbers are put right."""
        n = self._rows
        row = Row(n + 2, tuple(cells), cell_meta or {})
        said = " ".join(str(problem) for problem in problems)
        self._steps.append(input_rows.row(RUN, n, row, record_id, None, message=said or "The row is wrong."))
        self._steps += [journal.problem(RUN, n, problem) for problem in problems]
        self._rows += 1

    def row(
        self,
        state: State,
        message: str = "",
        *,
        cells: Sequence[str] = CELLS,
        cell_meta: Mapping[int, Cell] | None = None,
        record_id: int = 1001,
        changes: Sequence[Change] = (),
        before: RecordSummary | None = None,
        after: RecordSummary | None = None,
        http_status: int | None = None,
        present: Mapping[str, Any] | None = None,
    ) -> None:
        """A row that stands so at the run's end, brought there by legal moves."""
        n = self._rows
        row = Row(n + 2, tuple(cells), cell_meta or {})
        self._steps.append(input_rows.row(RUN, n, row, record_id, '{"terms": "net_45"}'))
        known: dict[str, Any] = {"before": before, "changes": changes}
        if state in (Stage.SENDING, Status.UPDATED):
            self._steps.append(journal.decided(RUN, n, Stage.PLANNED, **known))
            self._steps.append(journal.intent(RUN, n, "{}", "{}"))
            self._steps.append(journal.decided(RUN, n, Stage.SENDING, attempts=1, sent_at="2026-11-22T16:01:03.250Z"))
        if state is Status.UPDATED:
            self._steps.append(journal.attempt(RUN, n, Response(Outcome.OK, 200, "{}", method="PUT")))
            self._steps.append(journal.decided(RUN, n, Status.UPDATED, message, after=after, http_status=200))
        elif state not in (Stage.READ, Stage.SENDING):
            self._steps.append(
                journal.decided(RUN, n, state, message, http_status=http_status, present=present, **known)
            )
        self._rows += 1

    def add_step(self, step: Step) -> None:
        """A further line of the journal, for a row that is there."""
        self._steps.append(step)

    def facts(self) -> RunFacts:
        """What is true of the run as a whole."""
        return RunFacts(
            id=RUN,
            mode=self.mode,
            started_at="2026-11-22T16:01:03.000Z",
            file="edits.xlsx",
            file_sha256="ab" * 32,
            sheet="Customers",
            mapping="customers.yaml",
            mapping_sha256="cd" * 32,
            base_url=self.base_url,
            version="0.1.0",
            headers=tuple(self.headers),
            hidden_rows=3,
            warnings=self.warnings,
            dry_run=self.dry_run,
            parent=self.parent,
            by=self.by,
            reason=self.reason,
            approved_by=self.approved_by,
            options=self.options,
        )

    def history(self) -> JournalReader:
        """The run in a journal."""
        path = self.folder / "journal.db"
        path.unlink(missing_ok=True)
        book = JournalWriter(path)
        book.begin(self.facts(), self._steps)
        session = book.session(RUN)
        ended = journal.ended(RUN, self.state, self.because)
        book.commit([journal.requests(session, self.requests), ended])
        book.close()
        return JournalReader(path)

    def write(self) -> Path:
        """The results workbook."""
        path = self.folder / "edits.results.xlsx"
        path.unlink(missing_ok=True)
        results.write(self.history(), RUN, path)
        return path

    def workbook(self) -> Workbook:
        """The results workbook, opened."""
        return openpyxl.load_workbook(self.write())
