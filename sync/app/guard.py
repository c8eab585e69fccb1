"""Who may talk to the app: the browser that was opened with the one-time token, and nobody else.

A page on loopback can be reached by every other page that the browser has open, and by every program of the machine. So
each request is checked before any page sees it: the Host (against DNS rebinding), the cookie that the token was
exchanged for, the Origin of whatever changes something, and how much is sent.
"""

import secrets
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "campfire_sync"
LARGEST_UPLOAD = 600 * 1024**2  # bytes; a sheet may unpack to 512 MiB, and a CSV is not packed
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SAFE = {"GET", "HEAD"}


class TooLarge(Exception):
    """More was sent than the app takes."""


class Guard:
    """Lets a request through to the app, or answers it with a refusal.

    Args:
        port: the port that the app listens on.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.token = secrets.token_urlsafe(32)  # of the address that is printed; good for one use
        self._session = secrets.token_urlsafe(32)
        self._used = False
        self._app = app
        hosts = ("127.0.0.1", "localhost")
        self._hosts = {f"{host}:{port}" for host in hosts}
        self._origins = {f"http://{host}:{port}" for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._answer(scope, headers)
        answer = refusal or self._app
        await answer(scope, _bounded(receive), _with_headers(send))

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """What to answer in place of the app; None where the app may answer."""
        if headers.get("host") not in self._hosts:
            return PlainTextResponse("This address is not the app's.", 421)
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token")
        if token and scope["path"] == "/" and scope["method"] == "GET":
            return self._sign_in(token[0])
        if not compare_digest(_cookie(headers), self._session):
            return PlainTextResponse("Open the app with the address that `campfire-sync app` printed.", 403)
        if scope["method"] not in _SAFE and headers.get("origin") not in self._origins:
            return PlainTextResponse("This was not sent from the app's own page.", 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_UPLOAD:
            return PlainTextResponse("This file is too large. The most is 600 MiB.", 413)
        return None

    def _sign_in(self, token: str) -> Response:
        if self._used or not compare_digest(token.encode(), self.token.encode()):
            return PlainTextResponse("This address has been used. Start `campfire-sync app` again.", 403)
        self._used = True
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, self._session, httponly=True, samesite="strict", path="/")
        return response


def _cookie(headers: Headers) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _bounded(receive: Receive) -> Receive:
    """A request's body, as long as it is not larger than it may be: its stated length proves nothing."""
    size = 0

    async def receive_bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST_UPLOAD:
            raise TooLarge
        return message

    return receive_bounded


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
