"""The tables of the stand-in: a column for each field of the resource that it stands in for.

The resource is handed in through Django's settings (see `django_settings.configure`), before this module is imported.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import NOT_PROVIDED
from django.utils import timezone

from sync.contract.resource import Field, Resource, Roles

RESOURCE: Resource = settings.CAMPFIRE_RESOURCE
NESTED = RESOURCE.nested

_COLUMNS: dict[str, Any] = {
    "integer": models.IntegerField,
    "boolean": models.BooleanField,
    "datetime": models.DateTimeField,
    "json": models.JSONField,
}


def _column(field: Field, roles: Roles) -> Any:
    # Read-only fields that the API's page calls strings came back as null in a live answer.
    null = field.nullable or (field.read_only and field.default is None and field.name != roles.deleted)
    options: dict[str, Any] = {"null": null, "default": NOT_PROVIDED if null else _at_first(field, roles)}
    match field.type:
        case "string":
            kind = models.EmailField if field.format == "email" else models.CharField
            return kind(max_length=field.max_length, blank=not field.required, **options)
        case "choice":
            return models.CharField(max_length=250, choices=list(field.choices.items()), blank=field.blank, **options)
        case "decimal":  # the bounds on the API's page are those of 15 digits, two of them decimals
            return models.DecimalField(max_digits=15, decimal_places=2, **options)
        case other:
            return _COLUMNS[other](**options)


def _at_first(field: Field, roles: Roles) -> Any:
    """What a field that is never null holds where the seed does not say it."""
    if field.type == "choice":
        return next(iter(field.choices))
    if field.name == roles.last_modified:
        return timezone.now
    return False if field.type == "boolean" else NOT_PROVIDED


def _model(name: str, doc: str, fields: Mapping[str, Field], roles: Roles, **own: Any) -> Any:
    columns: dict[str, Any] = {
        field.name: _column(field, roles)
        for field in fields.values()
        if field.name != roles.id and field.type != "list"
    }
    columns[roles.id] = models.BigAutoField(primary_key=True)
    # Django names the tables and the texts of its errors after the class.
    return type(
        "".join(name.title().split()), (models.Model,), {"__module__": __name__, "__doc__": doc, **columns, **own}
    )


class _LastWrittenLast:
    """What was written last comes last, as in a database that is asked for no order: so the order changes."""

    ordering = ("written", "pk")


Record: Any = _model(RESOURCE.noun.one, "A record of the resource: a customer.", RESOURCE.fields, RESOURCE.roles)
Item: Any = _model(
    NESTED.noun.one if NESTED else "Item",
    "An item of a record's nested list: a contact.",
    NESTED.items if NESTED else {},
    NESTED.roles if NESTED else Roles(),
    owner=models.ForeignKey(Record, models.CASCADE, related_name=NESTED.name if NESTED else "items"),
    written=models.BigIntegerField(default=0),  # grows with each item that is written
    Meta=_LastWrittenLast,
)
