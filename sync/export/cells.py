"""A record → the texts of its row: such that reading the row again asks for nothing.

Each row goes through the very rules by which a sheet is read and compared with its record. A cell that would be refused
or would change something is left empty with the reason as its note: an empty cell keeps what the record holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sync.contract.mapping import Column
from sync.contract.mapping import Mapping as Mapped
from sync.contract.resource import Resource
from sync.contract.rules import YES_NO
from sync.model import MISSING, Record, RecordSummary, Row, RowRecord, Sheet
from sync.planning.update import build_update, seen, stored
from sync.status import Stage, Status
from sync.text import normal
from sync.validation.schema import ValidatedRow, Validation
from sync.xlsx.writing.cells import CELL_LIMIT, length

_QUOTED = 300  # characters of a value that a note repeats

Places = dict[int, str]  # by column: what would be wrong with the cell


@dataclass(frozen=True, slots=True)
class Shown:
    """A customer's row."""

    record_id: int
    texts: list[str]  # by the mapping's columns
    reasons: Mapping[int, str] = field(default_factory=dict)  # of cells left empty though the record holds something
    seen: RecordSummary = field(default_factory=RecordSummary)


class Shower:
    """Makes rows of records."""

    def __init__(self, mapping: Mapped) -> None:
        self.mapping = mapping
        self.withheld: Places = {}  # columns that can't be in the sheet at all
        self.spellings = spellings(mapping)

    def rows(self, records: Sequence[Record]) -> list[Shown]:
        """The rows of these records, in their order."""
        found = [self._first(record) for record in records]
        left = list(range(len(found)))
        while left:
            faults = list(self._faults([found[i] for i in left], [records[i] for i in left]))
            left = [i for i, fault in zip(left, faults, strict=True) if fault]
            for i, places in zip(left, filter(None, faults), strict=True):
                found[i] = self._emptied(found[i], places, records[i])
        return found

    def _first(self, record: Record) -> Shown:
        texts, reasons = [], {}
        for place, column in enumerate(self.mapping.columns):
            text, reason = self._text(place, column, stored(record, column.target))
            texts.append(text)
            if reason:
                reasons[place] = reason
        return Shown(record[self.mapping.resource.roles.id], texts, reasons, seen(record, self.mapping.resource))

    def _text(self, place: int, column: Column, value: Any) -> tuple[str, str]:
        """What a cell shows, or why it can't show what the record holds."""
        about = self.mapping.resource.field_of(column.target)
        if value is MISSING or value is None or value == "":
            return "", ""
        if about.type in ("choice", "boolean"):
            text = self.spellings.get((place, value), "") if isinstance(value, str | bool) else ""
            return text, "" if text else _reason(value, "no text in this column stands for that.")
        fits = isinstance(value, str) if about.type == "string" else type(value) is int
        if not fits:
            return "", _reason(value, "that is no value of the kind that this column takes.")
        text = normal(str(value))
        if length(text) > CELL_LIMIT:
            return "", _reason(value, f"a cell in Excel holds at most {CELL_LIMIT:,} characters.")
        return text, ""

    def _emptied(self, row: Shown, places: Places, record: Record) -> Shown:
        texts, reasons = list(row.texts), dict(row.reasons)
        for place, said in places.items():
            if not texts[place]:
                self.withheld.setdefault(place, _why_withheld(row.record_id, said))
            else:
                reasons[place] = _reason(stored(record, self.mapping.columns[place].target), said)
            texts[place] = ""
        return replace(row, texts=texts, reasons=reasons)

    def _faults(self, rows: Sequence[Shown], records: Sequence[Record]) -> Iterator[Places]:
        """What reading each of these rows again would find wrong with it, or change."""
        kept = [place for place in range(len(self.mapping.columns)) if place not in self.withheld]
        columns = tuple(self.mapping.columns[place] for place in kept)
        mapping = replace(self.mapping, columns=columns)
        cells = [(str(row.record_id), *(row.texts[place] for place in kept)) for row in rows]
        place_of = {str(column.target): place for column, place in zip(columns, kept, strict=True)}
        for checked, record in zip(_read_again(mapping, cells), records, strict=True):
            if checked.problems:
                headers = {column.header: place for column, place in zip(columns, kept, strict=True)}
                yield {headers[found.column]: found.problem for found in checked.problems}
            else:
                yield dict(_changes(checked, record, self.mapping.resource, place_of))


def _read_again(mapping: Mapped, cells: Sequence[tuple[str, ...]]) -> Iterator[ValidatedRow]:
    headers = (mapping.id_header, *(column.header for column in mapping.columns))
    rows = [Row(number, texts) for number, texts in enumerate(cells, start=2)]
    return Validation(Sheet(Path(), "", headers, 1, rows), mapping).rows()


def _changes(
    checked: ValidatedRow, record: Record, resource: Resource, place_of: Mapping[str, int]
) -> Iterator[tuple[int, str]]:
    values = checked.edit.values if checked.edit else {}
    edits = {str(target): value for target, value in values.items()}
    # What every body needs is given, so that a record without it still tells what would change.
    needed = {about.name: None for about in resource.needed if about.name not in record}
    draft = build_update(_row(checked, edits), record, resource, needed, lambda target: (target, ""))
    for found in draft.problems:
        yield place_of[found.column], found.problem
    for change in draft.edits:
        yield place_of[change.field], "in this column that text stands for something else."


def _row(checked: ValidatedRow, edits: Mapping[str, Any]) -> RowRecord:
    row = checked.row
    return RowRecord(
        0, row.number, checked.record_id, row.cells, {}, Stage.READ, Status.NOT_SENT, "", edits, (), (), None, None,
        None, 0, "",
    )  # fmt: skip


def spellings(mapping: Mapped) -> dict[tuple[int, Any], str]:
    """By the column's place and the API's value, what a cell shows for it: the first spelling that is read as that."""
    own = [(place, replace(column, blank_clears=False)) for place, column in enumerate(mapping.columns)]
    chosen = {place: column for place, column in own if _spelt(column, mapping.resource)}
    candidates = [
        (place, value, text)
        for place, column in chosen.items()
        for value, texts in _spelt(column, mapping.resource).items()
        for text in texts
    ]
    cells = [
        (str(n), *(text if place == other else "" for other in chosen))
        for n, (place, _, text) in enumerate(candidates, start=1)
    ]
    rows = _read_again(replace(mapping, columns=tuple(chosen.values())), cells)
    found: dict[tuple[int, Any], str] = {}
    for (place, value, text), checked in zip(candidates, rows, strict=True):
        if checked.edit and checked.edit.values == {chosen[place].target: value}:
            found.setdefault((place, value), text)
    return found


def _spelt(column: Column, resource: Resource) -> dict[Any, list[str]]:
    """The values of a choice or a yes-or-no field, each with the texts that may stand for it, the best first."""
    about = resource.field_of(column.target)
    texts: dict[Any, list[str]] = {choice: [label, choice] for choice, label in about.choices.items()}
    if about.type == "boolean":
        words = list(YES_NO)
        texts = {
            answer: [best, *(word for word in words if YES_NO[word] is answer)]
            for answer, best in ((True, "yes"), (False, "no"))
        }
    for spelling, value in column.values.items():
        if value in texts:
            texts[value].append(spelling)
    return texts


def _reason(value: Any, said: str) -> str:
    return (
        f"Campfire holds {_quoted(value)}, and the cell can't show it: {said} "
        "The cell is empty, which keeps what Campfire holds."
    )


def _why_withheld(record_id: int, said: str) -> str:
    return f"customer {record_id} holds what a cell can't show, and an empty cell would clear it ({said.rstrip('.')})"


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    seen_ = "".join(c if c.isprintable() or c == "\n" else f"⟨U+{ord(c):04X}⟩" for c in text[:_QUOTED])
    return f"“{seen_}{'…' if len(text) > _QUOTED else ''}”"
