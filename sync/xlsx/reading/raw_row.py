"""A row as the worksheet's XML has it: its filled cells by column letters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.model import Cell
from sync.xlsx.reading.workbook import is_true

_NEARLY_NOTHING = re.compile(r"0*(?:\.(?:[0-4][0-9]*)?)?")  # less than half a point, or half a character


@dataclass(slots=True)
class RawRow:
    """A row's cells, by their columns' letters."""

    number: int
    hidden: bool
    letters: tuple[str, ...] = ()  # of the cells that show something, from left to right
    texts: Sequence[str] = ()  # what each of these shows
    cell_meta: dict[str, Cell] = field(default_factory=dict)  # by letters; of cells that show nothing too
    numbers: tuple[str, ...] = ()  # of number cells shown without leading zeros, and not as a date
    struck_through: tuple[str, ...] = ()  # of cells that are struck through, wholly or partly
    aggregates: tuple[str, ...] = ()  # of cells whose formula counts or adds up others

    @property
    def by_letters(self) -> dict[str, str]:
        """What the cells show, by their columns' letters."""
        return dict(zip(self.letters, self.texts, strict=True))


def is_hidden(row: Mapping[str, str]) -> bool:
    """Whether a row with these attributes is hidden."""
    return is_true(row.get("hidden")) or (shows_nothing(row.get("ht")) and is_true(row.get("customHeight")))


def shows_nothing(size: str | None) -> bool:
    """Whether a row of this height, or a column of this width, is so small that a person sees nothing of it."""
    return bool(size and _NEARLY_NOTHING.fullmatch(size))
