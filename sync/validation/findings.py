"""One pass over a sheet: how many rows it has, what is wrong with them, and what a person should look at first.

Of each batch only what is wrong stays, put aside on disk; of the whole sheet a few numbers for each row.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import astuple, replace
from functools import cached_property
from typing import Any

from sync.contract.mapping import Mapping
from sync.contract.words import is_total, means_total
from sync.model import Problem, Row, Sheet, SheetWarning
from sync.problems import problem
from sync.scratch import Spool
from sync.text import is_blank, normal
from sync.validation.batch import Batch, batches
from sync.validation.columns import Reading
from sync.validation.layout import Layout
from sync.validation.repeats import Compared, Repeats
from sync.validation.row_problems import Failure, Of, Ranked, RowProblems
from sync.validation.schema import Judge
from sync.validation.warnings import ColumnWarnings, EmptiedCells, Names, UnmappedColumns

_Stored = list[tuple[int, int, tuple[Any, ...]]]  # the row's index, what the problem is of, and the problem's parts
_NUMBER = re.compile(r"[^\w]*[0-9][0-9.,'’\s]*[^\w]*")


class Findings:
    """What a look at every filled row has found."""

    def __init__(self, sheet: Sheet, mapping: Mapping, layout: Layout) -> None:
        self._sheet = sheet
        self._mapping = mapping
        self._layout = layout
        self._noun = mapping.resource.noun.one
        self._stored: Spool[_Stored] = Spool()  # a value for each batch
        self._faulty = bytearray()  # for each row 1, if something is wrong with it
        self._repeats = Repeats()
        self._only: Batch | None = None  # of a sheet that is looked at as a whole
        self._last: Row | None = None  # the last row
        self._look()

    @property
    def count(self) -> int:
        """How many filled rows there are."""
        return len(self._faulty)

    @property
    def invalid(self) -> int:
        """How many of them have a problem."""
        return self._faulty.count(1)

    def batches(self) -> Iterator[Batch]:
        """The rows once more."""
        return iter([self._only]) if self._only else batches(self._sheet, self._mapping, self._layout)

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong, row by row."""
        if len(self._repeats.rows):  # their cells are needed
            for number, batch in enumerate(self.batches()):
                for of_row in self.problems_of(number, batch).values():
                    yield from of_row
            return
        for number in range(len(self._stored)):
            for index, ranked in self._by_row(number).items():
                yield from self._settled(index, ranked)

    def problems_of(self, number: int, batch: Batch) -> ReadOnlyMapping[int, list[Problem]]:
        """What is wrong with the rows of a batch, in their order, by the index in the sheet's filled rows."""
        by_row = self._by_row(number)
        for index in self._repeats.within(batch.start, batch.start + len(batch.rows)):
            ranked = by_row.setdefault(index, [])
            id_ = batch.ids[index - batch.start]
            if id_ is not None and not any(of is Of.ID for of, _ in ranked):
                text = batch.rows[index - batch.start].cells[self._layout.id]
                header = self._sheet.headers[self._layout.id]
                columns, cells = tuple(self._columns_compared.values()), self._cells_compared
                issue = self._repeats.problem(index, header, text, id_, self._noun, columns, cells)
                hidden = (text, str(id_)) if self._mapping.id_is_sensitive else ()
                ranked.append((Of.ID, replace(issue, sensitive=hidden)))
        return {index: self._settled(index, by_row[index]) for index in sorted(by_row)}

    def _by_row(self, number: int) -> dict[int, list[Ranked]]:
        """What is stored of a batch's rows, and the totals row, with which nothing else need be wrong."""
        by_row: dict[int, list[Ranked]] = {}
        for index, of, parts in self._stored[number]:
            by_row.setdefault(index, []).append((Of(of), Problem(*parts)))
        if self._totals_row >= 0 and number == len(self._stored) - 1:
            by_row.setdefault(self._totals_row, [])
        return by_row

    @cached_property
    def _columns_compared(self) -> dict[int, Compared]:
        """The columns in which rows for the same record are compared, by position."""
        fields = {position: self._mapping.resource.fields[name] for position, name in self._layout.verified}
        fields |= {column.position: column.field for column in self._layout.mapped}
        return {p: Compared(self._sheet.headers[p], fields[p].sensitive) for p in sorted(fields)}

    @cached_property
    def _cells_compared(self) -> dict[int, tuple[str, ...]]:
        """What those columns hold in rows for the same record, by the index in the sheet's filled rows."""
        wanted, cells = self._repeats.to_compare, {}
        for batch in self.batches():
            for index in self._repeats.within(batch.start, batch.start + len(batch.rows)):
                if index in wanted:
                    row = batch.rows[index - batch.start]
                    cells[index] = tuple(normal(row.cells[position]) for position in self._columns_compared)
            if len(cells) == len(wanted):
                break
        return cells

    def _settled(self, index: int, ranked: list[Ranked]) -> list[Problem]:
        """The problems of a row in their order. A totals row has but the one."""
        if index == self._totals_row and self._last:
            return [problem("totals_row", self._last.number, noun=self._noun)]
        problems = [each for _, each in sorted(ranked, key=lambda pair: pair[0])]
        return [each for each in problems if each.kind == "totals_row"][:1] or problems

    @cached_property
    def _totals_row(self) -> int:
        """The index of the totals row; -1 if there is none."""
        above = self.count - 1
        is_one = above > 0 and self._last is not None and is_totals_row(self._last, self._layout.id, above)
        return self.count - 1 if is_one else -1

    # --- the pass ---

    def _look(self) -> None:
        unmapped = UnmappedColumns(self._sheet, self._mapping, self._layout.unmapped)
        columns = ColumnWarnings(self._sheet, self._layout, self._mapping.clear)
        names = Names(self._layout, self._mapping)
        emptied = EmptiedCells(self._layout, self._mapping.clear)
        judge = Judge(self._layout.mapped)
        row_problems = RowProblems(self._sheet, self._mapping, self._layout)
        for batch in batches(self._sheet, self._mapping, self._layout):
            readings, failures = _judged(batch, judge)
            self._put_aside(batch, row_problems.of(batch, failures))
            self._repeats.add(batch.ids, [row.number for row in batch.rows])
            self._last = batch.rows[-1]
            self._only = None if batch.start else batch
            unmapped.look_at(batch)
            columns.look_at(batch, readings)
            if self._sheet.memory is not None:
                names.look_at(batch)
                emptied.look_at(batch)
        for index in self._repeats.rows if self.count else ():
            self._faulty[index] = 1
        if self._totals_row >= 0:
            self._faulty[self._totals_row] = 1
        self.warnings: tuple[SheetWarning, ...] = (*unmapped.all(), *columns.all(), *names.all())
        self.remarks = tuple(emptied.all())  # no reason to hold anything back

    def _put_aside(self, batch: Batch, problems: ReadOnlyMapping[int, list[Ranked]]) -> None:
        faulty = bytearray(len(batch.rows))
        for i in problems:
            faulty[i] = 1
        self._faulty += faulty
        self._stored.add(
            [(batch.start + i, int(of), astuple(each)) for i, ranked in problems.items() for of, each in ranked]
        )


def _judged(batch: Batch, judge: Judge) -> tuple[list[Reading], set[Failure]]:
    """The mapped columns as they were read; what pandera finds wrong, and what reading has found beside that."""
    failures: set[Failure] = set()
    readings = []
    for column in batch.layout.mapped:
        reading, while_reading = batch.reading(column)
        readings.append(reading)
        failures.update((i, column.position, kind) for i, kind in while_reading)
    for i, index, rule in judge.failures(readings):  # first: what it has asked is not asked again
        failures.add((i, readings[index].column.position, rule))
    for reading in readings:
        failures.update((i, reading.column.position, rule) for i, rule in reading.failures())
    return readings, failures


def is_totals_row(row: Row, id_position: int, above: int) -> bool:
    """Whether the last row of a sheet is a totals row.

    It has `Total` where the id should be, or numbers and no id; or it counts the ids, and another cell is `Total`.

    Args:
        above: how many rows stand above it.
    """
    texts = [normal(text) for text in row.cells if not is_blank(text)]
    if not is_blank(row.cells[id_position]):
        id_text = normal(row.cells[id_position])
        return means_total(id_text) or (id_text == str(above) and any(map(is_total, texts)))
    return bool(texts) and all(_NUMBER.fullmatch(text) or means_total(text) for text in texts)
