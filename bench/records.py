"""The customers of the benchmark: what the server shows of one, and what the sheet says of the same one.

A sheet has 35 columns, two cells in five are blank, ids and whole numbers are number cells. What it says is what the
server holds, but for the note of every n-th customer: that is what a month's run changes.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from sync.contract.load import load as load_resource
from sync.mapping import load as mapping

LEFT_OUT = {"Company Name", "First Name", "Last Name", "Mobile Number", "Abbreviation", "Anrok Customer ID"}
SOME = {  # the columns beside the id, by how wide a sheet is
    "narrow": ("Payment Terms", "City", "Zip Code", "Notes"),
    "twelve": (
        *("Customer Name", "Payment Terms", "Email", "Phone Number", "Website", "Street 1"),
        *("City", "State", "Zip Code", "Country", "Notes"),
    ),
}
CHANGED = "Changed by the benchmark"
TOTALS = {total.name: 1234.5 for total in load_resource().totals}
_PLACE = "\x01"  # where a customer's number goes


@cache
def columns() -> dict[str, Any]:
    """The sheet's headers but the id's, each with what the server holds there."""
    chosen = mapping.load(mapping.default_path()).columns
    return {c.header: _value(c.header, load_resource().field_of(c.target)) for c in chosen if c.header not in LEFT_OUT}


def _value(header: str, about: Any) -> Any:
    if about.type == "choice":
        return next(iter(about.choices))
    if about.type == "boolean":
        return False
    if about.type == "integer":
        return 42
    if about.format == "email":
        return f"customer{_PLACE}@example.com"
    return header if header in ("City", "State", "Country", "Zip Code") else f"{header} of the customer {_PLACE}"


@cache
def _template() -> str:
    """The JSON of a customer, with the placeholder where its number goes."""
    targets = {c.header: c.target for c in mapping.load(mapping.default_path()).columns}
    record: dict[str, Any] = {"id": 0, "currency": "USD", "last_modified_at": "2025-01-01T00:00:00+0000", **TOTALS}
    record |= {"active_contracts": 1, "completed_contracts": 0, "pending_contracts": 0, "total_contracts": 1}
    contact = {"id": 1}
    for header, value in columns().items():
        target = targets[header]
        (contact if target.index else record)[target.item or target.field] = value
    text = json.dumps(record | {"contacts": [contact], "search_text": "x" * 600})
    return text.replace('"id": 0', f'"id": {_PLACE}', 1).replace("\\u0001", _PLACE)


def record(customer: int) -> str:
    """The JSON of this customer, about 2.5 kB."""
    return _template().replace(_PLACE, str(customer))


def headers(width: str = "wide") -> tuple[str, ...]:
    """The sheet's header row."""
    return ("Customer ID", *SOME.get(width, columns()))


def rows(count: int, every: int, width: str = "wide") -> Iterator[list[Any]]:
    """The sheet's rows; every n-th asks for a change, none with 0. None is a blank cell."""
    held = columns()
    known = {c.header: load_resource().field_of(c.target) for c in mapping.load(mapping.default_path()).columns}
    shown = {header: _shown(known[header], held[header]) for header in headers(width)[1:]}
    for customer in range(1, count + 1):
        row: list[Any] = [customer]
        changes = every and customer % every == 0
        for place, (header, value) in enumerate(shown.items()):
            if changes and header == "Notes":
                row.append(f"{CHANGED} {customer}")
            elif (customer + place) % 5 < 2:
                row.append(None)
            else:
                row.append(value.replace(_PLACE, str(customer)) if isinstance(value, str) else value)
        yield row


def _shown(about: Any, value: Any) -> Any:
    """What a person has in the cell for this value."""
    if about.type == "choice":
        return about.choices[value]
    return "no" if value is False else value
