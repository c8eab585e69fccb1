"""Styles of cells: colours, fonts, number formats."""

from dataclasses import dataclass

MONEY = "#,##0.00"
WHOLE = "0"
TEXT = "@"

DARK, SLATE, PALE = "1F3864", "596780", "F2F5FA"
WHITE, INK, QUIET, LINK = "FFFFFF", "1F2937", "808080", "1F4E9E"
RED, GREEN = ("FDE4E4", "9C0006"), ("E2F3E2", "1B5E20")  # fill, font
FAULTY = ("FFC7CE", INK)  # the value is wrong
REMARK = ("FFF2CC", INK)  # a note concerns the row as a whole


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """The style of a cell. Colours are RGB in hexadecimal; an empty fill means no fill.

    Compared by identity, which a look-up for each of millions of cells does quickly: make a style once and keep it.
    """

    fill: str = ""
    color: str = INK
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    size: int = 10
    number_format: str = TEXT
    wrap: bool = False
    horizontal: str = "general"
    vertical: str = "top"
    indent: int = 0
    edge: bool = True  # a fine line below

    @property
    def is_number(self) -> bool:
        """Whether its cells hold numbers."""
        return self.number_format != TEXT
