"""The filled rows of a sheet, and which record each of them is for."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

from sync.contract.rules import has_separators, record_id
from sync.model import Cell, Problem, Row, Sheet
from sync.problems import problem
from sync.text import is_blank, normal
from sync.validation.layout import Layout
from sync.validation.numbers import whole_number_text
from sync.validation.totals_row import is_totals_row

_NAMED = 10  # rows that a duplicate names


class Identities:
    """The rows in which a person has filled in something, each with its id.

    Args:
        match: the field by which records are found, where that is not their id; empty: the id.
        noun: what a person calls a record.
    """

    def __init__(self, sheet: Sheet, layout: Layout, match: str, noun: str) -> None:
        self._sheet = sheet
        self._layout = layout
        self._match = match
        self._noun = noun

    @cached_property
    def marked(self) -> list[tuple[int, Row]]:
        """The rows with a cell of which the text does not tell everything."""
        return [(i, row) for i, row in enumerate(self.rows) if row.cell_meta]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows in which a person has filled in something that is not ignored."""
        return [row for row in self._sheet.rows if self._is_filled(row)]

    @cached_property
    def cells(self) -> list[tuple[str, ...]]:
        """The texts of each row."""
        return [row.cells for row in self.rows]

    def _is_filled(self, row: Row) -> bool:
        if not is_blank(row.cells[self._layout.id]) or row.problems:
            return True
        return any(
            not is_blank(text) or position in row.cell_meta
            for position, text in enumerate(row.cells)
            if position not in self._layout.ignored
        )

    @cached_property
    def ids(self) -> list[int | str | None]:
        """What tells which record each row is for: its id, or the text to match; None where there is no such thing."""
        if self._match:
            return [normal(row.cells[self._layout.id]) or None for row in self.rows]
        ids: list[int | str | None] = [record_id(normal(cells[self._layout.id])) for cells in self.cells]
        for i, row in self.marked:
            ids[i] = record_id(whole_number_text(row.cells[self._layout.id], self._id_cell(row))[0])
        return ids

    @cached_property
    def numbers(self) -> list[int | None]:
        """The id of each row as a number; None where it has none, or is found by another field."""
        return [id_ if isinstance(id_, int) else None for id_ in self.ids]

    def _id_cell(self, row: Row) -> Cell | None:
        return row.cell_meta.get(self._layout.id) if row.cell_meta else None

    @cached_property
    def rows_by_id(self) -> dict[int | str, list[int]]:
        """The rows of each record that has more than one."""
        often = {id_ for id_, count in Counter(self.ids).items() if count > 1 and id_ is not None}
        rows: dict[int | str, list[int]] = defaultdict(list)
        for row, id_ in zip(self.rows, self.ids, strict=True) if often else ():
            if id_ in often and id_ is not None:
                rows[id_].append(row.number)
        return rows

    @cached_property
    def totals_row(self) -> int:
        """The index of the totals row; -1 if there is none."""
        last = len(self.rows) - 1
        is_totals = last > 0 and self.numbers[last] is None and is_totals_row(self.rows[last], self._layout.id)
        return last if is_totals else -1

    def problems_of(self, row: Row, id_: int | str | None) -> Iterator[Problem]:
        """What is wrong with a row's id."""
        header, text, cell = self._sheet.headers[self._layout.id], row.cells[self._layout.id], self._id_cell(row)
        if cell and cell.kind:
            yield problem(cell.kind, row.number, header, text, detail=cell.detail)
        elif is_blank(text):
            yield problem("no_id", row.number, header, noun=self._noun)
        elif id_ is None:
            kind = whole_number_text(text, cell)[1] or ("separators" if has_separators(normal(text)) else "bad_id")
            number = cell.number if cell else ""
            yield problem(kind, row.number, header, text, noun=self._noun, number=number)
        elif id_ in self.rows_by_id:
            others = [str(number) for number in self.rows_by_id[id_] if number != row.number]
            named = ", ".join(others[:_NAMED]) + (" …" if len(others) > _NAMED else "")
            yield problem("duplicate_id", row.number, header, text, noun=self._noun, identity=id_, others=named)
