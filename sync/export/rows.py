"""A record → the texts of its row, such that running the row as it stands asks for nothing.

Each row goes through the rules by which a sheet is read and compared with its record. A cell that would be refused or
would change something is left empty, with the reason as its note: an empty cell keeps what the record holds.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sync.contract.mapping import Column, Mapping
from sync.contract.resource import Resource
from sync.contract.rules import YES_NO
from sync.model import MISSING, ChangeKind, Edit, Record, RecordSummary, Row, Sheet, Target
from sync.planning.items import stored
from sync.planning.summary import summarize
from sync.planning.update import build_update
from sync.sheet.cells import doubtful_cells
from sync.text import EXCEL_CELL, excel_length, normal
from sync.validation.validated import ValidatedRow
from sync.validation.validation import Validation

_QUOTED = 300  # characters of a value that a note repeats

Faults = dict[int, str]  # by the column's position in the mapping: what would be wrong with the cell


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A record's row."""

    record_id: int
    texts: list[str]  # by the mapping's columns
    reasons: ReadOnlyMapping[int, str] = field(default_factory=dict)  # why a cell is empty though there is a value
    items: tuple[str | None, ...] = ()  # by `RowMaker.items`: the id of the list item
    summary: RecordSummary = field(default_factory=RecordSummary)
    key: str = ""  # what the id column shows: the id, or the text of the field that the mapping matches by
    verified: tuple[str, ...] = ()  # by the mapping's `verify`: what the record holds


class RowMaker:
    """Makes rows of records.

    Attributes:
        left_out: columns that the sheet can't have, each with the reason. Known when all rows are made.
        items: the list items that a column is for: `contacts[1]`.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.left_out: dict[int, str] = {}
        self.spellings = spellings(mapping)
        targets = {f"{t.field}[{t.index}]": t for t in (column.target for column in mapping.columns) if t.index}
        self.items = tuple(targets)
        self._item_ids = [_id_of(target, mapping.resource) for target in targets.values()]

    def rows(self, records: Sequence[Record]) -> list[ExportedRow]:
        """The rows of these records, in their order."""
        rows = [self._first_attempt(record) for record in records]
        left = list(range(len(rows)))
        while left:
            faults = list(self._faults([rows[i] for i in left], [records[i] for i in left]))
            left = [i for i, of_row in zip(left, faults, strict=True) if of_row]
            for i, of_row in zip(left, filter(None, faults), strict=True):
                rows[i] = self._emptied(rows[i], of_row, records[i])
        return rows

    def _first_attempt(self, record: Record) -> ExportedRow:
        resource = self.mapping.resource
        texts, reasons = [], {}
        for position, column in enumerate(self.mapping.columns):
            text, reason = self._text(position, column, stored(record, column.target, resource))
            texts.append(text)
            if reason:
                reasons[position] = reason
        items = tuple(_item_id(record, target, resource) for target in self._item_ids)
        return ExportedRow(
            record[resource.roles.id],
            texts,
            reasons,
            items,
            summarize(record, resource),
            _shown(record.get(self.mapping.match or resource.roles.id)),
            tuple(_shown(record.get(name)) for name in self.mapping.verify.values()),
        )

    def _text(self, position: int, column: Column, value: Any) -> tuple[str, str]:
        """What a cell shows, or why it can't show what the record holds."""
        of_column = self.mapping.resource.field_of(column.target)
        if value is MISSING or value is None or value == "":
            return "", ""
        if of_column.type in ("choice", "boolean"):
            text = self.spellings.get((position, value), "") if isinstance(value, str | bool) else ""
            return text, "" if text else _reason(value, "no text in this column means that.")
        is_of_its_type = isinstance(value, str) if of_column.type == "string" else type(value) is int
        if not is_of_its_type:
            return "", _reason(value, "this column takes values of another type.")
        text = normal(str(value))
        if excel_length(text) > EXCEL_CELL:
            return "", _reason(value, f"a cell in Excel holds at most {EXCEL_CELL:,} characters.")
        return text, ""

    def _emptied(self, row: ExportedRow, faults: Faults, record: Record) -> ExportedRow:
        texts, reasons = list(row.texts), dict(row.reasons)
        for position, fault in faults.items():
            if not texts[position]:
                self.left_out.setdefault(position, _why_left_out(self.mapping.resource, row.record_id, fault))
            else:
                reasons[position] = _reason(
                    stored(record, self.mapping.columns[position].target, self.mapping.resource), fault
                )
            texts[position] = ""
        return replace(row, texts=texts, reasons=reasons)

    def _faults(self, rows: Sequence[ExportedRow], records: Sequence[Record]) -> Iterator[Faults]:
        """What reading each of these rows again would refuse, or change."""
        kept = [position for position in range(len(self.mapping.columns)) if position not in self.left_out]
        columns = tuple(self.mapping.columns[position] for position in kept)
        cells = [(str(row.record_id), *(row.texts[position] for position in kept)) for row in rows]
        by_target = {str(column.target): position for column, position in zip(columns, kept, strict=True)}
        by_header = {column.header: position for column, position in zip(columns, kept, strict=True)}
        for read, record in zip(_read_again(replace(self.mapping, columns=columns), cells), records, strict=True):
            if read.problems:
                yield {by_header[problem.column]: problem.problem for problem in read.problems}
            else:
                yield dict(_changes(read, record, self.mapping.resource, by_target))


def _shown(value: Any) -> str:
    return normal(str(value)) if isinstance(value, str | int) else ""


def _id_of(target: Target, resource: Resource) -> Target:
    """The target of a list item's id."""
    return Target(target.field, target.index, resource.fields[target.field].roles.id)


def _item_id(record: Record, target: Target, resource: Resource) -> str | None:
    item_id = stored(record, target, resource)
    return str(item_id) if isinstance(item_id, int | str) else None


def _read_again(mapping: Mapping, cells: Sequence[tuple[str, ...]]) -> Iterator[ValidatedRow]:
    headers = (mapping.id_header, *(column.header for column in mapping.columns))
    rows = [Row(number, texts, doubtful_cells(texts)) for number, texts in enumerate(cells, start=2)]
    by_id = replace(mapping, match="", verify={})  # which record a row is for is not in question here
    return Validation(Sheet(Path(), "", headers, 1, rows), by_id).rows()


def _changes(
    read: ValidatedRow, record: Record, resource: Resource, by_target: ReadOnlyMapping[str, int]
) -> Iterator[tuple[int, str]]:
    edit = read.edit or Edit(read.row.number, read.record_id, {})
    # A record that lacks what every body needs is given it, so that the comparison goes through all the same.
    needed = {needed.name: None for needed in resource.needed if needed.name not in record}
    planned = build_update(edit, record, resource, needed, lambda target: (target, ""))
    for problem in planned.problems:
        yield by_target[problem.column], problem.problem
    for change in planned.changes:
        if change.kind is not ChangeKind.CONSTANT:
            yield by_target[change.field], "in this column that text means something else."


def spellings(mapping: Mapping) -> dict[tuple[int, Any], str]:
    """What a cell shows for a value, by the column's position: the first spelling that is read as that value."""
    own = [(position, replace(column, blank_clears=False)) for position, column in enumerate(mapping.columns)]
    chosen = {position: column for position, column in own if _spellings_of(column, mapping.resource)}
    candidates = [
        (position, value, text)
        for position, column in chosen.items()
        for value, texts in _spellings_of(column, mapping.resource).items()
        for text in texts
    ]
    cells = [
        (str(n), *(text if position == other else "" for other in chosen))
        for n, (position, _, text) in enumerate(candidates, start=1)
    ]
    rows = _read_again(replace(mapping, columns=tuple(chosen.values())), cells)
    best: dict[tuple[int, Any], str] = {}
    for (position, value, text), read in zip(candidates, rows, strict=True):
        if read.edit and read.edit.values == {str(chosen[position].target): value}:
            best.setdefault((position, value), text)
    return best


def _spellings_of(column: Column, resource: Resource) -> dict[Any, list[str]]:
    """The values of a choice or a yes-or-no field, each with the texts that may mean it, the best first."""
    of_column = resource.field_of(column.target)
    texts: dict[Any, list[str]] = {choice: [label, choice] for choice, label in of_column.choices.items()}
    if of_column.type == "boolean":
        words = list(YES_NO)
        texts = {
            answer: [best, *(word for word in words if YES_NO[word] is answer)]
            for answer, best in ((True, "yes"), (False, "no"))
        }
    for spelling, value in column.values.items():
        if value in texts:
            texts[value].append(spelling)
    return texts


def _reason(value: Any, fault: str) -> str:
    return (
        f"Campfire holds {_quoted(value)}, and the cell can't show it: {fault} "
        "The cell is empty, which keeps what Campfire holds."
    )


def _why_left_out(resource: Resource, record_id: int, fault: str) -> str:
    return (
        f"{resource.noun.one} {record_id} holds what a cell can't show, and an empty cell would clear it "
        f"({fault.rstrip('.')})"
    )


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    shown = "".join(c if c.isprintable() or c == "\n" else f"⟨U+{ord(c):04X}⟩" for c in text[:_QUOTED])
    return f"“{shown}{'…' if len(text) > _QUOTED else ''}”"
