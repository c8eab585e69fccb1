"""The endpoints of the stand-in."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from sync.sandbox.models import Customer
from sync.sandbox.serializers import CustomerSerializer


class Pages(LimitOffsetPagination):
    """Pages by `limit` and `offset`; a limit above 500 counts as 500."""

    default_limit = 100
    max_limit = 500


class Since(serializers.Serializer[Any]):
    """The filter of the list."""

    last_modified_at__gte = serializers.DateTimeField(required=False)


@extend_schema(parameters=[Since])
class CustomerList(generics.ListAPIView[Customer]):
    """GET the customers, in the order of their ids."""

    serializer_class = CustomerSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        """The customers that the filter leaves; 400 where the filter is no time."""
        since = Since(data=self.request.query_params)
        since.is_valid(raise_exception=True)
        return Customer.objects.filter(**since.validated_data).prefetch_related("contacts").order_by("id")


class OneCustomer(generics.RetrieveUpdateAPIView[Customer]):
    """GET one customer, or PUT it; 404 where there is none, or where the id is no number."""

    queryset = Customer.objects.prefetch_related("contacts")
    serializer_class = CustomerSerializer
    http_method_names = ("get", "put", "head", "options")

    @transaction.atomic
    def put(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The whole PUT, or none of it."""
        return self.update(request, *args, **kwargs)
