"""A row at the end of the sheet that adds up the others."""

import re

from sync.contract.words import means_total
from sync.model import Row
from sync.text import is_blank, normal

_NUMBER = re.compile(r"[^\w]*[0-9][0-9.,'’\s]*[^\w]*")


def is_totals_row(row: Row, id_position: int) -> bool:
    """Whether the last row of a sheet is a totals row: `Total` where the id should be, or numbers and no id."""
    if not is_blank(row.cells[id_position]):
        return means_total(row.cells[id_position])
    texts = [normal(text) for text in row.cells if not is_blank(text)]
    return bool(texts) and all(_NUMBER.fullmatch(text) or means_total(text) for text in texts)
