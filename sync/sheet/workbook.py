"""A workbook's sheet as a `Sheet`."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from itertools import dropwhile
from pathlib import Path
from typing import IO

from sync.errors import FileRefused, file_refused
from sync.model import RESULTS_SHEETS, ExportMemory, Sheet, SheetWarning
from sync.sheet.choose import choose, is_results
from sync.sheet.header import Header, IdHeader, Location, check_header, check_one_table, nothing_from
from sync.sheet.merged import mark_merged
from sync.sheet.reformatted import mark_reformatted
from sync.sheet.table import MOST_ROWS, Table, too_many_rows
from sync.text import fold, listed
from sync.xlsx import memory
from sync.xlsx.columns import number_of
from sync.xlsx.reading.cell import CellReader
from sync.xlsx.reading.conditional import ConditionalFormat
from sync.xlsx.reading.package import Package, opened
from sync.xlsx.reading.raw_row import RawRow
from sync.xlsx.reading.workbook import SheetEntry, Workbook, read_workbook
from sync.xlsx.reading.worksheet import Worksheet

_BLOCK = 1 << 20
_ROW_END = b"></c></row>"  # of a row with something in its last cell
_ONE_EXPORT = "Keep each export in a workbook of its own, or export again and make your changes there."
_TOTALS_ROW = (("totals_row", ""),)  # what a row is whose id counts or adds up others: a count looks like an id
_SHORTEST_ROW = 26  # bytes of a row with a value in one cell


def read_xlsx(path: Path, content: IO[bytes], asked: str, mapped: str, id_header: str, header_row: int = 0) -> Sheet:
    """Reads a workbook.

    Args:
        path: the file; its name stands in what is refused.
        content: what is in it.
        asked: the sheet that the user names.
        mapped: the sheet that the mapping names.
        id_header: the header of the id column; empty text: any header row will do.
        header_row: what stands above this row is passed over.

    Raises:
        FileRefused: it cannot be read reliably.
    """
    with opened(path, content) as package:
        workbook = read_workbook(package)
        entry = choose(workbook, asked, mapped)
        _check_row_count(package, entry.part)
        book = _Book(workbook, CellReader(workbook), id_header)
        sheet = book.sheet(entry, header_row)
        if not (asked or mapped):
            sheet = replace(sheet, warnings=(*book.other_sheets(entry), *sheet.warnings))
        remembered = book.memory(entry)
        if remembered is None and book.was_exported(entry):
            sheet = replace(sheet, warnings=(_memory_missing(entry.name), *sheet.warnings))
        mapping = book.mapping_of_run() if is_results(workbook) else ("", "")
        return replace(sheet, memory=remembered, mapping_of_run=mapping)


class _Book:
    """A workbook that is being read."""

    def __init__(self, workbook: Workbook, cells: CellReader, id_header: str) -> None:
        self._workbook = workbook
        self._path = workbook.package.path
        self._cells = cells
        self._id_header = id_header

    def sheet(self, entry: SheetEntry, header_row: int) -> Sheet:
        """One of its sheets, from this row on.

        Raises:
            FileRefused: it cannot be read reliably.
        """
        worksheet = self._worksheet(entry)
        rows = dropwhile(lambda row: row.number < header_row, worksheet.rows())
        first = next(rows, None)
        with_id = partial(self._others_with_id, entry)
        of_run = is_results(self._workbook)
        location = Location(self._path, entry.name, with_id, of_run, lambda: self.mapping_of_run()[0])
        if first is None and header_row:
            raise nothing_from(self._path, header_row)
        if first is None:
            others = "".join(f" The sheet “{name}” has the column “{self._id_header}”." for name in location.others())
            problem = f"the sheet “{entry.name}” is empty.{others}"
            remedy = "Fill it in, or choose another sheet (--sheet)."
            in_app = "Fill it in, or choose another worksheet."
            if location.is_results:
                remedy = "Write the results workbook again with `campfire-sync report`."
                in_app = "Download the results workbook again from the run's page."
            raise file_refused(self._path, problem, remedy, in_app)
        header = _header(first)
        check_header(location, header, self._id_header, map(_header, rows))
        table = Table(self._path, entry.name, header)
        of_id = IdHeader(header, self._id_header)
        for row in rows:
            id_text = row.texts[row.letters.index(of_id.letters)] if of_id.letters in row.letters else ""
            if of_id.is_among(row.texts, id_text):
                check_one_table(self._path, header, _header(row), self._id_header)
            table.add(row, _TOTALS_ROW if of_id.letters in row.aggregates else ())
        reformatted = self._reformatted(worksheet.conditional_formats)
        sheet = mark_reformatted(table.sheet(), table.letters, reformatted)
        sheet = mark_merged(sheet, table.letters, worksheet.merged)
        return replace(sheet, hidden_columns=_hidden(table.letters, worksheet.hidden_columns))

    def _reformatted(self, formats: Sequence[ConditionalFormat]) -> Iterator[str]:
        """The ranges in which a conditional format may show numbers otherwise than their cells' own formats do."""
        for each in formats:
            if each.hides_numbers or each.styles & self._workbook.number_formats_on_condition:
                yield from each.ranges

    def other_sheets(self, entry: SheetEntry) -> list[SheetWarning]:
        """The warning that other sheets could have been meant."""
        others = self._others_with_id(entry)
        if not others:
            return []
        notes = {self._workbook.active: " (the one that the workbook opens on)"}
        names = listed(f"“{name}”{notes.get(name, '')}" for name in others)
        return [
            SheetWarning(
                "other_sheets",
                f"the sheet “{entry.name}” was read; other sheets have the column “{self._id_header}” too: {names}. "
                "Name the sheet that is meant with --sheet, or under sheet: in the mapping file.",
            )
        ]

    def memory(self, entry: SheetEntry) -> ExportMemory | None:
        """What an exported workbook remembers of this sheet.

        Raises:
            FileRefused: the memory is damaged, or is or may be that of another sheet.
        """
        memories = [entry for entry in self._workbook.sheets if self._is_memory(entry)]
        if not memories:
            return None
        names = [entry.name for entry in memories]
        if names != [memory.SHEET]:
            raise _several_exports(self._path, names)
        try:
            rows = (list(row.texts) for row in self._worksheet(memories[0]).rows())
            return memory.unpacked(rows, self._workbook.names.get((entry.name, memory.NAME), ""))
        except memory.MemoryOfAnother as error:
            problem = (
                f"the sheet “{entry.name}” comes from another export than what this workbook remembers, so it cannot "
                "be told which of its cells somebody changed."
            )
            raise file_refused(self._path, problem, _ONE_EXPORT) from error
        except memory.MemoryDamaged as error:
            problem = f"what this export remembers is damaged ({error})."
            raise file_refused(self._path, problem, "Export again, and make your changes there.") from error

    def mapping_of_run(self) -> tuple[str, str]:
        """The mapping file that the Summary of a results workbook names, and its SHA-256; empty where it does not."""
        summary = next(entry for entry in self._workbook.sheets if entry.name == RESULTS_SHEETS[0])
        with suppress(FileRefused), closing(self._worksheet(summary).rows()) as rows:
            named = {row.texts[0]: row.texts[1] for row in rows if len(row.texts) > 1}
            return named.get("Mapping", ""), named.get("SHA-256 of the mapping", "")
        return "", ""

    def was_exported(self, entry: SheetEntry) -> bool:
        """Whether the sheet bears the name that ties it to what an export remembers."""
        return (entry.name, memory.NAME) in self._workbook.names

    def _is_memory(self, entry: SheetEntry) -> bool:
        """Whether this is the memory of an export, whatever a program that copied it has made of its name."""
        if memory.SHEET in fold(entry.name):
            return True
        first = None if entry.visible else self._first_row(entry)
        return first is not None and memory.is_first_row(first.texts)

    def _worksheet(self, entry: SheetEntry) -> Worksheet:
        return Worksheet(self._workbook.package, entry, self._cells)

    def _others_with_id(self, entry: SheetEntry) -> Sequence[str]:
        """The other visible sheets that have the id column. Those of a results workbook are not meant to be run."""
        if is_results(self._workbook):
            return []
        others = [other for other in self._workbook.sheets if other.visible and other != entry]
        return [other.name for other in others if self._id_header and self._has_id(other)]

    def _has_id(self, entry: SheetEntry) -> bool:
        first = self._first_row(entry)
        return first is not None and _header(first).has(self._id_header)

    def _first_row(self, entry: SheetEntry) -> RawRow | None:
        """The first row with cells of a sheet that is not read, so it may be damaged."""
        with suppress(FileRefused), closing(self._worksheet(entry).rows()) as rows:
            return next(rows, None)
        return None


def _memory_missing(sheet: str) -> SheetWarning:
    return SheetWarning(
        "memory_missing",
        f"the sheet “{sheet}” comes from an export, but this workbook no longer holds what was exported. So wherever "
        "somebody has changed Campfire since then, the old value counts as your edit, and would be put back. "
        "Export again, and make your changes there.",
    )


def _several_exports(path: Path, memories: Sequence[str]) -> FileRefused:
    names = listed(f"“{name}”" for name in memories)
    problem = (
        f"sheets of several exports seem to be in this workbook (what an export remembers stands on {names}), and it "
        "cannot be told which sheet belongs to which export."
    )
    return file_refused(path, problem, _ONE_EXPORT)


def _header(row: RawRow) -> Header:
    return Header(row.number, row.by_letters, (letters for letters, cell in row.cell_meta.items() if cell.kind))


def _hidden(columns: Sequence[str], hidden: Sequence[range]) -> frozenset[int]:
    """The positions of the hidden columns."""
    numbers = map(number_of, columns)
    return frozenset(position for position, number in enumerate(numbers) if any(number in each for each in hidden))


def _check_row_count(package: Package, name: str) -> None:
    """Counts the rows that end with a value, where the part is long enough for too many.

    Measured: a sheet of 1,048,000 rows is refused after 0.1 s, and by reading it after 8 s.

    Raises:
        FileRefused: there are too many rows.
    """
    size = package.size(name)
    if size < MOST_ROWS * _SHORTEST_ROW:
        return
    with package.part(name) as part:
        block = part.read(_BLOCK)
        if block.count(_ROW_END) * size < MOST_ROWS // 2 * len(block):
            return
        rows, rest = 0, b""
        while block:
            rows += (rest + block).count(_ROW_END)
            rest = block[1 - len(_ROW_END) :]
            block = part.read(_BLOCK)
    if rows > MOST_ROWS + 1:
        raise too_many_rows(package.path)
