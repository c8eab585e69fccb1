"""Mapping × contract → a pandera schema; a Sheet → Edits and Problems.

pandera asks every rule of every text, column by column, and reports all that fails. It is given texts and nothing else (blanks,
the clear word and spellings of the mapping file are settled before), so no coercion of its own can change a value. A row is
good only if its own texts satisfy the rules again when they are converted: what pandera might leave out is not lost.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sync.contract import Field, contract
from sync.mapping import nearest
from sync.model import Cell, Column, Edit, Mapping, Problem, Row, Sheet, Target
from sync.problems import problem
from sync.text import fold, is_blank, normal
from sync.values import convert, customer_id, details, fault, rules


@dataclass(frozen=True, slots=True)
class Checked:
    """A row of the sheet: what it asks for, or what is wrong with it."""

    row: Row
    customer_id: int | None
    edit: Edit | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a text in a column stands for."""

    text: str = ""  # to be read by the field's rules; empty if it is settled already
    says: bool = False  # whether it asks for anything
    value: Any = None
    kind: str = ""  # what is wrong with it


_NOTHING = _Meaning()


@dataclass(slots=True)
class _Bound:
    """A column of the mapping, found in the sheet."""

    column: Column
    place: int
    header: str  # as the sheet has it
    about: Field
    clear: str
    memo: dict[str, _Meaning] = field(default_factory=dict)

    def meaning(self, text: str) -> _Meaning:
        known = self.memo.get(text)
        if known is None:
            known = self.memo[text] = self._meaning(normal(text))
        return known

    def _meaning(self, text: str) -> _Meaning:
        if not text and not self.column.blank_clears:
            return _NOTHING
        word = fold(text)
        if word in self.column.values:
            value = self.column.values[word]
        elif not text or word == self.clear:
            value = None
        else:
            return self._read(text)
        if value is None and not self.about.nullable:
            return _Meaning(kind="not_nullable", says=True)
        return _Meaning(says=True, value=value)

    def _read(self, text: str) -> _Meaning:
        wrong = fault(self.about, text)
        return _Meaning(text, True, None if wrong else convert(self.about, text), wrong)

    def text_of(self, row: Row) -> str:
        """The row's text here; for a field that holds a whole number, the number that the cell holds, however shown."""
        special = row.special.get(self.place)
        if special and special.number and self.about.type == "integer":
            return special.number
        return row.cells[self.place]


class Validation:
    """What a sheet asks for under a mapping, and what is wrong with it.

    Every row of the sheet comes out of `rows()` once, but those that are empty where anybody looks.
    """

    def __init__(self, sheet: Sheet, mapping: Mapping) -> None:
        self.sheet = sheet
        self.mapping = mapping
        places = {fold(header): place for place, header in enumerate(sheet.headers) if header}
        self._id_place = places[fold(mapping.id_header)]
        self._bound = [
            _Bound(column, places[fold(column.header)], sheet.headers[places[fold(column.header)]], about, clear)
            for column in mapping.columns
            if fold(column.header) in places
            for about, clear in [(contract().field_of(column.target), fold(mapping.clear))]
        ]
        ignored = {fold(header) for header in mapping.ignore}
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
        return {str(b.column.target): b.header for b in self._bound} | {"id": self.id_header}

    @property
    def warnings(self) -> list[str]:
        """What a person should know of the columns."""
        mapped = [column.header for column in self.mapping.columns]
        said = [
            f"the column “{header}” is not mapped, so nothing of it is sent.{nearest(header, mapped)} "
            "Add it under columns: in the mapping file, or under ignore:."
            for header in self.unmapped
        ]
        if self.missing:
            said.append("not in the sheet, so left as they are: " + ", ".join(self.missing) + ".")
        return said

    def rows(self) -> Iterator[Checked]:
        """Every row with what it asks for, or with what is wrong."""
        for i, row in enumerate(self._read):
            identity = self._ids[i]
            found = [*self._of_row(row), *self._of_id(row, identity), *self._of_cells(i, row)]
            if found:
                yield Checked(row, identity, None, tuple(found))
            else:
                assert identity is not None
                yield Checked(row, identity, Edit(row.number, identity, self._values(row)), ())

    @cached_property
    def _read(self) -> list[Row]:
        """The rows in which a person has filled in something that is not ignored."""
        return [row for row in self.sheet.rows if self._is_filled(row)]

    def _is_filled(self, row: Row) -> bool:
        if not is_blank(row.cells[self._id_place]) or row.problems:
            return True
        return any(
            not is_blank(text) or place in row.special
            for place, text in enumerate(row.cells)
            if place not in self._ignored
        )

    @cached_property
    def _ids(self) -> list[int | None]:
        return [customer_id(self._id_text(row)) for row in self._read]

    def _id_text(self, row: Row) -> str:
        special = row.special.get(self._id_place)
        text = normal(row.cells[self._id_place])
        return _plain_id(text, special) if special else text

    @cached_property
    def _rows_by_id(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for row, identity in zip(self._read, self._ids, strict=True):
            if identity is not None:
                found[identity].append(row.number)
        return found

    def _of_row(self, row: Row) -> Iterator[Problem]:
        for kind, detail in row.problems:
            yield problem(kind, row.number, detail=detail)

    def _of_id(self, row: Row, identity: int | None) -> Iterator[Problem]:
        header, text = self.sheet.headers[self._id_place], row.cells[self._id_place]
        special = row.special.get(self._id_place)
        if special and special.kind:
            yield problem(special.kind, row.number, header, text, detail=special.detail)
        elif is_blank(text):
            yield problem("no_id", row.number, header)
        elif identity is None:
            yield problem("bad_id", row.number, header, text)
        elif len(self._rows_by_id[identity]) > 1:
            others = [str(number) for number in self._rows_by_id[identity] if number != row.number]
            said = ", ".join(others[:10]) + (" …" if len(others) > 10 else "")
            yield problem("duplicate_id", row.number, header, text, customer_id=identity, others=said)

    def _of_cells(self, i: int, row: Row) -> Iterator[Problem]:
        bound = {b.place: b for b in self._bound}
        for place, special in row.special.items():
            counts = place in bound or (special.kind == "merged" and place not in self._ignored)
            if special.kind and counts and place != self._id_place and place < len(self.sheet.headers):
                yield problem(
                    special.kind, row.number, self.sheet.headers[place], row.cells[place], detail=special.detail
                )
        for b in self._bound:
            if not (b.place in row.special and row.special[b.place].kind):
                yield from self._of_value(i, row, b)

    def _of_value(self, i: int, row: Row, b: _Bound) -> Iterator[Problem]:
        text = b.text_of(row)
        kinds = self._failures.get((i, b.place), [])
        own = b.meaning(text).kind
        for kind in kinds if own in kinds or not own else [own, *kinds]:
            shown = normal(row.cells[b.place])
            found = problem(kind, row.number, b.header, shown, **details(b.about, normal(text)))
            yield _secret(found, b.about, shown)

    @cached_property
    def _failures(self) -> dict[tuple[int, int], list[str]]:
        """What pandera says, by the row's place in `_read` and the column's place in the sheet."""
        import pandas as pd
        import pandera.pandas as pa

        texts = {str(b.place): [b.meaning(b.text_of(row)).text or None for row in self._read] for b in self._bound}
        found: dict[tuple[int, int], list[str]] = defaultdict(list)
        try:
            schema(self._bound).validate(pd.DataFrame(texts, dtype=object), lazy=True)
        except pa.errors.SchemaErrors as e:
            cases = e.failure_cases
            for index, column, check in zip(cases["index"], cases["column"], cases["check"], strict=True):
                found[int(index), int(column)].append(str(check))
        return found

    def _values(self, row: Row) -> dict[Target, Any]:
        meanings = ((b.column.target, b.meaning(b.text_of(row))) for b in self._bound)
        return {target: meaning.value for target, meaning in meanings if meaning.says}


def schema(bound: list[_Bound]) -> Any:
    """The pandera schema of these columns: each rule of its field a check of that name."""
    import pandera.pandas as pa

    def check(kind: str, holds: Any) -> Any:
        # Each different text is asked once: a month's sheet says “Net 30” ten thousand times.
        return pa.Check(lambda texts: texts.isin([text for text in texts.unique() if holds(text)]), name=kind)

    return pa.DataFrameSchema(
        {
            str(b.place): pa.Column(
                object, [check(kind, holds) for kind, holds in rules(b.about).items()], nullable=True
            )
            for b in bound
        }
    )


def _plain_id(text: str, special: Cell) -> str:
    """The digits of an id that is stored as a number and shown with separators or decimals; otherwise the text."""
    if special.kind or not special.number:
        return text
    bare = text.translate(str.maketrans("", "", ", \u00a0\u202f'"))
    return special.number if customer_id(bare) == customer_id(special.number) else text


def _secret(found: Problem, about: Field, *texts: str) -> Problem:
    """The problem, with the texts named that are not to be printed."""
    if not about.sensitive:
        return found
    return Problem(found.row, found.column, found.value, found.kind, found.problem, found.remedy, texts)
