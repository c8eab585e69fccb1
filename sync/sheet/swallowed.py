"""Rows of a text file that a quote has swallowed: it was opened in one row, and the next one stands rows below it."""

import re
from collections.abc import Sequence
from itertools import repeat

_LINE_BREAK = re.compile(r"\r\n|[\r\n]")
_ID = re.compile("[0-9]+")
_NUMBER = re.compile("[0-9.]+")


class SwallowedRows:
    """Looks for rows within the cells of other rows.

    Args:
        separator: between two cells.
        id_position: of the id column; -1 where it is not known.
        width: how many cells the header has.
    """

    def __init__(self, separator: str, id_position: int, width: int) -> None:
        self._separator = separator
        self._position = id_position
        self._width = width

    def first_in(self, cells: Sequence[str]) -> str:
        """The id of the first line in a cell that looks like a row of its own; empty text if there is none.

        Such a line has an id about as long as the row's own. The cell after the id is not a number, as it is in a list
        of amounts, and no cell begins with a blank, as the words of a text do. The last line of a cell ends where that
        cell does; the others have as many cells as the header. In a sheet of two columns such a line cannot be told
        from an address.
        """
        if not 0 <= self._position < len(cells) or self._width < 3:
            return ""
        own_id = cells[self._position]
        for position, cell in enumerate(cells):
            lines = _LINE_BREAK.split(cell)[1:]
            widths = [*repeat(self._width, len(lines) - 1), position + 1]
            for line, width in zip(lines, widths, strict=False):
                parts = line.split(self._separator)
                if len(parts) == width and self._is_row(parts, own_id):
                    return parts[self._position]
        return ""

    def _is_row(self, parts: Sequence[str], own_id: str) -> bool:
        id_text = parts[self._position] if self._position < len(parts) else ""
        has_id = abs(len(id_text) - len(own_id)) <= 1 and _ID.fullmatch(id_text) is not None
        next_cell = "".join(parts[self._position + 1 : self._position + 2])
        return has_id and not _NUMBER.fullmatch(next_cell) and not any(part[:1].isspace() for part in parts)
