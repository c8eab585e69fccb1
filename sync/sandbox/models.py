"""The tables of the stand-in, with a column for each field of the contract."""

from typing import Any

from django.db import models
from django.db.models import NOT_PROVIDED
from django.utils import timezone

from sync.contract.load import load
from sync.contract.resource import Field

CUSTOMERS = load("customers")  # what the stand-in stands in for
assert CUSTOMERS.nested is not None
CONTACT_FIELDS = CUSTOMERS.nested.items

_COLUMNS: dict[str, Any] = {
    "integer": models.IntegerField,
    "boolean": models.BooleanField,
    "datetime": models.DateTimeField,
    "json": models.JSONField,
}


class Customer(models.Model):
    """A contract customer."""


class Contact(models.Model):
    """One of a customer's contacts."""

    owner: Any = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")

    class Meta:
        """In the order in which they were added."""

        ordering = ("id",)


def _column(about: Field) -> Any:
    # Read-only fields that the API's page calls strings came back as null in a live answer.
    null = about.nullable or (about.read_only and about.default is None)
    options: dict[str, Any] = {"null": null, "default": NOT_PROVIDED if null else _at_first(about)}
    match about.type:
        case "string":
            kind = models.EmailField if about.format == "email" else models.CharField
            return kind(max_length=about.max_length, blank=not about.required, **options)
        case "choice":
            return models.CharField(max_length=250, choices=list(about.choices.items()), blank=about.blank, **options)
        case "decimal":  # the bounds on the API's page are those of 15 digits, two of them decimals
            return models.DecimalField(max_digits=15, decimal_places=2, **options)
        case other:
            return _COLUMNS[other](**options)


def _at_first(about: Field) -> Any:
    """What a field that is never null holds in a customer of which the samples do not say it."""
    if about.type == "choice":
        return next(iter(about.choices))
    if about.name == "last_modified_at":
        return timezone.now
    return False if about.type == "boolean" else NOT_PROVIDED


def _add_columns(model: Any, fields: list[Field]) -> None:
    for about in fields:
        if about.name != "id" and about.type != "list":  # an id comes by itself, and contacts are a table
            model.add_to_class(about.name, _column(about))


_add_columns(Customer, list(CUSTOMERS.fields.values()))
_add_columns(Contact, list(CONTACT_FIELDS.values()))
