"""How the workbook looks: colours, fonts, number formats."""

from dataclasses import dataclass

from sync.model import Status

MONEY = "#,##0.00"
WHOLE = "0"
TEXT = "@"

DARK, SLATE, PALE = "1F3864", "596780", "F2F5FA"
WHITE, INK, QUIET, LINK = "FFFFFF", "1F2937", "808080", "1F4E9E"
RED, GREEN = ("FDE4E4", "9C0006"), ("E2F3E2", "1B5E20")  # fill, font

STATUS = {  # fill, font
    Status.UPDATED: ("C6EFCE", "0B5D1E"),
    Status.UNCHANGED: ("E7E9ED", "44505F"),
    Status.WOULD_UPDATE: ("D6E6F7", "1F4E78"),
    Status.INVALID: ("FFC7CE", "9C0006"),
    Status.REJECTED: ("F8CBAD", "843C0C"),
    Status.FAILED: ("FFD966", "6B4E00"),
    Status.CONFLICT: ("E1D5EE", "4B2E83"),
    Status.NOT_SENT: ("FFF2CC", "7F6000"),
}
CHART = {  # the same, strong enough for a bar
    Status.UPDATED: "4CAF6D",
    Status.UNCHANGED: "A0A9B5",
    Status.WOULD_UPDATE: "5B9BD5",
    Status.INVALID: "E05D6B",
    Status.REJECTED: "ED7D31",
    Status.FAILED: "E0B000",
    Status.CONFLICT: "8E6FC1",
    Status.NOT_SENT: "E8CF7A",
}
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
