"""The records of the scripted-fault server: what a PUT does to one, written from the API's own page.

Knows nothing of the product, whose bodies are judged by it.
"""

import itertools
import pickle
import re
from datetime import UTC, datetime
from typing import Any

from tests.support import api_page
from tests.support.api_page import BOOLEANS, CHOICES, CONTACT, REQUIRED

Record = dict[str, Any]

STRINGS = [*api_page.STRINGS, *api_page.NEWER_STRINGS]
INTEGERS = [*api_page.INTEGERS, "payment_term"]
# `lineage_array` is writable too, and never to be sent back.
WRITABLE = (*STRINGS, *BOOLEANS, *INTEGERS, *CHOICES, "contacts", "invoice_labels")

_contact_ids = itertools.count(900_000)


def customer(number: int, **fields: Any) -> Record:
    """A whole record, plainly made up."""
    record: Record = dict.fromkeys(STRINGS, None) | {
        "id": number,
        "name": f"Example Widgets {number} Ltd",
        "company_name": "Example Widgets Ltd",
        "email": f"billing{number}@example.com",
        "phone_number": "+1 202 555 0100",
        "city": "Springfield",
        "zip_code": "02134",
        "country": "US",
        "notes": f"note {number}",
        "vat_number": f"GB{100_000_000 + number}",
        "dba": "Widgets & Co – Zürich",
        "is_1099": False,
        "use_stripe_auto_bill": None,
        "customer": 42,
        "parent": None,
        "stripe_connection": 7,
        "default_expense_category": None,
        "vendor_custom_field_1": None,
        "payment_term": 3,
        "vendor_type": "customer",
        "source": "MANUAL",
        "status": "ACTIVE",
        "terms": "net_30",
        "invoice_labels": {"po": "PO number"},
        "contacts": [_contact(number, 1), _contact(number, 2)],
        "lineage_array": [1, number],
        "a_field_of_next_year": "kept, and not sent back",
        "last_modified_at": "2026-01-01T00:00:00+0000",
        "created_at": "2025-01-01T00:00:00+0000",
        "is_deleted": False,
        "deleted_at": None,
        "total_revenue": 1000.25 + number,
        "total_outstanding": 10.1,
        "currency": "USD" if number % 2 else "EUR",
        "active_contracts": 1,
        "total_contracts": 2,
    }
    return record | fields


def _contact(number: int, place: int) -> Record:
    return {
        "id": number * 10 + place,
        "name": None,
        "first_name": f"First{place}",
        "last_name": "Example",
        "email": f"contact{place}.{number}@example.com",
        "phone_number": None,
        "mobile_number": "+1 202 555 0101",
        "last_modified_at": "2026-01-01T00:00:00+0000",
        "is_deleted": False,
        "deleted_at": None,
    }


def contact(number: int, **fields: Any) -> Record:
    """A contact with this id and nothing else but these fields."""
    return {"id": number, **dict.fromkeys(CONTACT), "is_deleted": False, "deleted_at": None, **fields}


def copied(value: Any) -> Any:
    """A copy that shares nothing with it; `copy.deepcopy` takes nearly three times as long."""
    return pickle.loads(pickle.dumps(value))


def now() -> str:
    """The time as the API has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def put(record: Record, body: Any, absent: str = "kept", ignored: tuple[str, ...] = ()) -> tuple[Record, Record]:
    """The record after a PUT of this body, and what is wrong with the body (then the record is as before).

    `absent`: what becomes of a writable field that the body leaves out: `kept`, `reset` to null, or `refused`.
    `ignored`: fields that this server does not take, without a word.
    """
    if not isinstance(body, dict):
        return record, {"non_field_errors": ["Invalid data. Expected a dictionary."]}
    required = WRITABLE if absent == "refused" else REQUIRED
    errors: Record = {name: ["This field is required."] for name in required if name in record and name not in body}
    after = copied(record)
    if absent == "reset":
        after |= {name: None for name in WRITABLE if name in record}
    for name in WRITABLE:
        if name in body and name not in ignored:
            value, error = _value(name, body[name], record)
            if error:
                errors[name] = error
            after[name] = value
    if "vendor_type" not in body:
        after["vendor_type"] = "vendor"
    after["last_modified_at"] = now()
    return (record, errors) if errors else (after, {})


def _value(name: str, value: Any, record: Record) -> tuple[Any, Any]:
    """The value as it is stored, and what is wrong with it."""
    if name == "contacts":
        return _contacts(value, record)
    if value is None:
        return None, ["This field may not be null."] if name in ("is_1099", "status") else None
    if name in CHOICES:
        return value, None if value in CHOICES[name] else [f'"{value}" is not a valid choice.']
    if name in BOOLEANS:
        return value, None if isinstance(value, bool) else ["Must be a valid boolean."]
    if name in INTEGERS:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value, None if whole else ["A valid integer is required."]
    return _text(name, value) if name in STRINGS else (value, None)


def _text(name: str, value: Any) -> tuple[Any, Any]:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value, ["Not a valid string."]
    text = str(value).strip()
    if len(text) > 250 and name != "invoice_message":
        return text, ["Ensure this field has no more than 250 characters."]
    if name == "email" and text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return text, ["Enter a valid email address."]
    return text, None


def _contacts(value: Any, record: Record) -> tuple[Any, Any]:
    """The list is written whole: a contact with the id of one that is there stays it, any other is new."""
    if not isinstance(value, list):
        return value, ["Expected a list of items."]
    known = {contact["id"]: contact for contact in record.get("contacts") or []}
    out = []
    for sent in value:
        kept = known.get(sent.get("id"))
        contact = dict(kept) if kept else _contact(0, 0) | dict.fromkeys(CONTACT) | {"id": next(_contact_ids)}
        for item in CONTACT:
            if item in sent:
                contact[item] = sent[item].strip() if isinstance(sent[item], str) else sent[item]
        out.append(contact)
    return out, None
