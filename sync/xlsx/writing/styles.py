"""How the workbook looks: colours, fonts, number formats."""

from dataclasses import dataclass

from sync.status import Status

MONEY = "#,##0.00"
WHOLE = "0"
TEXT = "@"

DARK, SLATE, PALE = "1F3864", "596780", "F2F5FA"
WHITE, INK, QUIET, LINK = "FFFFFF", "1F2937", "808080", "1F4E9E"
RED, GREEN = ("FDE4E4", "9C0006"), ("E2F3E2", "1B5E20")  # fill, font

STATUS = {status: (status.facts.fill, status.facts.ink) for status in Status}
CHART = {status: status.facts.bar for status in Status}
FAULTY = ("FFC7CE", INK)
REMARK = ("FFF2CC", INK)  # the row as a whole is meant


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell looks like. Colours are RGB in hexadecimal; an empty fill is none."""

    fill: str = ""
    color: str = INK
    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: int = 10
    number_format: str = TEXT
    wrap: bool = False
    horizontal: str = "general"
    vertical: str = "top"
    indent: int = 0
    edge: bool = True  # a fine line below
