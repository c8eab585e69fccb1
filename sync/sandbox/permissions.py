"""What a key may do. A module of its own, since Django REST Framework's settings name it before there are views."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from sync.sandbox import OUTSIDE_EDITOR


class KeysDoWhatTheirRoleMay(BasePermission):
    """403 where a key of the role "view only" would change something, and for the outside editor's key."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the key may do this."""
        if request.user.get_username() == OUTSIDE_EDITOR:
            return False
        return request.method in SAFE_METHODS or getattr(request.user, "is_staff", False)


class OnlyTheOutsideEditor(BasePermission):
    """403 for the keys of the API."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the key is the outside editor's."""
        return request.user.get_username() == OUTSIDE_EDITOR
