"""What is doubtful and perhaps meant: the warnings that need the mapping to be seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sync.contract.mapping import Mapping as MappingFile
from sync.contract.words import is_placeholder, longest_placeholder
from sync.model import Row, Sheet, SheetWarning
from sync.problems import warning
from sync.text import counted, fold, is_blank, nearest
from sync.validation.columns import MappedColumn, Reading
from sync.validation.memory import Untouched

_QUOTED = 3  # texts that a warning repeats


def quoted(texts: Iterable[str], column: MappedColumn) -> str:
    """The first of these texts in quotation marks; none of a tax number, since warnings are printed."""
    if column.field.sensitive:
        return "not shown here"
    different = list(dict.fromkeys(" ".join(text.split()) for text in texts))
    return ", ".join(f"“{text}”" for text in different[:_QUOTED]) + (" …" if len(different) > _QUOTED else "")


def unmapped_columns(
    sheet: Sheet, rows: Sequence[Row], positions: Iterable[int], mapping: MappingFile
) -> Iterator[SheetWarning]:
    """Columns that hold data and are neither mapped nor ignored."""
    known = [*(column.header for column in mapping.columns), *mapping.ignore]
    for position in positions:
        filled = [row.number for row in rows if not is_blank(row.cells[position])]
        if filled:
            header = sheet.headers[position]
            near = nearest(header, known)
            hint = f" Did you mean “{near}”?" if near else ""
            yield warning("unmapped_column", header, len(filled), filled[0], hint=hint)


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


class ColumnWarnings:
    """The warnings of mapped columns, gathered while the columns are read one by one."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], untouched: Untouched, clear: str, id_position: int) -> None:
        self._sheet = sheet
        self._rows = rows
        self._untouched = untouched
        self._clear = clear
        self._columns: list[MappedColumn] = []
        self._found: list[SheetWarning] = []
        self._id_position = id_position
        self._numbers = self._number_cells()

    def _number_cells(self) -> dict[int, list[int]]:
        """By position: the rows with a number cell that shows no leading zeros."""
        numbers: dict[int, list[int]] = defaultdict(list)
        for i, row in enumerate(self._rows):
            for position in row.numbers:
                numbers[position].append(i)
        return numbers

    def look_at(self, reading: Reading) -> None:
        """Look at a column that was read."""
        column = reading.column
        self._columns.append(column)
        self._found += [*self._hidden(column), *self._placeholders(reading), *self._number_in_text(column)]

    def all(self) -> Iterator[SheetWarning]:
        """Every warning."""
        yield from self._found
        yield from self._struck_through()

    def _text(self, i: int, column: MappedColumn) -> str:
        return self._rows[i].cells[column.position]

    def _hidden(self, column: MappedColumn) -> Iterator[SheetWarning]:
        if column.position not in self._sheet.hidden_columns:
            return
        filled = [
            row.number
            for i, row in enumerate(self._rows)
            if not self._untouched.has(i, column.position)
            and (column.column.blank_clears or not is_blank(row.cells[column.position]))
        ]
        if filled:
            yield warning("hidden_column", column.header, len(filled), filled[0])

    def _placeholders(self, reading: Reading) -> Iterator[SheetWarning]:
        """Words like N/A in a text field. In any other field they are problems."""
        column = reading.column
        if column.field.type != "string" or column.field.format == "email":
            return
        short = longest_placeholder()
        words = {text for text in {text for text in reading.texts.filled if len(text) <= short} if is_placeholder(text)}
        rows = [i for i, text in enumerate(reading.texts.shown) if text in words] if words else []
        if not column.field.code:  # 0 is what a formula makes of an empty cell
            rows += [i for i in self._touched_numbers(column) if self._text(i, column) == "0"]
        if rows:
            first = self._rows[min(rows)].number
            texts = quoted((self._text(i, column) for i in sorted(rows)), column)
            yield warning("placeholder_text", column.header, len(rows), first, texts=texts, clear=self._clear)

    def _number_in_text(self, column: MappedColumn) -> Iterator[SheetWarning]:
        """Number cells where a leading zero or a plus sign counts."""
        if not column.field.code:
            return
        rows = self._touched_numbers(column)
        if rows:
            texts = quoted((self._text(i, column) for i in rows), column)
            first = self._rows[rows[0]].number
            yield warning(
                "number_in_text_column",
                column.header,
                len(rows),
                first,
                counted=counted(len(rows), "values"),
                texts=texts,
            )

    def _touched_numbers(self, column: MappedColumn) -> list[int]:
        position = column.position
        return [i for i in self._numbers[position] if not self._untouched.has(i, position)]

    def _struck_through(self) -> Iterator[SheetWarning]:
        """Rows with a struck-through cell under a mapped header, but those that ask for nothing."""
        positions = {self._id_position, *(column.position for column in self._columns)}
        struck = [
            row.number
            for i, row in enumerate(self._rows)
            if row.struck_through and positions.intersection(row.struck_through) and not self._is_untouched(i)
        ]
        if struck:
            have = "has" if len(struck) == 1 else "have"
            rows = f"{counted(len(struck), 'rows')} {have}"
            yield warning("struck_through", "", len(struck), struck[0], counted=rows)

    def _is_untouched(self, i: int) -> bool:
        return bool(self._columns) and all(self._untouched.has(i, column.position) for column in self._columns)
