"""Mapping × contract → a pandera schema; a Sheet → Edits and Problems.

pandera is asked every rule of every column, lazily, and reports all that fails. It is given texts and nothing else
(blanks, the clear word and spellings of the mapping file are settled before), so no coercion of its own can change a
value. A row is good only if the rules hold for its texts beside that: what pandera might leave out is not lost.

A column, or some short ones, is read and put to pandera before the next one is touched: a hundred thousand texts are
slow to fetch from memory, and quick to look at again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, repeat
from operator import itemgetter
from typing import Any

from sync.contract.mapping import Mapping
from sync.contract.rules import Rule, Texts, details, record_id, rules
from sync.model import ADVICE_HEADERS, Cell, Edit, Problem, Row, Sheet
from sync.problems import problem
from sync.text import fold, is_blank, nearest, normal
from sync.validation.columns import SILENT, MappedColumn, Reading, bind

_CELLS = 50_000  # to be looked at in one go: many for pandera, which takes its time for a column, few for the processor


@dataclass(frozen=True, slots=True)
class ValidatedRow:
    """A row of the sheet: what it asks for, or what is wrong with it."""

    row: Row
    record_id: int | None
    edit: Edit | None
    problems: tuple[Problem, ...]


class Validation:
    """What a sheet asks for under a mapping, and what is wrong with it.

    Every row of the sheet comes out of `rows()` once, but those that are empty where anybody looks.
    """

    def __init__(self, sheet: Sheet, mapping: Mapping) -> None:
        self.sheet = sheet
        self.mapping = mapping
        places = {fold(header): place for place, header in enumerate(sheet.headers) if header}
        self._id_place = places[fold(mapping.id_header)]
        self._bound = bind(mapping, sheet.headers, places)
        ignored = {fold(header) for header in (*mapping.ignore, *ADVICE_HEADERS)}
        self._ignored = {place for header, place in places.items() if header in ignored}
        known = {b.place for b in self._bound} | self._ignored | {self._id_place}
        self.unmapped = tuple(header for header in sheet.headers if header and places[fold(header)] not in known)
        self.missing = tuple(column.header for column in mapping.columns if fold(column.header) not in places)

    @property
    def id_header(self) -> str:
        """The id column, as the sheet has it."""
        return self.sheet.headers[self._id_place]

    @property
    def names(self) -> dict[str, str]:
        """The sheet's own header for each field that it has a column for."""
        return {str(b.target): b.header for b in self._bound} | {"id": self.id_header}

    @property
    def warnings(self) -> list[str]:
        """What a person should look at in the columns."""
        known = [*(column.header for column in self.mapping.columns), *self.mapping.ignore]
        returned = {fold(f.label) for f in self.mapping.resource.fields.values() if f.read_only}
        read_only = [header for header in self.unmapped if fold(header) in returned]
        said = [
            f"the column “{header}” is not mapped, so nothing of it is sent.{_hint(header, known)} "
            "Add it under columns: in the mapping file, or under ignore:."
            for header in self.unmapped
            if header not in read_only
        ]
        if read_only:
            said.append(f"read-only in Campfire, so nothing of them is sent: {', '.join(read_only)}.")
        return said

    def rows(self) -> Iterator[ValidatedRow]:
        """Every row with what it asks for, or with what is wrong."""
        targets, columns = [b.target for b in self._bound], self._judged.values
        said = zip(*(values() for values in columns), strict=True) if columns else repeat(())
        for i, (row, identity, values) in enumerate(zip(self._read, self._ids, said, strict=False)):
            found = self._problems.get(i)
            if found or identity is None:
                yield ValidatedRow(row, identity, None, tuple(found or ()))
            else:
                edits = {target: value for target, value in zip(targets, values, strict=True) if value is not SILENT}
                yield ValidatedRow(row, identity, Edit(row.number, identity, edits), ())

    @property
    def count(self) -> int:
        """How many rows come out of `rows()`."""
        return len(self._read)

    @property
    def invalid(self) -> int:
        """How many of them have something wrong with them."""
        return len(self._problems)

    def problems(self) -> Iterator[Problem]:
        """All that is wrong, row by row."""
        for i in sorted(self._problems):
            yield from self._problems[i]

    @cached_property
    def _read(self) -> list[Row]:
        """The rows in which a person has filled in something that is not ignored."""
        return [row for row in self.sheet.rows if self._is_filled(row)]

    def _is_filled(self, row: Row) -> bool:
        if not is_blank(row.cells[self._id_place]) or row.problems:
            return True
        return any(
            not is_blank(text) or place in row.cell_meta
            for place, text in enumerate(row.cells)
            if place not in self._ignored
        )

    @cached_property
    def _ids(self) -> list[int | None]:
        return [record_id(self._id_text(row)) for row in self._read]

    def _id_text(self, row: Row) -> str:
        text = normal(row.cells[self._id_place])
        cell_meta = row.cell_meta.get(self._id_place) if row.cell_meta else None
        return _plain_id(text, cell_meta) if cell_meta else text

    @cached_property
    def _rows_by_id(self) -> dict[int, list[int]]:
        """Where each customer is, for those that are in more than one row."""
        often = {identity for identity, count in Counter(self._ids).items() if count > 1 and identity is not None}
        found: dict[int, list[int]] = defaultdict(list)
        for row, identity in zip(self._read, self._ids, strict=True) if often else ():
            if identity in often:
                found[identity].append(row.number)
        return found

    @cached_property
    def _problems(self) -> dict[int, list[Problem]]:
        """What is wrong, by the row's place among those read; each row's in the order of its columns."""
        found: dict[int, list[Problem]] = defaultdict(list)
        for i, (row, identity) in enumerate(zip(self._read, self._ids, strict=True)):
            if row.cell_meta or row.problems or identity is None or identity in self._rows_by_id:
                found[i] += [*self._of_row(row), *self._of_id(row, identity), *self._of_cells(row)]
        bound = {b.place: b for b in self._bound}
        for i, place, kind in sorted(self._judged.failures):
            found[i].append(self._of_value(self._read[i], bound[place], kind))
        return {i: problems for i, problems in found.items() if problems}

    def _of_row(self, row: Row) -> Iterator[Problem]:
        for kind, detail in row.problems:
            yield problem(kind, row.number, detail=detail)

    def _of_id(self, row: Row, identity: int | None) -> Iterator[Problem]:
        header, text = self.id_header, row.cells[self._id_place]
        cell_meta = row.cell_meta.get(self._id_place) if row.cell_meta else None
        if cell_meta and cell_meta.kind:
            yield problem(cell_meta.kind, row.number, header, text, detail=cell_meta.detail)
        elif is_blank(text):
            yield problem("no_id", row.number, header)
        elif identity is None:
            yield problem("bad_id", row.number, header, text)
        elif identity in self._rows_by_id:
            others = [str(number) for number in self._rows_by_id[identity] if number != row.number]
            said = ", ".join(others[:10]) + (" …" if len(others) > 10 else "")
            yield problem("duplicate_id", row.number, header, text, record_id=identity, others=said)

    def _of_cells(self, row: Row) -> Iterator[Problem]:
        """Cells that can't be read, where that matters: a merge does in every column that is not ignored."""
        for place, cell_meta in row.cell_meta.items():
            if not cell_meta.kind or place == self._id_place or place >= len(self.sheet.headers):
                continue
            if place in self._places or (cell_meta.kind == "merged" and place not in self._ignored):
                header, text = self.sheet.headers[place], row.cells[place]
                yield problem(cell_meta.kind, row.number, header, text, detail=cell_meta.detail)

    @cached_property
    def _places(self) -> set[int]:
        return {b.place for b in self._bound}

    def _of_value(self, row: Row, b: MappedColumn, kind: str) -> Problem:
        shown = normal(row.cells[b.place])
        found = problem(kind, row.number, b.header, shown, **details(b.about, normal(b.text_of(row))))
        return replace(found, sensitive=(shown,)) if b.about.sensitive else found

    @cached_property
    def _judged(self) -> "_Judged":
        """What pandera says is wrong, and what the reading of a cell found that pandera does not say."""
        judged = _Judged([], set())
        readings = self._readings()
        at_once = max(1, _CELLS // len(self._read)) if self._read else 1
        while some := list(islice(readings, at_once)):
            judged.values.extend(reading.values for reading in some)
            judged.failures.update(pandera_failures(some))  # first: what it has asked is not asked again
            judged.failures.update(failure for reading in some for failure in reading.failures())
        return judged

    def _readings(self) -> Iterator[Reading]:
        """What the rows say in each column of the mapping that the sheet has."""
        rows = [row.cells for row in self._read]
        cell_meta = [(i, row) for i, row in enumerate(self._read) if row.cell_meta]
        for b in self._bound if rows else ():
            shown = list(map(itemgetter(b.place), rows))
            for i, row in cell_meta:
                shown[i] = b.text_of(row)
            yield b.read(shown)


@dataclass(frozen=True, slots=True)
class _Judged:
    values: list[Callable[[], Iterator[Any]]]  # of each column: what the rows say
    failures: set[tuple[int, int, str]]  # row (from 0), column (by its place in the sheet), rule


def pandera_failures(readings: list[Reading]) -> Iterator[tuple[int, int, str]]:
    """(row, column, rule) for all that fails, rows counted from 0 and columns by their place in the sheet."""
    import pandas as pd
    import pandera.pandas as pa

    texts = {str(reading.place): reading.texts.shown for reading in readings}
    try:
        schema(readings).validate(pd.DataFrame(texts, dtype=object), lazy=True)
    except pa.errors.SchemaErrors as e:
        cases = e.failure_cases
        for index, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True):
            yield int(index), int(column), str(check)


def schema(readings: list[Reading]) -> Any:
    """The pandera schema of these columns: each rule of its field is a check of that name."""
    import pandera.pandas as pa

    columns = {}
    for reading in readings:
        checks = [_check(kind, rule, reading.texts) for kind, rule in rules(reading.about).items()]
        columns[str(reading.place)] = pa.Column(object, checks, nullable=True)  # no text is null: not to be looked for
    return pa.DataFrameSchema(columns)


def _check(kind: str, rule: Rule, expected: Texts) -> Any:
    import pandera.pandas as pa

    def holds(column: Any) -> Any:
        shown = column.tolist()
        texts = expected if shown == expected.shown else Texts(shown)  # what several rules look at is made once
        if rule.all_hold(texts):
            return True
        return column.isin({text for text in texts.different if rule.holds(text)} | {""})  # a blank asks for nothing

    return pa.Check(holds, name=kind, ignore_na=False)


def _plain_id(text: str, cell_meta: Cell) -> str:
    """The digits of an id that is stored as a number, however shown; empty where a person sees another number."""
    if cell_meta.kind or not cell_meta.number:
        return text
    bare = text.translate(str.maketrans("", "", ", \u00a0\u202f'"))
    return cell_meta.number if record_id(bare) == record_id(cell_meta.number) else ""


def _hint(header: str, known: list[str]) -> str:
    near = nearest(header, known)
    return f" Did you mean “{near}”?" if near else ""
