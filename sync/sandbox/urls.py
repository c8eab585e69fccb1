"""Where the endpoints of the stand-in are: as the API has them, without a trailing slash."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from sync.sandbox import OUTSIDE_EDIT
from sync.sandbox.models import RESOURCE
from sync.sandbox.views import OneRecord, OutsideEdit, RecordList

_RECORDS = RESOURCE.path.lstrip("/")

urlpatterns = [
    path(_RECORDS, RecordList.as_view()),
    path(f"{_RECORDS}/<str:pk>", OneRecord.as_view()),
    path("rr/api/schema", SpectacularJSONAPIView.as_view()),
    path(f"{OUTSIDE_EDIT.lstrip('/')}/<int:pk>", OutsideEdit.as_view()),
]
