"""Requests are answered only where they are addressed to loopback."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

Respond = Callable[[HttpRequest], HttpResponse]


def only_loopback(respond: Respond) -> Respond:
    """Refuse any other Host, such as that of a web page whose name has been pointed at this machine (DNS rebinding)."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return HttpResponseBadRequest("This server answers requests to 127.0.0.1 and localhost only.\n")
        return respond(request)

    return answer
