"""What is wrong with the rows of a batch, in the order in which a person is told: row, id, cells, values."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import IntEnum

from sync.contract.mapping import Mapping
from sync.contract.rules import details, exceeds_ids, has_separators, problem_kind
from sync.contract.words import means_total
from sync.model import Cell, Problem, Row, Sheet
from sync.problems import problem
from sync.text import fold, is_blank, normal
from sync.validation.batch import Batch
from sync.validation.columns import MappedColumn
from sync.validation.layout import Layout
from sync.validation.numbers import whole_number_text


class Of(IntEnum):
    """What a problem is of."""

    ROW = 0
    ID = 1
    CELL = 2
    VALUE = 3


Ranked = tuple[Of, Problem]
Failure = tuple[int, int, str]  # the row's index in the batch, the column's position, a rule or a kind of problem


class RowProblems:
    """Finds what is wrong with rows, but for what takes the whole sheet to tell."""

    def __init__(self, sheet: Sheet, mapping: Mapping, layout: Layout) -> None:
        self._headers = sheet.headers
        self._layout = layout
        self._noun = mapping.resource.noun.one
        self._by_position = {column.position: column for column in layout.mapped}
        self._verified = {position for position, _ in layout.verified}
        fields = [(position, mapping.resource.fields[name]) for position, name in layout.verified]
        fields += [(column.position, column.field) for column in layout.mapped]
        self._sensitive = {position for position, field in fields if field.sensitive}
        self._sensitive |= {layout.id} if mapping.id_is_sensitive else set()

    def of(self, batch: Batch, failures: Iterable[Failure]) -> dict[int, list[Ranked]]:
        """The problems of each faulty row, by its index in the batch. `failures` are those of the values."""
        problems: dict[int, list[Ranked]] = defaultdict(list)
        for i, (row, id_) in enumerate(zip(batch.rows, batch.ids, strict=True)):
            if row.cell_meta or row.problems or id_ is None:
                problems[i] += [(Of.ROW, self._of_row(row, kind, detail)) for kind, detail in row.problems]
                problems[i] += [(Of.ID, issue) for issue in self._of_id(row, id_)]
                problems[i] += [(Of.CELL, issue) for issue in self._of_cells(batch, i, row)]
        for i, position, rule in sorted(failures):
            issue = self._of_value(batch.rows[i], self._by_position[position], rule)
            problems[i].append((Of.VALUE, issue))
        return {i: problems[i] for i in sorted(problems) if problems[i]}

    def _of_row(self, row: Row, kind: str, detail: str) -> Problem:
        return problem(kind, row.number, detail=detail, noun=self._noun)

    def _of_id(self, row: Row, id_: int | str | None) -> Iterator[Problem]:
        position = self._layout.id
        header, text, cell = self._headers[position], row.cells[position], row.cell_meta.get(position)
        if cell and cell.kind:
            yield self._of_cell(row, position, cell)
        elif is_blank(text):
            yield problem("no_id", row.number, header, noun=self._noun)
        elif id_ is None:
            kind = whole_number_text(text, cell)[1] or _why_no_id(normal(text), header)
            number = cell.number if cell else ""
            yield problem(kind, row.number, header, text, noun=self._noun, number=number)

    def _masked(self, issue: Problem, position: int, *texts: str) -> Problem:
        """The problem of a cell in this column, with the texts that are not to be printed."""
        return replace(issue, sensitive=texts) if position in self._sensitive else issue

    def _of_cells(self, batch: Batch, i: int, row: Row) -> Iterator[Problem]:
        """Cells that cannot be read, where that matters: a merge does in every column that is not ignored."""
        for position, cell in row.cell_meta.items():
            if not cell.kind or position == self._layout.id or position >= len(self._headers):
                continue
            if cell.kind == "merged":
                matters = position not in self._layout.ignored
            else:
                is_asked = position in self._by_position and not batch.untouched.has(i, position)
                matters = position in self._verified or is_asked
            if matters:
                yield self._of_cell(row, position, cell)

    def _of_cell(self, row: Row, position: int, cell: Cell) -> Problem:
        """A cell that cannot be read."""
        text = row.cells[position]
        issue = problem(cell.kind, row.number, self._headers[position], text, detail=cell.detail)
        hidden = (text,) if cell.kind == "merged" else (text, cell.detail)  # the range that is merged may be shown
        return self._masked(issue, position, *hidden)

    def _of_value(self, row: Row, column: MappedColumn, rule: str) -> Problem:
        shown, cell = normal(row.cells[column.position]), row.cell_meta.get(column.position)
        kind = problem_kind(rule, shown)
        words = details(column.field, shown, column.clear) | {"number": cell.number if cell else ""}
        issue = problem(kind, row.number, column.header, shown, **words)
        return self._masked(issue, column.position, shown)


def _why_no_id(text: str, header: str) -> str:
    """The kind of problem with a text that is not an id. Headers and totals may stand between other rows too."""
    if fold(text) == fold(header):
        return "headers_again"
    if has_separators(text):
        return "separators"
    if exceeds_ids(text):
        return "id_too_large"
    return "totals_row" if means_total(text) else "bad_id"
