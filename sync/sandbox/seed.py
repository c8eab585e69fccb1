"""The stand-in's database: made and filled from the samples in one transaction, or not at all."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any
from zlib import crc32

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from sync.errors import CannotStart
from sync.sandbox import KEYS
from sync.sandbox.models import CUSTOMERS, Contact, Customer

_SAMPLE = "sandbox_customers.json"


def prepare(*, fresh: bool) -> None:
    """See to it that the database is there; one that was made from another contract or other samples is made anew.

    Raises:
        CannotStart: the samples are not where they should be.
    """
    text = _samples()
    version = _version(text)
    if not fresh and _pragma_version() == version:
        return
    # One transaction: a server that still runs on the same file sees the old customers or the new ones, never half.
    with connection.schema_editor() as editor:
        _remake_tables(editor)
        _add_customers(json.loads(text))
        _add_keys()
        editor.execute(f"PRAGMA user_version = {version}")


def _samples() -> str:
    """The sample customers: beside the package where it is installed, in the samples folder of a checkout."""
    package = files("sync")
    for place in (package / "samples" / _SAMPLE, Path(str(package)).parent / "samples" / _SAMPLE):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise CannotStart(f"The sandbox's sample customers ({_SAMPLE}) are not there. Install campfire-sync again.")


def _version(samples: str) -> int:
    """A number that is another one for other samples or another contract; SQLite has 32 bits, signed, for it."""
    return crc32(repr((samples, CUSTOMERS.fields)).encode()) >> 1


def _pragma_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return int(cursor.fetchone()[0])


def _remake_tables(editor: Any) -> None:
    for table in connection.introspection.table_names():
        editor.execute(f"DROP TABLE {editor.quote_name(table)}")
    for model in apps.get_models():
        editor.create_model(model)


def _add_customers(customers: list[dict[str, Any]]) -> None:
    contacts = []
    for about in customers:
        for contact in about.pop("contacts"):
            contacts.append(Contact(owner_id=about["id"], last_modified_at=about["last_modified_at"], **contact))
    Customer.objects.bulk_create(Customer(**about) for about in customers)
    Contact.objects.bulk_create(contacts)


def _add_keys() -> None:
    for role, key in KEYS.items():
        user = User.objects.create(username=role, is_staff=role != "view only")
        start = key[: CONSTANTS.TOKEN_KEY_LENGTH]
        AuthToken(user=user, digest=hash_token(key), token_key=start, expiry=None).save()
