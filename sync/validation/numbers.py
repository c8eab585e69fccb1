"""Cells in which a person sees a whole number: ids, and fields that hold the id of something else."""

import re
from decimal import Decimal, InvalidOperation

from sync.model import Cell
from sync.text import normal
from sync.xlsx.reading.format_section import is_currency

_PARTS = re.compile(r"([^0-9]*?)([-+]?[0-9](?:.*[0-9])?)([^0-9]*)")
_SEPARATORS = str.maketrans("", "", ", \u00a0\u202f'’")


def whole_number_text(text: str, cell: Cell | None) -> tuple[str, str]:
    """The digits of a cell that is to hold a whole number, and the kind of problem if they are not what is shown.

    A number cell counts as its number, however it is formatted, as long as a person sees that number: 1,234 and 1234.00
    and 01234 and $1,234.00 are 1234; C-00115 is not 115, and 500% is not 5.
    """
    if cell is None or cell.kind:
        return normal(text), ""
    if cell.is_date:
        return "", "date_for_a_number"
    if not cell.number:
        return normal(text), ""
    if _amount(_without_currency(normal(text)).translate(_SEPARATORS)) != _amount(cell.number):
        return "", "shows_more_than_its_number"
    return cell.number, ""


def _without_currency(text: str) -> str:
    """The text without the signs or codes of currencies around its digits."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return text
    before, digits, after = match.groups()
    return digits if all(not part.strip() or is_currency(part.strip()) for part in (before, after)) else text


def _amount(text: str) -> Decimal | None:
    if not text.isascii() or "_" in text:  # Decimal takes other digits than 0 to 9, and 1_001
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
