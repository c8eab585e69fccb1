"""What the stand-in takes and gives: Django REST Framework's own rules, told by the contract what each field is."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from sync.contract.resource import Field
from sync.sandbox.models import CONTACT_FIELDS, CUSTOMERS, Contact, Customer


def _rules(fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    return {name: _rule(about) for name, about in fields.items() if about.type != "list"}


def _rule(about: Field) -> dict[str, Any]:
    rule: dict[str, Any] = {"allow_null": about.nullable}
    if about.default is not None:
        rule["default"] = about.default  # written where a PUT leaves the field out, as the API does
    return rule | ({"read_only": True} if about.read_only else {"required": about.required})


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A contact, within its customer."""

    class Meta:
        """Every field of the contract."""

        model = Contact
        fields = tuple(CONTACT_FIELDS)
        extra_kwargs = _rules(CONTACT_FIELDS)


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer. A PUT leaves alone what it does not name, `vendor_type` excepted, and replaces the contacts whole."""

    contacts = ContactSerializer(many=True, required=False)

    class Meta:
        """Every field of the contract."""

        model = Customer
        fields = tuple(CUSTOMERS.fields)
        extra_kwargs = _rules(CUSTOMERS.fields)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Write the fields, then the contacts."""
        contacts = validated_data.pop("contacts", None)
        instance.last_modified_at = timezone.now()
        customer = super().update(instance, validated_data)
        if contacts is not None:
            self._replace_contacts(customer, contacts)
        return customer

    def _replace_contacts(self, customer: Any, contacts: list[dict[str, Any]]) -> None:
        """The list as it was sent: a contact that comes with its id keeps it, and what it does not name is emptied."""
        known = {contact.id: contact.id for contact in customer.contacts.all()}
        # `id` is read-only, as the API's page has it, and so is not among the validated fields; the order is the same.
        ids = [known.pop(sent.get("id"), None) for sent in self.initial_data["contacts"]]
        customer.contacts.filter(id__in=known).delete()
        for number, fields in zip(ids, contacts, strict=True):
            Contact(id=number, owner=customer, last_modified_at=timezone.now(), is_deleted=False, **fields).save()
