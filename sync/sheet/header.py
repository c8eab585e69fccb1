"""The header row: found, or refused with what is wrong about it."""

from collections.abc import Iterable
from pathlib import Path

from sync.errors import FileRefused, file_refused
from sync.text import fold, is_blank, nearest

ROWS_SEARCHED = 50  # below the first row, for a header that is not there


class Header:
    """The first row with anything in it: its number in the sheet, and its texts by column letters."""

    def __init__(self, row: int, texts: dict[str, str]) -> None:
        self.row = row
        self.texts = {letters: text for letters, text in texts.items() if not is_blank(text)}

    def has(self, header: str) -> bool:
        """Whether one of the columns has this header."""
        return fold(header) in map(fold, self.texts.values())


def check_header(path: Path, header: Header, id_header: str, below: Iterable[Header]) -> None:
    """Looks whether this can be the header row, and whether each of its headers is the only one of its kind.

    Raises:
        FileRefused: a title stands above the header, the id's column is missing, or a header is given twice.
    """
    if id_header and not header.has(id_header):
        raise _missing_id(path, header, id_header, below)
    seen: dict[str, str] = {}
    for letters, text in header.texts.items():
        first = seen.setdefault(fold(text), letters)
        if first != letters:
            raise file_refused(
                path,
                f"columns {first} and {letters} have the same header, “{text.strip()}”, in row {header.row}.",
                "Rename one of them, or delete the column.",
            )


def _missing_id(path: Path, header: Header, id_header: str, below: Iterable[Header]) -> FileRefused:
    for row in below:
        if row.has(id_header):
            return file_refused(
                path,
                f"the header seems to be in row {row.row}, and something else stands above it, in row {header.row}.",
                f"Delete the rows above row {row.row}.",
            )
    texts = [text.strip() for text in header.texts.values()]
    near = nearest(id_header, texts)
    hint = f" The nearest is “{near}”." if near else ""
    listed = ", ".join(f"“{text}”" for text in texts)
    return file_refused(
        path,
        f"there is no column “{id_header}”; row {header.row} has the headers {listed}.{hint}",
        f"Name the column with the ids “{id_header}”, or correct id: in the mapping file.",
    )
