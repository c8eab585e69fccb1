"""The sheet Problems: a line for each problem of the sheet, and for each row that the API or the network stopped."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sync.contract.resource import Resource
from sync.model import Problem, RowRecord, RunFacts
from sync.report.workbook import looks
from sync.report.workbook.messages import remedy
from sync.report.workbook.results_sheet import digits
from sync.text import sentence
from sync.xlsx.writing.table import Column


class ProblemOfRow(NamedTuple):
    """A line of the sheet."""

    row: RowRecord
    problem: Problem


def columns(resource: Resource, name: Callable[[RowRecord], str]) -> list[Column[ProblemOfRow]]:
    """The columns. `name` tells which record a row is for."""
    return [
        Column("Row", 7, looks.ID, lambda line: str(line.problem.row)),
        Column(resource.id_header, 13, looks.ID, lambda line: digits(line.row.record_id)),
        Column("Name", 28, looks.NAME, lambda line: name(line.row)),
        Column("Column", 22, looks.WRAPPED, lambda line: line.problem.header),
        Column("Value", 28, looks.WRAPPED, lambda line: line.problem.value),
        Column("Problem", 52, looks.WRAPPED, lambda line: sentence(line.problem.problem)),
        Column("How to fix it", 54, looks.WRAPPED, lambda line: line.problem.remedy),
    ]


def problems_of(row: RowRecord, problems: Sequence[Problem], facts: RunFacts) -> Sequence[Problem]:
    """The problems of a row. A row that went wrong for another reason has one: its message and what to do."""
    if problems or not row.status.facts.bad:
        return problems
    return [Problem(row.row, "", "", row.status, row.message, remedy(row, facts))]
