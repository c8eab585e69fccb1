"""What comes out of a validation: rows with what they ask for, or with what is wrong with them."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from itertools import repeat

from sync.contract.mapping import Mapping
from sync.contract.rules import convert, fault
from sync.model import Edit, EditColumn, EditContext, Problem, Row
from sync.text import normal
from sync.validation.batch import Batch
from sync.validation.columns import NO_EDIT
from sync.validation.numbers import whole_number_text

_NO_CONTEXT = EditContext()


@dataclass(frozen=True, slots=True)
class ValidatedRow:
    """A row of the sheet: what it asks for, or what is wrong with it."""

    row: Row
    record_id: int | None
    edit: Edit | None
    problems: tuple[Problem, ...]


class ValidatedBatch:
    """Some thousand rows of the sheet.

    Attributes:
        start: how many filled rows stand before them.

    Args:
        problems: what is wrong with them, by the index in the sheet's filled rows.
    """

    def __init__(self, batch: Batch, mapping: Mapping, problems: ReadOnlyMapping[int, Sequence[Problem]]) -> None:
        self.start = batch.start
        self._batch = batch
        self._mapping = mapping
        self._problems = problems

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they stand in the sheet."""
        return self._batch.rows

    @property
    def record_ids(self) -> Sequence[int | None]:
        """Which record each row is for; None where it has no id, or the record is found by another field."""
        return self._batch.numbers

    @property
    def edits(self) -> Sequence[EditColumn]:
        """What the rows ask for, column by column. Of a row with a problem it does not matter."""
        return self._batch.edits

    def problems(self) -> Iterator[tuple[Problem, ...]]:
        """What is wrong with each row."""
        start = self._batch.start
        return (tuple(self._problems.get(index, ())) for index in range(start, start + len(self.rows)))

    def contexts(self) -> Iterator[EditContext]:
        """What each row's edits are to be compared with beside the record."""
        batch, verified = self._batch, self._batch.layout.verified
        if batch.remembered.is_empty and not verified and not self._mapping.match:
            return repeat(_NO_CONTEXT, len(self.rows))
        return (
            EditContext(
                exported=exported,
                items=batch.remembered.items(i),
                verify={name: self._verifying(row, position, name) for position, name in verified},
                match=str(batch.ids[i] or "") if self._mapping.match else "",
            )
            for i, (row, exported) in enumerate(zip(self.rows, batch.exported(), strict=True))
        )

    def each(self) -> Iterator[ValidatedRow]:
        """The rows one by one."""
        targets = [column.target for column in self.edits]
        columns = [column.of_rows(NO_EDIT) for column in self.edits]
        values = zip(*columns, strict=True) if columns else repeat((), len(self.rows))
        parts = zip(self.rows, self.record_ids, values, self.contexts(), self.problems(), strict=True)
        for row, record_id, of_row, context, problems in parts:
            asked = {target: value for target, value in zip(targets, of_row, strict=True) if value is not NO_EDIT}
            edit = None if problems else Edit.of(row.number, record_id, asked, context)
            yield ValidatedRow(row, record_id, edit, problems)

    def _verifying(self, row: Row, position: int, name: str) -> str:
        """What a cell says that the record must hold: of a whole number its digits, however it is shown."""
        text, of_name = normal(row.cells[position]), self._mapping.resource.fields[name]
        if of_name.type != "integer":
            return text
        digits, _ = whole_number_text(text, row.cell_meta.get(position))
        return text if fault(of_name, digits) else str(convert(of_name, digits))
