"""The rows, changes and problems of a run, a check or an export, under the headings of the workbook's sheets.

The workbook's lists of columns are the only ones: a column that is new there is new here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.contract.display import Display
from sync.contract.load import resource_of_run
from sync.contract.resource import Resource
from sync.journal.reader import JournalReader
from sync.library.result import Table
from sync.model import Problem, RowRecord, RunFacts
from sync.problems import message_of
from sync.report.names import names_of
from sync.status import Status
from sync.validation.validation import Validation

if TYPE_CHECKING:
    from sync.xlsx.writing.table import Column, Line

_TARGET = "Target"  # of a change: the API's name for the field

Tables = Mapping[str, Callable[[], Table]]


def of_run(journal: Path, facts: RunFacts) -> Tables:
    """The tables of a run that is in the journal."""
    history, resource = JournalReader(journal), resource_of_run(facts)
    return {
        "rows": lambda: _rows(history.rows(facts.id), facts, resource),
        "changes": lambda: _changes(history.rows(facts.id), facts, resource),
        "problems": lambda: _problems(history, facts, resource),
    }


def of_check(validation: Validation) -> Tables:
    """The tables of a sheet that was checked. No record was read, so there are no names and no changes."""
    resource = validation.mapping.resource

    def rows() -> Table:
        headings = ["Row", resource.id_header, "Status", "Message"]
        own = _own_headings(validation.sheet.headers, headings)
        table = []
        for each in validation.rows():
            status = Status.INVALID if each.problems else Status.NOT_SENT
            message = message_of(each.problems)
            table.append([each.row.number, each.record_id, str(status), message, *_padded(each.row.cells, own)])
        return [*headings, *own], table

    def problems() -> Table:
        faults = ((problem, each.record_id, None) for each in validation.rows() for problem in each.problems)
        return _problem_headings(resource), [_problem(*each) for each in faults]

    return {"rows": rows, "changes": lambda: (_change_headings(resource), []), "problems": problems}


def of_export(path: Path, resource: Resource) -> Tables:
    """The tables of a sheet that was exported."""

    def rows() -> Table:
        from sync.sheet import read

        sheet = read(path)
        return list(sheet.headers), [list(row.cells) for row in sheet.rows]

    return {
        "rows": rows,
        "changes": lambda: (_change_headings(resource), []),
        "problems": lambda: (_problem_headings(resource), []),
    }


def _rows(records: Iterable[RowRecord], facts: RunFacts, resource: Resource) -> Table:
    from sync.report.workbook.results_sheet import columns, line_of  # late: openpyxl takes its time

    known = columns(facts, resource, Display.of_run(facts, resource))
    headings = [column.heading for column in known]
    own = _own_headings(facts.headers, headings)
    table = [[*_values(known, line_of(row)), *_padded(row.cells, own)] for row in records]
    return [*headings, *own], table


def _values(columns: "Sequence[Column[Line]]", line: "Line") -> list[Any]:
    """A line's values as Python has them: numbers where the cells hold numbers, None where they are empty then."""
    return [column.plain(line) if column.plain else _value(column, column.value(line)) for column in columns]


def _value(column: "Column[Any]", text: str) -> Any:
    from sync.xlsx.writing.styles import MONEY

    if not column.style.is_number:
        return text
    if not text:
        return None
    return Decimal(text) if column.style.number_format == MONEY else int(text)


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


def _changes(records: Iterable[RowRecord], facts: RunFacts, resource: Resource) -> Table:
    from sync.report.workbook.changes_sheet import ChangedField, columns

    known = columns(resource, Display.of_run(facts, resource), names_of(facts, resource))
    lines = (ChangedField(row, change) for row in records for change in row.changes)
    return _change_headings(resource), [[*_values(known, line), line.change.field] for line in lines]


def _change_headings(resource: Resource) -> list[str]:
    from sync.report.workbook.changes_sheet import columns

    return [*(column.heading for column in columns(resource, Display(resource), lambda row: "")), _TARGET]


def _problems(history: JournalReader, facts: RunFacts, resource: Resource) -> Table:
    rows, name = {row.n: row for row in history.rows(facts.id)}, names_of(facts, resource)
    table = [_problem(problem, rows[n].record_id, name(rows[n])) for n, problem in history.problems(facts.id)]
    return _problem_headings(resource), table


def _problem_headings(resource: Resource) -> list[str]:
    from sync.report.workbook.problems_sheet import columns

    return [column.heading for column in columns(resource, lambda row: "")]


def _problem(problem: Problem, record_id: int | None, name: str | None) -> list[Any]:
    return [problem.row, record_id, name or None, problem.column, problem.value, problem.problem, problem.remedy]
