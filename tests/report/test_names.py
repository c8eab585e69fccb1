"""Where a sheet has the names of the records that its rows are for."""

import pytest

from sync.contract.load import load
from sync.report.names import name_position


@pytest.mark.parametrize(
    ("headers", "position"),
    [
        (["Customer ID", "Company Name", "Customer"], 2),
        (["Customer ID", "First Name", "Terms"], None),
        (["Customer ID", "Billing Contact Name", "Company Name"], 2),
        (["Customer ID", "Billing Contact First Name"], None),
        (["Customer ID", "Terms"], None),
    ],
)
def test_a_column_that_nobody_mapped_is_told_by_what_it_is_called(headers: list[str], position: int | None) -> None:
    """The record's own name goes before its other names, and a contact's is not the customer's."""
    assert name_position(headers, {"id": "Customer ID"}, load()) == position


def test_the_column_that_is_mapped_to_the_name_goes_before_all() -> None:
    assert name_position(["Company Name", "Title"], {"name": "Title"}, load()) == 1
