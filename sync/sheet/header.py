"""The header row: accepted, or refused with what is wrong with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.errors import FileRefused, TitleAbove, file_refused
from sync.model import ADVICE_HEADERS
from sync.text import fold, is_blank, listed, look_alike, typed

ROWS_SEARCHED = 50  # below the first row, for a header that is not there
_MOST_LISTED = 12  # headers
_ADVICE = {fold(header) for header in ADVICE_HEADERS}  # what is said of a row in our own sheet To fix
_SEPARATORS = "|;,^~\u00a6"  # of a text file; a tab is always told
_SPLIT_TEXT = "Let the first line of the file be sep="
_SPLIT_SHEET = "Split them in Excel (Data, Text to Columns, with every column as Text), and save."


class Header:
    """The first row with anything in it: its number in the sheet, and its texts by column letters.

    `unreadable` are the columns whose header is an error, a formula without a result, or in an unusual format.
    """

    def __init__(self, row: int, texts: dict[str, str], unreadable: Iterable[str] = ()) -> None:
        self.row = row
        self.unreadable = frozenset(unreadable)
        self.texts = {
            letters: text for letters, text in texts.items() if not is_blank(text) and letters not in self.unreadable
        }

    def has(self, header: str) -> bool:
        """Whether one of the columns has this header."""
        return bool(self.letters_of(header))

    def letters_of(self, header: str) -> str:
        """The column that has this header; empty text where none has it."""
        return next((letters for letters, text in self.texts.items() if fold(text) == fold(header)), "")


class IdHeader:
    """The id's header, to be told where it stands in another row once more."""

    def __init__(self, header: Header, id_header: str) -> None:
        self.letters = header.letters_of(id_header)
        self._as_written, self._folded = header.texts.get(self.letters, ""), fold(id_header)

    def is_among(self, texts: Sequence[str], id_text: str) -> bool:
        """Whether it is one of a row's texts; in its own column, where `id_text` stands, in whatever spelling."""
        if not self.letters:
            return False
        return self._as_written in texts or (not id_text.isdecimal() and fold(id_text) == self._folded)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a header row stands."""

    path: Path
    sheet: str = ""  # the sheet's name in a workbook
    others: Callable[[], Sequence[str]] = list  # the other visible sheets that have the id column
    is_results: bool = False  # one of our own results workbooks
    mapping: Callable[[], str] = str  # of a results workbook, the mapping file of its run; empty where that is not told


def check_header(location: Location, header: Header, id_header: str, below: Iterable[Header]) -> None:
    """Checks that this can be the header row, and that no two of its headers are alike. `below` are the rows after it.

    Raises:
        FileRefused: a title stands above the header, the id column is missing, or a header is given twice.
    """
    if id_header and not header.has(id_header):
        raise _title_above(location.path, header, id_header, below) or _missing_id(location, header, id_header)
    if not id_header and len(header.texts) == 1 and (title := _lone_title(location.path, header, below)):
        raise title
    seen: dict[str, str] = {}
    for letters, text in header.texts.items():
        first = seen.setdefault(fold(text), letters)
        if first != letters:
            raise file_refused(
                location.path,
                f"columns {first} and {letters} have the same header, “{text.strip()}”, in row {header.row}.",
                "Rename one of them, or delete the column.",
            )


def check_one_table(path: Path, header: Header, row: Header, id_header: str) -> None:
    """Checks a row that has the id's header in it once more: the same headers again are one faulty row, and no more.

    Raises:
        FileRefused: it has other headers, so what stands below it would be taken for what it is not.
    """
    columns = {letters: fold(text) for letters, text in header.texts.items()}
    texts = {letters: fold(text) for letters, text in row.texts.items() if columns.get(letters) not in _ADVICE}
    of_id = next(letters for letters, text in columns.items() if text == fold(id_header))
    is_same = all(columns.get(letters) == text for letters, text in texts.items())
    if is_same or texts.get(of_id, columns[of_id]) not in columns.values():
        return
    problem = (
        f"row {row.row} has headers again, and not those of row {header.row}, so another table seems to begin there."
    )
    raise file_refused(path, problem, "Move that table to a file of its own, or delete it.")


def nothing_from(path: Path, row: int) -> FileRefused:
    """The refusal of a row that somebody took for the header, where the sheet has come to its end above it."""
    return file_refused(path, f"nothing stands in row {row} or below it.", "Type the row that has the columns' names.")


def _lone_title(path: Path, header: Header, below: Iterable[Header]) -> FileRefused | None:
    """A lone text above rows of several cells is a title, whichever column is the id's."""
    return next((_title_refusal(path, header.row, row.row) for row in below if len(row.texts) > 1), None)


def _title_above(path: Path, header: Header, id_header: str, below: Iterable[Header]) -> FileRefused | None:
    """The refusal of whatever stands above the row that has the id's header."""
    lone = 0  # the first row of several cells below a lone text
    for row in below:
        if row.has(id_header):
            return _title_refusal(path, header.row, row.row)
        if not lone and len(header.texts) == 1 and len(row.texts) > 1:
            lone = row.row
    return _title_refusal(path, header.row, lone) if lone else None


def _title_refusal(path: Path, first: int, header: int) -> TitleAbove:
    problem = f"the header seems to be in row {header}, and something else stands above it, in row {first}."
    rows, them = ("row 1", "it") if header == 2 else (f"rows 1 {'and' if header == 3 else 'to'} {header - 1}", "them")
    remedy = (
        f"Delete {rows} in Excel and save, or open the file with campfire-sync app, which leaves {them} out in a copy "
        "and your file as it is."
    )
    in_app = f"Delete {rows} in Excel and save, or say in the step Sheet that row {header} is the header."
    refusal = file_refused(path, problem, remedy, in_app)
    return TitleAbove(str(refusal), refusal.in_app, header)


def _missing_id(location: Location, header: Header, id_header: str) -> FileRefused:
    """No other header is suggested: it would make another column the id."""
    where = f"the sheet “{location.sheet}” has no column" if location.sheet else "there is no column"
    problem = f"{where} “{id_header}”; row {header.row} has the headers {_listed([*header.texts.values()])}."
    problem += next((f" In “{t.strip()}”, {letter}." for t in header.texts.values() if (letter := look_alike(t))), "")
    remedy = (
        f"Give the column that holds the ids the header “{id_header}”, or name its own header under id: in a mapping "
        f"file (`campfire-sync mapping suggest` drafts one from these headers)."
    )
    in_app = "Choose the column that holds the ids in the step Columns."
    if separator := _separator_within(header, id_header):
        problem += f" The columns stand in one, separated by “{separator}”."
        remedy = in_app = _SPLIT_SHEET if location.sheet else f"{_SPLIT_TEXT}{separator}"
    elif location.is_results:
        problem += " This is a results workbook."
        remedy = _mapping_of_run(location.mapping())
    elif others := location.others():
        have = "The sheet {} has it." if len(others) == 1 else "The sheets {} have it."
        problem += " " + have.format(_listed(others))
        remedy = f"Read that sheet with --sheet {typed(others[0])}, or name it under sheet: in the mapping file."
        in_app = f"Choose the worksheet “{others[0]}” in the step Sheet."
    return file_refused(location.path, problem, remedy, in_app)


def _separator_within(header: Header, id_header: str) -> str:
    """What separates the id's header from others in one cell; empty text if nothing does."""
    texts = [text for text in header.texts.values() if fold(id_header) in fold(text)]
    cells = {separator: [map(fold, text.split(separator)) for text in texts] for separator in _SEPARATORS}
    return next((each for each in cells if any(fold(id_header) in parts for parts in cells[each])), "")


def _mapping_of_run(path: str) -> str:
    """What to do where a results workbook is read under another mapping than its run's, whose headers it has."""
    named = f"--mapping {typed(path)}" if path else "--mapping, with the file that its Summary names"
    return f"Run it under the mapping of its run: {named}. If you have done so, give the id column its header back."


def _listed(texts: Sequence[str]) -> str:
    return listed((f"“{text.strip()}”" for text in texts[:_MOST_LISTED]), len(texts) - _MOST_LISTED)
