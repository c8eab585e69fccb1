"""The endpoints of the stand-in."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sync.sandbox.models import NESTED, RESOURCE, Record
from sync.sandbox.permissions import OnlyTheOutsideEditor
from sync.sandbox.serializers import RecordSerializer, delete, record_items, stamp, write_item

DELETED = RESOURCE.roles.deleted


class Pages(LimitOffsetPagination):
    """Pages by `limit` and `offset`; a limit above the largest counts as the largest."""

    default_limit = 100
    max_limit = RESOURCE.page_size


class _Filters(serializers.Serializer[Any]):
    """The filters of the list."""

    include_deleted = serializers.BooleanField(required=False, default=False)  # true: the deleted ones alone


_modified = RESOURCE.roles.last_modified
_since = {f"{_modified}__gte": serializers.DateTimeField(required=False)} if _modified else {}
Filters: Any = type("Filters", (_Filters,), dict(_since))


@extend_schema(parameters=[Filters])
class RecordList(generics.ListAPIView[Any]):
    """GET the records in the order of their ids: those that are not deleted, or only those that are."""

    serializer_class = RecordSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        """The records that the filters leave; 400 where a filter has no such value."""
        filters = Filters(data=self.request.query_params)
        filters.is_valid(raise_exception=True)
        return _records(deleted=filters.validated_data.pop("include_deleted")).filter(**filters.validated_data)


class OneRecord(generics.RetrieveUpdateAPIView[Any]):
    """GET one record, or PUT it; 404 where there is none or it is deleted, or the id is not a number."""

    serializer_class = RecordSerializer
    http_method_names = ("get", "put", "head", "options")

    def get_queryset(self) -> Any:
        """The records that are not deleted."""
        return _records(deleted=False)

    @transaction.atomic
    def put(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The whole PUT, or none of it."""
        return self.update(request, *args, **kwargs)


@extend_schema(exclude=True)
class OutsideEdit(APIView):
    """POST some fields of a record, as if somebody had changed them in the API's own web pages.

    `is_deleted: true` deletes the record. In the nested list an object with an `id` changes that item, or deletes it;
    one without is added. What is not named stays as it is.
    """

    permission_classes = (OnlyTheOutsideEditor,)

    @transaction.atomic
    def post(self, request: Request, pk: int) -> Response:
        """Make the change, and answer with the record."""
        record = get_object_or_404(Record, pk=pk)
        fields = dict(request.data)
        items = fields.pop(NESTED.name, []) if NESTED else []
        if fields.pop(DELETED, False):
            delete(record, RESOURCE.roles)
        for name, value in (fields | stamp(RESOURCE.roles)).items():
            setattr(record, name, value)
        record.save()
        for item in items:
            _edit_item(record, dict(item))
        return Response(RecordSerializer(_records(deleted=None).get(pk=pk)).data)


def _edit_item(record: Any, fields: dict[str, Any]) -> None:
    assert NESTED is not None
    number = fields.pop(NESTED.roles.id, None)
    before = record_items(record).get(pk=number) if number is not None else None
    if fields.pop(NESTED.roles.deleted, False):
        delete(before, NESTED.roles)
        return
    writable = [name for name, field in NESTED.items.items() if not field.read_only]
    present = {name: getattr(before, name) for name in writable} if before else {}
    write_item(record, before, present | fields)


def _records(deleted: bool | None) -> Any:
    """The records that are deleted, or those that are not; None: all."""
    records = Record.objects.order_by("pk")
    if NESTED:
        records = records.prefetch_related(NESTED.name)
    return records.filter(**{DELETED: deleted}) if DELETED and deleted is not None else records
