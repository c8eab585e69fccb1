"""The lines of a text file, before they are taken for records."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sync.errors import file_refused
from sync.sheet.encoding import SAVE_AGAIN
from sync.text import BLANKS

LONGEST_LINE = 1 << 24  # characters
SEPARATOR_LINE = re.compile('"?sep=([^"\r\n])"?[\r\n]*', re.IGNORECASE)
_END_OF_FILE = "\x1a"  # what DOS programs write at the end of a text file


class Lines:
    """The lines of a file, checked one by one. A `sep=` line and DOS's end-of-file character are left out."""

    def __init__(self, path: Path, file: IO[str], separator: str) -> None:
        self.taken: list[str] = []  # since the record began
        self._path = path
        self._file = file
        self._quotes = _QuotesAfterBlanks(separator)
        self._is_first = True
        self._ahead = ""  # what was read to see whether the file goes on

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next_line()
        if self._is_first:
            self._is_first = False
            if SEPARATOR_LINE.fullmatch(line):
                return next(self)
        if not line:
            raise StopIteration
        if "\0" in line:
            raise file_refused(self._path, "the file holds NUL characters, as no text does.", SAVE_AGAIN)
        if len(line) == LONGEST_LINE:
            raise file_refused(self._path, "the file has a line that is longer than any row of a sheet.", SAVE_AGAIN)
        if line.rstrip("\r\n").endswith(_END_OF_FILE) and not self._goes_on():
            line = line.rstrip("\r\n" + _END_OF_FILE)
            if not line:
                raise StopIteration
        if '"' in line:
            line = self._quotes.uncovered(line, goes_on=bool(self.taken))
        self.taken.append(line)
        return line

    def _next_line(self) -> str:
        line = self._ahead
        self._ahead = ""
        return line if line.endswith(("\n", "\r")) else line + self._file.readline(LONGEST_LINE)

    def _goes_on(self) -> bool:
        self._ahead = self._file.readline(1)
        return bool(self._ahead)


def blanks_within(separator: str) -> str:
    """What is a blank within a line of cells that are separated so."""
    return "".join(blank for blank in BLANKS if blank not in (separator, "\r", "\n"))


class _QuotesAfterBlanks:
    """Takes away the blanks before a quote that opens a cell: the csv module knows no blank there but the space."""

    def __init__(self, separator: str) -> None:
        blanks, end = blanks_within(separator), re.escape(separator)
        self._others = blanks.replace(" ", "")
        self._in_ascii = "".join(filter(str.isascii, self._others))
        self._suspect = re.compile(rf'[{self._others}] *"')
        self._cell = re.compile(rf'(?:[{blanks}]*("(?:[^"]|"")*+(?:"[^{end}]*)?)|([^{end}]*))({end}|\Z)')
        self._rest_of_quoted = re.compile(rf'(?:[^"]|"")*+(?:"[^{end}]*(?:{end}|\Z))?')

    def uncovered(self, line: str, goes_on: bool) -> str:
        """The line without those blanks. `goes_on`: it begins within a quoted cell."""
        others = self._in_ascii if line.isascii() else self._others
        if not any(map(line.__contains__, others)) or not self._suspect.search(line):  # the first is fast
            return line
        quoted = self._rest_of_quoted.match(line) if goes_on else None
        start = quoted.end() if quoted else 0
        return line[:start] + self._cell.sub(r"\1\2\3", line[start:])
