"""What is in the file: its rows and cells, what is doubtful or wrong in them, and what an export remembers."""

from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

# The headers with which our own sheet “To fix” begins. They are for the person; the reader of sheets ignores them.
ADVICE_HEADERS = ("What is wrong", "What to do")
# The sheets of our own results workbook. The last of them is what is run again.
RESULTS_SHEETS = ("Summary", "Results", "Changes", "Problems", "To fix")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row or one of its cells, in the words of somebody who knows Excel."""

    row: int  # the sheet's own row number
    column: str  # the sheet's own header; empty where the row as a whole is meant
    value: str  # as the person sees it
    kind: str  # a name in sync.problems
    problem: str
    remedy: str
    sensitive: tuple[str, ...] = ()  # texts in it that are not to be printed: tax numbers

    @property
    def header(self) -> str:
        """The header in one line, as a sentence names it: in a sheet it may have line breaks and blanks around it."""
        return " ".join(self.column.split())

    @property
    def message(self) -> str:
        """What is said of it where the row is known."""
        text = f"{self.problem} {self.remedy}"
        return f"{self.header}: {text}" if self.column else text[:1].upper() + text[1:]

    def __str__(self) -> str:
        where = f"row {self.row}, {self.header}" if self.column else f"row {self.row}"
        return f"{where}: {self.problem} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of which the text that a person sees does not tell everything.

    Most cells are plain text and have none of these.
    """

    # A number cell's number in plain digits ("1234.5"), where the text shows it otherwise, or the field holds codes.
    number: str = ""
    number_format: str = ""  # that cell's format code ("#,##0"); empty where the number stands as it is
    kind: str = ""  # a name in sync.problems, where the cell cannot be read reliably
    detail: str = ""  # what that problem's text needs to know
    is_date: bool = False  # a number cell that shows a date or a time
    struck_through: bool = False  # wholly or partly; of a row in the journal, where a Row has a list of its own


_NOTHING: ReadOnlyMapping[int, Cell] = MappingProxyType({})


class Row(NamedTuple):
    """A row of the sheet: a text for each header, as the person sees it, outer blanks and all.

    Positions are those in `cells`, in ascending order. A tuple, since a sheet has up to a million of them.
    """

    number: int  # the sheet's own
    cells: tuple[str, ...]
    cell_meta: ReadOnlyMapping[int, Cell] = _NOTHING  # by position
    problems: tuple[tuple[str, str], ...] = ()  # of the row as a whole: (kind, detail)
    numbers: tuple[int, ...] = ()  # positions of number cells whose format shows neither leading zeros nor a date
    struck_through: tuple[int, ...] = ()  # positions of filled cells that are struck through, wholly or partly


@dataclass(frozen=True, slots=True)
class SheetWarning:
    """Something in the sheet that is doubtful and perhaps meant: a person should look at it before it is sent."""

    kind: str  # `hidden_rows`, `unmapped_column` …: the words of `--accept`
    message: str  # a whole sentence, for somebody who knows Excel
    column: str = ""  # the sheet's own header, where it concerns one column
    rows: int = 0  # how many rows it concerns
    first_row: int = 0  # the first of them, by the sheet's own number; 0 where no row is meant

    def __str__(self) -> str:
        return self.message

    @property
    def kind_in_words(self) -> str:
        """`hidden_rows` as `hidden rows`; a warning of version 0.1.0 has no kind."""
        return self.kind.replace("_", " ") or "note"

    @property
    def its_rows(self) -> str:
        """The rows that it concerns, as `Row 7.` or `3 rows, the first is row 7.`; empty where no row is meant."""
        if not self.first_row:
            return ""
        return f"Row {self.first_row}." if self.rows <= 1 else f"{self.rows:,} rows, the first is row {self.first_row}."

    @property
    def with_rows(self) -> str:
        """The message as a sentence, and the rows that it concerns."""
        return f"{self.message[:1].upper()}{self.message[1:]} {self.its_rows}".rstrip()

    @property
    def with_place(self) -> str:
        """The same, and how to accept it, for a command that reads a sheet on a terminal."""
        return f"{self.with_rows} (If it is meant: --accept {self.kind})"


# By header a text, None where the cell could not show what the record held; then by item its id or None.
RememberedRow = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ExportMemory:
    """What an exported workbook remembers: the cells as they were exported, by the id of the record."""

    headers: tuple[str, ...]  # as exported, without the id's
    items: tuple[str, ...]  # what of a nested list was exported: `contacts[1]`
    rows: ReadOnlyMapping[str, RememberedRow]  # by id, in digits; by the text of the field `key`, where that is given
    key: str = ""  # the field that the id column held instead of the id: `match` of the mapping
    base_url: str = ""  # where the records were read; empty if an older version has exported them

    def texts(self, record_id: int | str) -> ReadOnlyMapping[str, str] | None:
        """The exported text under each header; None for a record that was not exported.

        A header is missing where the cell could not show what the record held: nothing is known of that cell.
        """
        row = self.rows.get(str(record_id))
        if row is None:
            return None
        return {header: text for header, text in zip(self.headers, row, strict=False) if text is not None}

    def item_ids(self, record_id: int | str) -> ReadOnlyMapping[str, str]:
        """The API's id of each exported item: {"contacts[1]": "55"}. Items that the record did not have are missing."""
        row = self.rows.get(str(record_id), ())
        return {item: text for item, text in zip(self.items, row[len(self.headers) :], strict=False) if text}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person sees on opening the file."""

    path: Path
    name: str  # the sheet's; empty for a CSV
    headers: tuple[str, ...]  # as they stand in the sheet; empty text over data that has none
    header_row: int
    rows: Sequence[Row]  # a long sheet's lie on disk; each look at them all reads them anew
    hidden_rows: Sequence[int] = ()  # numbers, ascending; hidden by hand or by a filter, and in `rows` all the same
    warnings: tuple[SheetWarning, ...] = ()  # those that need no mapping
    sha256: str = ""  # of the very bytes that were read
    encoding: str = ""  # of a text file, as Python names it
    hidden_columns: frozenset[int] = frozenset()  # positions in `headers`
    memory: ExportMemory | None = None  # of an export, or of a “To fix” that came from one
    mapping_of_run: tuple[str, str] = ("", "")  # of a results workbook: its run's mapping file, and the SHA-256 of it

    @property
    def goes_on(self) -> bool:
        """Whether it goes on from an earlier command: it is an export, or the sheet “To fix” of a run."""
        return self.memory is not None or set(ADVICE_HEADERS) <= set(self.headers)
