"""What the results say of a record: its name, its totals, its counts."""

import re
from decimal import Decimal
from typing import Any

from sync.contract.resource import Resource
from sync.model import Record, RecordSummary


def summarize(record: Record, resource: Resource) -> RecordSummary:
    """What the results say of a record. What the API did not return stays unknown (None, or not in the mapping)."""

    def text(name: str) -> str | None:
        return record[name] if name and isinstance(record.get(name), str) else None

    amounts = {name: amount for f in resource.totals if (amount := _amount(record.get(name := f.name))) is not None}
    counts = {f.name: record[f.name] for f in resource.counts if type(record.get(f.name)) is int}
    roles = resource.roles
    return RecordSummary(text(roles.name), amounts, text(roles.currency), counts, text(roles.last_modified))


def _amount(value: Any) -> str | None:
    """An amount as exact decimal text, however the API wrote it; None where it is not an amount."""
    if type(value) is Decimal and _usual(text := str(value)):
        return text
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value)
    except ArithmeticError:
        return None
    if not amount.is_finite() or abs(amount.adjusted()) > _LARGEST:
        return None
    return f"{amount:f}"


_usual = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,10})?").fullmatch  # as the API writes them: str() has no exponent then
_LARGEST = 30  # digits before the point; the API's amounts have 13, and 1e999999999 would fill the memory with zeros
