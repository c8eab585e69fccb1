"""What the results say of a record: its name, its totals, its counts."""

from decimal import Decimal
from typing import Any

from sync.contract.resource import Resource
from sync.model import Record, RecordSummary


def summarize(record: Record, resource: Resource) -> RecordSummary:
    """What the results say of a record. What the API did not return stays unknown (None, or not in the mapping)."""

    def text(name: str) -> str | None:
        return record[name] if name and isinstance(record.get(name), str) else None

    amounts = {f.name: _amount(record[f.name]) for f in resource.totals if f.name in record}
    counts = {f.name: record[f.name] for f in resource.counts if isinstance(record.get(f.name), int)}
    roles = resource.roles
    known = {name: amount for name, amount in amounts.items() if amount is not None}
    return RecordSummary(text(roles.name), known, text(roles.currency), counts, text(roles.last_modified))


def _amount(value: Any) -> str | None:
    """An amount as exact decimal text, however the API wrote it; None where it is not an amount."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value)
    except ArithmeticError:
        return None
    if not amount.is_finite() or abs(amount.adjusted()) > _LARGEST:
        return None
    return f"{amount:f}"


_LARGEST = 30  # digits before the point; the API's amounts have 13, and 1e999999999 would fill the memory with zeros
