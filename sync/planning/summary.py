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

    counts = {f.name: record[f.name] for f in resource.counts if type(record.get(f.name)) is int}
    roles = resource.roles
    amounts = _amounts(record, resource)
    return RecordSummary(text(roles.name), amounts, text(roles.currency), counts, text(roles.last_modified))


def _amounts(record: Record, resource: Resource) -> dict[str, str]:
    """The record's totals as exact decimal texts; without those that it does not have."""
    names = resource.total_names
    values = [*map(record.get, names)]
    texts = [*map(str, values)]
    if {*map(type, values)} <= {Decimal} and _are_usual(" ".join([*texts, ""])):  # the totals of most records
        return dict(zip(names, texts, strict=True))
    amounts = map(_amount, values)
    return {name: amount for name, amount in zip(names, amounts, strict=True) if amount is not None}


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


_are_usual = re.compile(r"(?:-?[0-9.]{1,30} )*").fullmatch  # amounts as the API writes them: no exponent, no NaN
_LARGEST = 30  # digits before the point; the API's amounts have 13, and 1e999999999 would fill the memory with zeros
