"""What the stand-in takes and gives: Django REST Framework's own rules; the resource says what each field is."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from sync.contract.resource import Field, Roles
from sync.sandbox.models import NESTED, RESOURCE, Item, Record


def _rules(fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    return {name: _rule(field) for name, field in fields.items() if field.type != "list"}


def _rule(field: Field) -> dict[str, Any]:
    rule: dict[str, Any] = {"allow_null": field.nullable}
    if field.default is not None:
        rule["default"] = field.default  # written where a PUT leaves the field out, as the API does
    return rule | ({"read_only": True} if field.read_only else {"required": field.required})


def _as_stored(values: dict[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """E-mail addresses are stored in lower case."""
    return {
        name: value.lower() if isinstance(value, str) and fields[name].format == "email" else value
        for name, value in values.items()
    }


def stamp(roles: Roles) -> dict[str, Any]:
    """The time of a change, for what keeps it."""
    return {roles.last_modified: timezone.now()} if roles.last_modified else {}


@extend_schema_serializer(component_name=NESTED.noun.one.capitalize() if NESTED else "Item")
class ItemSerializer(serializers.ModelSerializer[Any]):
    """An item of the nested list, within its record."""

    class Meta:
        """Every field of the resource."""

        model = Item
        fields = tuple(NESTED.items) if NESTED else ()
        extra_kwargs = _rules(NESTED.items) if NESTED else {}


class _RecordSerializer(serializers.ModelSerializer[Any]):
    """A PUT leaves alone what it does not name, except fields with a default, and replaces the nested list whole."""

    class Meta:
        """Every field of the resource."""

        model = Record
        fields = tuple(RESOURCE.fields)
        extra_kwargs = _rules(RESOURCE.fields)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Write the fields, then the items."""
        items = validated_data.pop(NESTED.name, None) if NESTED else None
        for name, value in (_as_stored(validated_data, RESOURCE.fields) | stamp(RESOURCE.roles)).items():
            setattr(instance, name, value)
        instance.save()
        if items is not None:
            replace_items(instance, items, self.initial_data[NESTED.name] if NESTED else [])
        return instance


_nested = {NESTED.name: ItemSerializer(many=True, required=False)} if NESTED else {}
RecordSerializer: Any = extend_schema_serializer(component_name=RESOURCE.noun.one.capitalize())(
    type("RecordSerializer", (_RecordSerializer,), dict(_nested))
)


def replace_items(record: Any, items: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    """Make the list what was sent.

    An item that comes with its id keeps it, and fields that it does not name are emptied. One that was deleted comes
    back to life by being sent. One that is not sent is marked as deleted.
    """
    assert NESTED is not None
    known = {item.pk: item for item in record_items(record).all()}
    # `id` is read-only, as the API's page has it, and so not among the validated fields; the order is the same.
    for item, fields in zip(sent, items, strict=True):
        before = known.pop(item.get(NESTED.roles.id), None)
        write_item(record, before, _as_stored(fields, NESTED.items))
    for left_out in known.values():
        delete(left_out, NESTED.roles)


def write_item(record: Any, before: Any, fields: dict[str, Any]) -> None:
    """Write an item anew, unless that would change nothing; what is written comes last from then on."""
    assert NESTED is not None
    alive = {NESTED.roles.deleted: False} if NESTED.roles.deleted else {}
    fresh = Item(pk=before.pk if before else None, owner=record, **fields, **alive)
    names = [name for name, field in NESTED.items.items() if not field.read_only or name == NESTED.roles.deleted]
    if before and all(getattr(before, name) == getattr(fresh, name) for name in names):
        return
    fresh.written = (Item.objects.aggregate(last=Max("written"))["last"] or 0) + 1
    for name, value in stamp(NESTED.roles).items():
        setattr(fresh, name, value)
    fresh.save()


def delete(thing: Any, roles: Roles) -> None:
    """Mark a record or an item as deleted, if it is not; where the resource has no such mark, remove it."""
    if not roles.deleted:
        thing.delete()
    elif not getattr(thing, roles.deleted):
        setattr(thing, roles.deleted, True)
        for name, value in (stamp(roles) | ({roles.deleted_at: timezone.now()} if roles.deleted_at else {})).items():
            setattr(thing, name, value)
        thing.save()


def record_items(record: Any) -> Any:
    """The items of a record, deleted ones among them."""
    return Item.objects.filter(owner=record)
