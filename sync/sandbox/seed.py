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
from sync.sandbox import KEYS, WRITERS
from sync.sandbox.models import NESTED, RESOURCE, Item, Record

_SAMPLE = "sandbox_customers.json"
_TABLES = 2  # counts the changes of the tables themselves


def prepare(seed: Path | None, *, fresh: bool) -> None:
    """Make the database, unless there is one from the same contract and the same samples.

    `seed` is a file with a JSON list of records, as the API returns them; None: the sample customers.

    Raises:
        CannotStart: the samples are not where they should be, or the seed cannot be read.
    """
    text = _samples() if seed is None else _read(seed)
    version = _version(text)
    if not fresh and _pragma_version() == version:
        return
    # One transaction: a server that still runs on the same file sees the old customers or the new ones, never half.
    with connection.schema_editor() as editor:
        _remake_tables(editor)
        _add_records(json.loads(text))
        _add_keys()
        editor.execute(f"PRAGMA user_version = {version}")


def _samples() -> str:
    """The sample customers: beside the package where it is installed, in the samples folder of a checkout."""
    package = files("sync")
    for path in (package / "samples" / _SAMPLE, Path(str(package)).parent / "samples" / _SAMPLE):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise CannotStart(f"The sandbox's sample customers ({_SAMPLE}) are not there. Install campfire-sync again.")


def _read(seed: Path) -> str:
    try:
        return seed.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"The sandbox's seed {seed} cannot be read: {error}") from error


def _version(samples: str) -> int:
    """A number that differs for other samples or another contract; SQLite has 32 bits, signed, for it."""
    return crc32(repr((samples, KEYS, _TABLES, RESOURCE.fields)).encode()) >> 1


def _pragma_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return int(cursor.fetchone()[0])


def _remake_tables(editor: Any) -> None:
    for table in connection.introspection.table_names():
        editor.execute(f"DROP TABLE {editor.quote_name(table)}")
    for model in apps.get_models():
        editor.create_model(model)


def _add_records(records: list[dict[str, Any]]) -> None:
    roles = RESOURCE.roles
    items = []
    for record in records:
        for item in record.pop(NESTED.name, ()) if NESTED else ():
            modified = _modified(record, roles.last_modified, NESTED.roles.last_modified) if NESTED else {}
            items.append(Item(owner_id=record[roles.id], **modified, **item))
    Record.objects.bulk_create(Record(**record) for record in records)
    Item.objects.bulk_create(items)


def _modified(record: dict[str, Any], role: str, item_role: str) -> dict[str, Any]:
    """An item was last changed when its record was, where both keep that."""
    return {item_role: record[role]} if item_role and role in record else {}


def _add_keys() -> None:
    for role, key in KEYS.items():
        user = User.objects.create(username=role, is_staff=role in WRITERS)
        start = key[: CONSTANTS.TOKEN_KEY_LENGTH]
        AuthToken(user=user, digest=hash_token(key), token_key=start, expiry=None).save()
