"""Where the endpoints of the stand-in are: as the API has them, without a trailing slash."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from sync.sandbox.models import CUSTOMERS
from sync.sandbox.views import CustomerList, OneCustomer

_CUSTOMERS = CUSTOMERS.path.lstrip("/")

urlpatterns = [
    path(_CUSTOMERS, CustomerList.as_view()),
    path(f"{_CUSTOMERS}/<str:pk>", OneCustomer.as_view()),
    path("rr/api/schema", SpectacularJSONAPIView.as_view()),
]
