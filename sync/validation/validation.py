"""A Sheet under a Mapping → Edits, Problems and warnings.

A row is good only if its field's rules hold for its texts and pandera finds nothing: what one of the two leaves out is
not lost. Every filled row comes out of `rows()` exactly once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from operator import itemgetter
from typing import Any

from sync.contract.mapping import Mapping as MappingFile
from sync.contract.rules import details, problem_kind
from sync.model import Edit, Problem, Row, Sheet, SheetWarning, Target
from sync.problems import problem
from sync.text import normal
from sync.validation import schema
from sync.validation.columns import NO_EDIT, MappedColumn, Reading
from sync.validation.identities import Identities
from sync.validation.layout import layout_of
from sync.validation.memory import Remembered, Untouched
from sync.validation.numbers import whole_number_text
from sync.validation.warnings import ColumnWarnings, swapped_names, unmapped_columns

_CELLS = 50_000  # for pandera in one go: many, since it takes its time for each column; few, since memory is slow


@dataclass(frozen=True, slots=True)
class ValidatedRow:
    """A row of the sheet: what it asks for, or what is wrong with it."""

    row: Row
    record_id: int | None
    edit: Edit | None
    problems: tuple[Problem, ...]
    exported: Mapping[Target, Any] = field(default_factory=dict)  # as in Edit, of a row with problems too
    items: Mapping[str, Any] = field(default_factory=dict)


class Validation:
    """What a sheet asks for under a mapping, what is wrong with it, and what a person should look at first.

    Args:
        accept: kinds of warnings that are meant, beside those of the mapping.

    Raises:
        FileRefused: a column that the mapping verifies is missing.
    """

    def __init__(self, sheet: Sheet, mapping: MappingFile, accept: Collection[str] = ()) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self._accept = {*accept, *mapping.accept}
        self._layout = layout_of(sheet, mapping)
        self._noun = mapping.resource.noun.one
        self._identities = Identities(sheet, self._layout, mapping.match, self._noun)

    @property
    def id_header(self) -> str:
        """The id column, as the sheet has it."""
        return self.sheet.headers[self._layout.id]

    @property
    def is_mapped(self) -> bool:
        """Whether the sheet has a column that writes a field."""
        return bool(self._layout.mapped)

    @property
    def names(self) -> dict[str, str]:
        """The sheet's own header for each field that it has a column for, and for `id`."""
        return {str(c.target): c.header for c in self._layout.mapped} | {"id": self.id_header}

    @property
    def verified(self) -> dict[str, str]:
        """The sheet's own header for each field that tells whether a row is for the right record."""
        return {name: self.sheet.headers[position] for position, name in self._layout.verified}

    @property
    def missing(self) -> tuple[str, ...]:
        """Headers of the mapping that the sheet does not have: their fields stay as they are."""
        return self._layout.missing

    @property
    def read_only(self) -> tuple[str, ...]:
        """Headers of fields that Campfire takes from nobody: nothing in them is sent."""
        return tuple(self.sheet.headers[position] for position in self._layout.read_only)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Headers that are neither mapped nor ignored."""
        return tuple(self.sheet.headers[position] for position in self._layout.unmapped)

    @cached_property
    def warnings(self) -> tuple[SheetWarning, ...]:
        """What a person should look at first; without the kinds that are accepted."""
        names = swapped_names(self._name_edits(), self._exported_names(), self._name_header, self._noun)
        found = (
            *unmapped_columns(self.sheet, self._identities.rows, self._layout.unmapped, self.mapping),
            *self._judged.warnings,
            *names,
            *self.sheet.warnings,
        )
        return tuple(warning for warning in found if warning.kind not in self._accept)

    @property
    def count(self) -> int:
        """How many rows come out of `rows()`."""
        return len(self._identities.rows)

    @property
    def invalid(self) -> int:
        """How many of them have a problem."""
        return len(self._problems)

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong, row by row."""
        for i in sorted(self._problems):
            yield from self._problems[i]

    def rows(self) -> Iterator[ValidatedRow]:
        """Every filled row with what it asks for, or with what is wrong."""
        targets = [column.target for column in self._layout.mapped]
        columns = [values() for values in self._judged.values]
        values_of_rows = zip(*columns, strict=True) if columns else repeat((), len(self._identities.rows))
        exported = self._remembered.exported() if not self._remembered.is_empty else repeat({})
        for i, (row, values, was) in enumerate(zip(self._identities.rows, values_of_rows, exported, strict=False)):
            problems = tuple(self._problems.get(i, ()))
            number = self._identities.numbers[i]
            edit = None
            if not problems:
                edits = {target: value for target, value in zip(targets, values, strict=True) if value is not NO_EDIT}
                edit = Edit(row.number, number, edits)
            yield self._with_witnesses(i, ValidatedRow(row, number, edit, problems, was))

    def _with_witnesses(self, i: int, validated: ValidatedRow) -> ValidatedRow:
        """The row with what its edit is to be compared with beside the record, where there is such a thing."""
        match = str(self._identities.ids[i] or "") if self.mapping.match else ""
        verify = dict(self._verified(validated.row))
        exported, items = validated.exported, self._remembered.items(i)
        if not (match or verify or exported or items):
            return validated
        edit = validated.edit
        if edit is not None:
            edit = replace(edit, match=match, exported=exported, items=items, verify=verify)
        return replace(validated, edit=edit, items=items)

    def _verified(self, row: Row) -> Iterator[tuple[str, str]]:
        """The fields that the record must hold, each with the text that it must hold."""
        for position, name in self._layout.verified:
            yield name, normal(row.cells[position])

    # --- what is wrong ---

    @cached_property
    def _remembered(self) -> Remembered:
        memory = self.sheet.memory
        is_for_this = memory is not None and memory.key == self.mapping.match  # it goes by what the id column holds
        return Remembered(memory if is_for_this else None, self._layout.mapped, self._identities.ids)

    @cached_property
    def _problems(self) -> dict[int, list[Problem]]:
        """What is wrong, by the row's index; each row's in the order of its columns."""
        problems: dict[int, list[Problem]] = defaultdict(list)
        for i, (row, id_) in enumerate(zip(self._identities.rows, self._identities.ids, strict=True)):
            if row.cell_meta or row.problems or id_ is None or id_ in self._identities.rows_by_id:
                problems[i] += [*self._of_row(row), *self._identities.problems_of(row, id_), *self._of_cells(i, row)]
        for i, position, rule in sorted(self._judged.failures):
            column = self._by_position[position]
            problems[i].append(self._of_value(self._identities.rows[i], column, rule))
        if self._identities.totals_row >= 0:
            problems[self._identities.totals_row] = [
                problem("totals_row", self._identities.rows[-1].number, noun=self._noun)
            ]
        return {i: of_row for i, of_row in problems.items() if of_row}

    @cached_property
    def _by_position(self) -> dict[int, MappedColumn]:
        return {column.position: column for column in self._layout.mapped}

    def _of_row(self, row: Row) -> Iterator[Problem]:
        for kind, detail in row.problems:
            yield problem(kind, row.number, detail=detail)

    def _of_cells(self, i: int, row: Row) -> Iterator[Problem]:
        """Cells that cannot be read, where that matters: a merge does in every column that is not ignored."""
        for position, cell in row.cell_meta.items():
            if not cell.kind or position == self._layout.id or position >= len(self.sheet.headers):
                continue
            header, text = self.sheet.headers[position], row.cells[position]
            if cell.kind == "merged":
                if position not in self._layout.ignored:
                    yield problem(cell.kind, row.number, header, text, detail=cell.detail)
            elif position in self._by_position and not self._untouched.has(i, position):
                secret = self._by_position[position].field.sensitive
                found = problem(cell.kind, row.number, header, text, detail=cell.detail)
                yield replace(found, sensitive=(text, cell.detail)) if secret else found

    def _of_value(self, row: Row, column: MappedColumn, rule: str) -> Problem:
        shown, cell = normal(row.cells[column.position]), row.cell_meta.get(column.position)
        kind = problem_kind(rule, shown)
        words = details(column.field, shown, column.clear) | {"number": cell.number if cell else ""}
        found = problem(kind, row.number, column.header, shown, **words)
        return replace(found, sensitive=(shown,)) if column.field.sensitive else found

    # --- the columns ---

    @cached_property
    def _untouched(self) -> Untouched:
        """The cells that nobody has changed since the export."""
        return self._remembered.untouched(self._identities.rows)

    @cached_property
    def _judged(self) -> "_Judged":
        """What pandera finds wrong, and what the reading of a cell found beside that."""
        judged = _Judged()
        warnings = ColumnWarnings(
            self.sheet, self._identities.rows, self._untouched, self.mapping.clear, self._layout.id
        )
        asked = self._untouched.asked(self._identities.cells, self._layout.mapped)
        at_once = max(1, _CELLS // len(self._identities.rows)) if self._identities.rows else 1
        columns = self._layout.mapped if self._identities.rows else ()
        for start in range(0, len(columns), at_once):
            readings = [self._reading(column, asked, judged) for column in columns[start : start + at_once]]
            for row, index, rule in schema.failures(readings):  # first: what it has asked is not asked again
                judged.failures.add((row, readings[index].column.position, rule))
            for reading in readings:
                judged.values.append(reading.values)
                judged.failures.update((i, reading.column.position, rule) for i, rule in reading.failures())
                warnings.look_at(reading)
        judged.warnings = tuple(warnings.all())
        return judged

    def _reading(self, column: MappedColumn, asked: Sequence[tuple[Any, ...]], judged: "_Judged") -> Reading:
        """What the rows ask for in this column, given the texts of those that somebody may have changed."""
        texts = list(map(itemgetter(column.position), asked))
        for i, row in self._identities.marked:
            cell = row.cell_meta.get(column.position)
            if cell is None or self._untouched.has(i, column.position):
                continue
            if cell.kind:
                texts[i] = ""  # it cannot be read, which `_of_cells` tells
            elif column.field.type == "integer":
                texts[i], kind = whole_number_text(row.cells[column.position], cell)
                if kind:
                    judged.failures.add((i, column.position, kind))
        return column.read(texts)

    # --- names ---

    @cached_property
    def _name_column(self) -> MappedColumn | None:
        role = self.mapping.resource.roles.name
        return next((c for c in self._layout.mapped if role and str(c.target) == role), None)

    @property
    def _name_header(self) -> str:
        return self._name_column.header if self._name_column else ""

    def _exported_names(self) -> Iterator[tuple[int, str]]:
        """Ids and the names that their records had when the sheet was exported."""
        column = self._name_column
        names = self._remembered.exported_in(column) if column else ()
        for number, name in zip(self._identities.numbers, names, strict=False):
            if number is not None and isinstance(name, str):
                yield number, name

    def _name_edits(self) -> Iterator[tuple[int, int, str]]:
        """Rows, ids and the names that the sheet gives them."""
        column = self._name_column
        for i, number in enumerate(self._identities.numbers) if column and not self._remembered.is_empty else ():
            if number is not None and column and not self._untouched.has(i, column.position):
                yield self._identities.rows[i].number, number, normal(self._identities.rows[i].cells[column.position])


@dataclass(slots=True)
class _Judged:
    values: list[Callable[[], Iterator[Any]]] = field(default_factory=list)  # of each column, in the layout's order
    failures: set[tuple[int, int, str]] = field(default_factory=set)  # row (from 0), position, rule or kind of problem
    warnings: tuple[SheetWarning, ...] = ()
