"""What a key may do. A module of its own, since Django REST Framework's settings name it before there are views."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class ViewOnlyKeysOnlyView(BasePermission):
    """403 where a key of the role "view only" would change something."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the key may do this."""
        return request.method in SAFE_METHODS or getattr(request.user, "is_staff", False)
