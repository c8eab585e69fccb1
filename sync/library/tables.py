"""The rows, changes and problems of a run, a check or an export, under the workbook's headings."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sync.contract.load import load as load_resource
from sync.contract.resource import Resource
from sync.journal.reader import JournalReader
from sync.library.result import Table
from sync.model import MISSING, Change, Problem, RecordSummary, RowRecord, RunFacts
from sync.status import Status
from sync.validation.validation import Validation

_LEADING = ["Row", "Customer ID", "Name", "Status", "Message", "HTTP status", "Attempts", "Sent at"]
_CHANGES = ["Row", "Customer ID", "Name", "Field", "Before", "After", "Status", "Target"]
_PROBLEMS = ["Row", "Customer ID", "Name", "Column", "Value", "Problem", "How to fix it"]

Tables = Mapping[str, Callable[[], Table]]


def of_run(journal: Path, facts: RunFacts) -> Tables:
    """The tables of a run that is in the journal."""
    history, resource = JournalReader(journal), load_resource(facts.resource, facts.resource_text)
    return {
        "rows": lambda: _rows(history.rows(facts.id), facts, resource),
        "changes": lambda: (_CHANGES, [c for row in history.rows(facts.id) for c in _changes_of(row, facts)]),
        "problems": lambda: _problems(history, facts.id),
    }


def of_check(validation: Validation) -> Tables:
    """The tables of a sheet that was checked. No record was read, so there are no names and no changes."""

    def rows() -> Table:
        headings = ["Row", "Customer ID", "Status", "Message"]
        own = _own_headings(validation.sheet.headers, headings)
        table = []
        for each in validation.rows():
            status = Status.INVALID if each.problems else Status.NOT_SENT
            message = " ".join(problem.message for problem in each.problems)
            table.append([each.row.number, each.record_id, str(status), message, *_padded(each.row.cells, own)])
        return [*headings, *own], table

    def problems() -> Table:
        table = [_problem(problem, each.record_id, None) for each in validation.rows() for problem in each.problems]
        return _PROBLEMS, table

    return {"rows": rows, "changes": lambda: (_CHANGES, []), "problems": problems}


def of_export(path: Path) -> Tables:
    """The tables of a sheet that was exported."""

    def rows() -> Table:
        from sync.sheet import read

        sheet = read(path)
        return list(sheet.headers), [list(row.cells) for row in sheet.rows]

    return {"rows": rows, "changes": lambda: (_CHANGES, []), "problems": lambda: (_PROBLEMS, [])}


def _rows(records: Iterable[RowRecord], facts: RunFacts, resource: Resource) -> Table:
    seen = [*(f.label for f in resource.totals), "Currency", *(f.label for f in resource.counts), "Last modified at"]
    headings = [*_LEADING, *seen]
    own = _own_headings(facts.headers, headings)
    return [*headings, *own], [_row(row, resource, own) for row in records]


def _row(row: RowRecord, resource: Resource, own: list[str]) -> list[Any]:
    seen = row.after or row.before or RecordSummary()
    totals = [Decimal(seen.totals[f.name]) if f.name in seen.totals else None for f in resource.totals]
    return [
        row.row,
        row.record_id,
        _name(row),
        str(row.status),
        row.message,
        row.http_status,
        row.attempts,
        row.sent_at or None,
        *totals,
        seen.currency,
        *(seen.counts.get(f.name) for f in resource.counts),
        seen.last_modified_at,
        *_padded(row.cells, own),
    ]


def _own_headings(headers: Iterable[str], taken: list[str]) -> list[str]:
    """The sheet's own headers, each different from all before it."""
    headings: list[str] = []
    for header in headers:
        name, count = header, 1
        while name in taken or name in headings:
            count += 1
            name = f"{header} ({'sheet' if count == 2 else count})"
        headings.append(name)
    return headings


def _padded(cells: tuple[str, ...], headings: list[str]) -> list[str]:
    return [*cells, *[""] * len(headings)][: len(headings)]


def _changes_of(row: RowRecord, facts: RunFacts) -> Iterable[list[Any]]:
    for change in row.changes:
        header = facts.options.names.get(change.field, change.field)
        yield [row.row, row.record_id, _name(row), header, *_values(change), str(row.status), change.field]


def _values(change: Change) -> list[Any]:
    return [None if value is MISSING else value for value in (change.before, change.after)]


def _problems(history: JournalReader, run: str) -> Table:
    rows = {row.n: row for row in history.rows(run)}
    table = [_problem(problem, rows[n].record_id, _name(rows[n])) for n, problem in history.problems(run)]
    return _PROBLEMS, table


def _problem(problem: Problem, record_id: int | None, name: str | None) -> list[Any]:
    return [problem.row, record_id, name, problem.column, problem.value, problem.problem, problem.remedy]


def _name(row: RowRecord) -> str | None:
    seen = row.after or row.before
    return seen.name if seen else None
