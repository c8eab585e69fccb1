"""What the results say of a record."""

from decimal import Decimal

import pytest

from sync.contract.load import load
from sync.planning.summary import summarize

CUSTOMERS = load()
USUAL = {total.name: Decimal("1234.50") for total in CUSTOMERS.totals}
WRITTEN = dict.fromkeys(USUAL, "1234.50")


def test_what_the_api_does_not_return_is_unknown_and_never_nought() -> None:
    record = {"id": 7, "name": None, "total_paid": 0, "total_mrr": None, "currency": None, "total_billed": "x"}
    summary = summarize(record, CUSTOMERS)
    assert (summary.name, summary.currency, summary.last_modified_at) == (None, None, None)
    assert dict(summary.totals) == {"total_paid": "0"}
    assert dict(summary.counts) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567890123.45"), "1234567890123.45"),
        (0, "0"),
        ("12.50", "12.50"),
        (Decimal("1E+3"), "1000"),
        (-5, "-5"),
    ],
)
def test_an_amount_is_exact_however_the_api_writes_it(value: object, text: str) -> None:
    assert dict(summarize({"total_revenue": value}, CUSTOMERS).totals) == {"total_revenue": text}
    assert dict(summarize({**USUAL, "total_revenue": value}, CUSTOMERS).totals) == {**WRITTEN, "total_revenue": text}


@pytest.mark.parametrize(
    "value", [True, None, "", "abc", "NaN", "Infinity", [1], Decimal("NaN"), Decimal("1e999999"), Decimal("1e-999999")]
)
def test_what_is_not_an_amount_is_unknown(value: object) -> None:
    assert dict(summarize({"total_revenue": value}, CUSTOMERS).totals) == {}
    others = {name: text for name, text in WRITTEN.items() if name != "total_revenue"}
    assert dict(summarize({**USUAL, "total_revenue": value}, CUSTOMERS).totals) == others


@pytest.mark.parametrize("value", [True, "3", Decimal("3.5"), None])
def test_what_is_not_a_count_is_unknown(value: object) -> None:
    """A plan with it would be refused as damaged."""
    assert dict(summarize({"total_contracts": value}, CUSTOMERS).counts) == {}
