"""A row at the end of the sheet that adds up the others."""

import pytest

from sync.model import Row
from sync.validation.findings import is_totals_row


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (("Total", "1,234", "5"), True),
        (("", "Total", "1,234.50"), True),
        (("", "1,234", ""), True),
        (("", "Total", "Bonn"), False),
        (("", "", ""), False),
        (("7", "Total", "5"), False),
    ],
)
def test_a_totals_row_has_numbers_and_words_for_totals_and_no_id(cells: tuple[str, ...], is_one: bool) -> None:
    assert is_totals_row(Row(9, cells), 0, above=8) == is_one


@pytest.mark.parametrize(("name", "is_one"), [("Total", True), ("Grand Total:", True), ("Example Ltd", False)])
def test_a_row_that_counts_the_ids_above_it_is_a_totals_row(name: str, is_one: bool) -> None:
    assert is_totals_row(Row(9, ("8", name, "Bonn")), 0, above=8) == is_one
