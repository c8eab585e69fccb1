"""A row as the worksheet's XML has it: its filled cells by column letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.model import Cell
from sync.xlsx.reading.workbook import is_true


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

    @property
    def by_letters(self) -> dict[str, str]:
        """What the cells show, by their columns' letters."""
        return dict(zip(self.letters, self.texts, strict=True))


def is_hidden(row: Mapping[str, str]) -> bool:
    """Whether a row with these attributes is hidden."""
    return is_true(row.get("hidden")) or (row.get("ht") in {"0", "0.0"} and is_true(row.get("customHeight")))
