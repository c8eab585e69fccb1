"""What is doubtful and perhaps meant: the warnings that need the mapping to be seen.

The rows come batch by batch. What stays of them is how many a warning concerns, the first, and a few texts.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sync.contract.mapping import Mapping
from sync.contract.rules import Texts
from sync.contract.words import is_placeholder, longest_placeholder
from sync.model import Sheet, SheetWarning
from sync.problems import warning
from sync.text import counted, did_you_mean, fold, is_blank, normal
from sync.validation.batch import Batch
from sync.validation.columns import MappedColumn, Reading
from sync.validation.layout import Layout

_QUOTED = 3  # texts that a warning repeats
_MISSPELT = 0.75  # likeness: “Sent at”, of our own results, is not “State” misspelt


@dataclass(slots=True)
class _Tally:
    """The rows that a warning concerns."""

    rows: int = 0
    first: int = 0  # the sheet's own number
    texts: dict[str, None] = field(default_factory=dict)  # different ones, in their order; no more than are needed

    def add(self, batch: Batch, rows: Sequence[int], texts: Iterable[str] = ()) -> None:
        """Take rows of a batch, by their indexes in ascending order, with a text of each."""
        if rows and not self.rows:
            self.first = batch.rows[rows[0]].number
        self.rows += len(rows)
        for text in texts:
            if len(self.texts) > _QUOTED:
                return
            self.texts[" ".join(text.split())] = None

    def quoted(self, column: MappedColumn) -> str:
        """The first texts in quotation marks; none of a tax number, since warnings are printed."""
        if column.field.sensitive:
            return "not shown here"
        different = list(self.texts)
        return ", ".join(f"“{text}”" for text in different[:_QUOTED]) + (" …" if len(different) > _QUOTED else "")


class UnmappedColumns:
    """Columns that hold data and are neither mapped nor ignored."""

    def __init__(self, sheet: Sheet, mapping: Mapping, positions: Iterable[int]) -> None:
        self._headers = sheet.headers
        here = set(map(fold, sheet.headers))
        known = (*(column.header for column in mapping.columns), *mapping.ignore)
        self._missing = [header for header in known if fold(header) not in here]
        self._labels = {fold(field.label) for field in mapping.resource.fields.values()}
        self._tallies = {position: _Tally() for position in positions}

    def look_at(self, batch: Batch) -> None:
        """Look at some rows."""
        for position, tally in self._tallies.items():
            tally.add(batch, [i for i, text in enumerate(batch.columns[position]) if text and not is_blank(text)])

    def all(self) -> Iterator[SheetWarning]:
        """The warnings, column by column."""
        for position, tally in self._tallies.items():
            if tally.rows:
                header = self._headers[position]
                yield warning("unmapped_column", header, tally.rows, tally.first, hint=self._hint(header))

    def _hint(self, header: str) -> str:
        """The header that is probably meant: one that the sheet lacks. The name of a field is not a misspelt one."""
        return "" if fold(header) in self._labels else did_you_mean(header, self._missing, _MISSPELT)


def swapped_names(
    new_names: Iterable[tuple[int, int, str]], present_names: Iterable[tuple[int, str]], header: str, noun: str
) -> Iterator[SheetWarning]:
    """Rows whose new name is the present name of another record: the ids may have slipped by a row.

    Args:
        new_names: of each row that gives a name, the row's number, the record's id and the name.
        present_names: of each record its id and its name.
        header: of the column with the names.
        noun: what a record is called.
    """
    holders: dict[str, set[int]] = defaultdict(set)
    for id_, name in present_names:
        holders[fold(name)].add(id_)
    rows: dict[int, str] = {}
    for row, id_, name in new_names:
        others = holders.get(fold(name), set())
        if others and id_ not in others:
            rows[row] = name
    if rows:
        first = min(rows)
        yield warning("name_of_another", header, len(rows), first, name=rows[first], noun=noun)


class Names:
    """The names that the rows of an export give, and those that their records had when it was made."""

    def __init__(self, layout: Layout, mapping: Mapping) -> None:
        role = mapping.resource.roles.name
        self._column = next((c for c in layout.mapped if role and str(c.target) == role), None)
        self._noun = mapping.resource.noun.one
        self._new: list[tuple[int, int, str]] = []
        self._present: list[tuple[int, str]] = []

    def look_at(self, batch: Batch) -> None:
        """Look at some rows."""
        column = self._column
        if column is None:
            return
        for id_, name in zip(batch.numbers, batch.remembered.exported_in(column), strict=False):
            if id_ is not None and isinstance(name, str):
                self._present.append((id_, name))
        for i, id_ in enumerate(batch.numbers):
            if id_ is not None and not batch.untouched.has(i, column.position):
                self._new.append((batch.rows[i].number, id_, normal(batch.columns[column.position][i])))

    def all(self) -> Iterator[SheetWarning]:
        """The warning, if names have slipped."""
        if self._column:
            yield from swapped_names(self._new, self._present, self._column.header, self._noun)


class EmptiedCells:
    """Cells that somebody has emptied since the export, in columns where an empty cell leaves its field as it is."""

    def __init__(self, layout: Layout, clear: str) -> None:
        self._mapped = len(layout.mapped)
        self._columns = [column for column in layout.mapped if not column.column.blank_clears]
        self._clear = clear
        self._cells = 0
        self._rows = _Tally()

    def look_at(self, batch: Batch) -> None:
        """Look at some rows."""
        emptied = []
        for i in batch.untouched.rows_touched(self._mapped):
            cells = sum(self._is_emptied(batch, i, column) for column in self._columns)
            self._cells += cells
            emptied += [i] if cells else []
        self._rows.add(batch, emptied)

    def _is_emptied(self, batch: Batch, i: int, column: MappedColumn) -> bool:
        row, position = batch.rows[i], column.position
        is_blank_now = position not in row.cell_meta and is_blank(row.cells[position])
        return is_blank_now and batch.remembered.held_something(i, column)

    def all(self) -> Iterator[SheetWarning]:
        """The remark, if there are any."""
        if self._cells:
            were = f"{counted(self._cells, 'cells')} {'was' if self._cells == 1 else 'were'}"
            yield warning(
                "emptied_since_export", "", self._rows.rows, self._rows.first, counted=were, clear=self._clear
            )


class ColumnWarnings:
    """Looks for what is doubtful in the mapped columns."""

    def __init__(self, sheet: Sheet, layout: Layout, clear: str) -> None:
        self._hidden_columns = sheet.hidden_columns
        self._columns = layout.mapped
        self._positions = {layout.id, *(column.position for column in layout.mapped)}
        self._clear = clear
        self._hidden: dict[int, _Tally] = defaultdict(_Tally)  # by position, as those that follow
        self._placeholders: dict[int, _Tally] = defaultdict(_Tally)
        self._numbers_in_text: dict[int, _Tally] = defaultdict(_Tally)
        self._hidden_rows = sheet.hidden_rows
        self._hidden_with_edits = _Tally()
        self._struck_through = _Tally()

    def look_at(self, batch: Batch, readings: Iterable[Reading]) -> None:
        """Look at some rows, of which every mapped column was read."""
        numbers = _number_cells(batch)
        for reading in readings:
            position = reading.column.position
            if position in self._hidden_columns:
                self._look_for_hidden(batch, reading.column)
            of_column = batch.untouched.but_untouched(numbers.get(position, ()), position)
            self._look_for_placeholders(batch, reading, of_column)
            if reading.column.field.code:  # a leading zero or a plus sign counts in it
                texts = batch.columns[position]
                self._numbers_in_text[position].add(batch, of_column, (texts[i] for i in of_column))
        self._look_for_struck_through(batch)
        if self._hidden_rows:
            self._look_for_hidden_rows(batch)

    def all(self) -> Iterator[SheetWarning]:
        """Every warning."""
        for column in self._columns:
            header, position = column.header, column.position
            if (tally := self._hidden[position]).rows:
                yield warning("hidden_column", header, tally.rows, tally.first)
            if (tally := self._placeholders[position]).rows:
                texts = tally.quoted(column)
                yield warning("placeholder_text", header, tally.rows, tally.first, texts=texts, clear=self._clear)
            if (tally := self._numbers_in_text[position]).rows:
                texts, rows = tally.quoted(column), counted(tally.rows, "values")
                yield warning("number_in_text_column", header, tally.rows, tally.first, counted=rows, texts=texts)
        if (tally := self._hidden_with_edits).rows:
            are = "is" if tally.rows == 1 else "are"
            rows = f"{counted(tally.rows, 'rows')} {are}"
            yield warning("hidden_rows", "", tally.rows, tally.first, counted=rows, are=are)
        if (tally := self._struck_through).rows:
            rows = f"{counted(tally.rows, 'rows')} {'has' if tally.rows == 1 else 'have'}"
            yield warning("struck_through", "", tally.rows, tally.first, counted=rows)

    def _look_for_hidden_rows(self, batch: Batch) -> None:
        """Hidden rows, but those that ask for nothing: a filter over an export hides what nobody has touched."""
        first, last = batch.rows[0].number, batch.rows[-1].number
        start, end = bisect_left(self._hidden_rows, first), bisect_right(self._hidden_rows, last)
        hidden = set(self._hidden_rows[start:end])
        with_edits = [i for i, row in enumerate(batch.rows) if row.number in hidden and self._asks(batch, i)]
        self._hidden_with_edits.add(batch, with_edits)

    def _asks(self, batch: Batch, i: int) -> bool:
        """Whether a row has a cell that somebody has filled in, or changed since the export."""
        row = batch.rows[i]
        return any(
            not batch.untouched.has(i, p) and (clears or p in row.cell_meta or not is_blank(row.cells[p]))
            for p, clears in ((column.position, column.column.blank_clears) for column in self._columns)
        )

    def _look_for_hidden(self, batch: Batch, column: MappedColumn) -> None:
        position, clears = column.position, column.column.blank_clears
        filled = [
            i
            for i, text in enumerate(batch.columns[position])
            if not batch.untouched.has(i, position) and (clears or not is_blank(text))
        ]
        self._hidden[position].add(batch, filled)

    def _look_for_placeholders(self, batch: Batch, reading: Reading, numbers: Sequence[int]) -> None:
        """Words like N/A in a text field. In any other field they are problems."""
        column = reading.column
        if column.field.type != "string" or column.field.format == "email":
            return
        words = set(_placeholders(reading.texts))
        rows = [i for i, text in enumerate(reading.texts.shown) if text in words] if words else []
        texts = batch.columns[column.position]
        if not column.field.code:  # 0 is what a formula makes of an empty cell
            rows = sorted([*rows, *(i for i in numbers if texts[i] == "0")])
        self._placeholders[column.position].add(batch, rows, (texts[i] for i in rows))

    def _look_for_struck_through(self, batch: Batch) -> None:
        """Rows with a struck-through cell under a mapped header, but those that ask for nothing."""
        struck = [
            i
            for i, row in enumerate(batch.rows)
            if row.struck_through
            and not self._positions.isdisjoint(row.struck_through)
            and not self._is_untouched(batch, i)
        ]
        self._struck_through.add(batch, struck)

    def _is_untouched(self, batch: Batch, i: int) -> bool:
        return bool(self._columns) and all(batch.untouched.has(i, column.position) for column in self._columns)


def _placeholders(texts: Texts) -> Iterator[str]:
    """Those of the texts that are placeholders."""
    short = longest_placeholder()
    if min(texts.lengths, default=0) <= short:
        yield from (text for text in texts.different if len(text) <= short and is_placeholder(text))


def _number_cells(batch: Batch) -> dict[int, list[int]]:
    """By position: the rows with a number cell that shows no leading zeros."""
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)  # most rows have theirs in the same columns
    for i, row in enumerate(batch.rows):
        if row.numbers:
            alike[row.numbers].append(i)
    cells: dict[int, list[int]] = defaultdict(list)
    for positions, rows in alike.items():
        for position in positions:
            cells[position] += rows
    return {position: sorted(rows) for position, rows in cells.items()}
