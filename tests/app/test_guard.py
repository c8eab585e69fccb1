"""Who may talk to the app. Each request here is one that a hostile page or program could send."""

import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.app.guard import COOKIE, HEADERS
from tests.app.conftest import RunningApp, running_app
from tests.support.fault_server import FaultServer


@pytest.fixture
def app(environment: None, server: FaultServer, state: Path) -> Iterator[RunningApp]:
    """One for each test, since its token works once."""
    with running_app(state, server) as running:
        yield running


def asked(
    app: RunningApp, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, http.client.HTTPMessage]:
    """The status and headers of an answer; redirects are not followed."""
    url = urlsplit(app.origin)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        response.read()
        return response.status, response.headers
    finally:
        connection.close()


def signed_in(app: RunningApp) -> dict[str, str]:
    """The headers of the browser that used the token."""
    status, headers = asked(app, "GET", app.address.removeprefix(app.origin))
    assert status == 303
    return {"Cookie": headers["Set-Cookie"].partition(";")[0]}


def test_the_token_is_exchanged_for_a_cookie_that_scripts_and_other_sites_do_not_get(app: RunningApp) -> None:
    status, headers = asked(app, "GET", app.address.removeprefix(app.origin))
    assert status == 303
    assert headers["Location"] == "/"
    cookie = headers["Set-Cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_token_works_once(app: RunningApp) -> None:
    signed_in(app)
    status, headers = asked(app, "GET", app.address.removeprefix(app.origin))
    assert status == 403
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/", "/runs", "/job.json", "/static/app.css", "/sheets/20260101-000000-abcdef"])
def test_without_the_cookie_nothing_is_shown(app: RunningApp, path: str) -> None:
    assert asked(app, "GET", path)[0] == 403
    assert asked(app, "GET", path, {"Cookie": f"{COOKIE}=guess"})[0] == 403


def test_another_host_name_is_refused_even_with_the_cookie(app: RunningApp) -> None:
    """A page of another site whose name was made to lead to this machine (DNS rebinding)."""
    headers = signed_in(app) | {"Host": "rebound.example.com"}
    assert asked(app, "GET", "/", headers)[0] == 421


@pytest.mark.parametrize("origin", [None, "null", "https://example.com", "http://127.0.0.1:1"])
def test_a_form_of_another_page_changes_nothing(app: RunningApp, origin: str | None) -> None:
    headers = signed_in(app) | ({"Origin": origin} if origin else {})
    assert asked(app, "POST", "/key", headers, b"key=stolen")[0] == 403


def test_the_app_s_own_form_is_taken(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", "")
    headers = signed_in(app) | {"Origin": app.origin, "Content-Type": "application/x-www-form-urlencoded"}
    assert asked(app, "POST", "/key", headers, b"key=example-key")[0] == 303
    assert os.environ["CAMPFIRE_API_KEY"] == "example-key"


def test_every_answer_keeps_scripts_and_frames_of_others_out(app: RunningApp) -> None:
    for path, headers in (("/", {}), ("/", signed_in(app)), ("/nowhere", {})):
        answer = asked(app, "GET", path, headers)[1]
        for name, value in HEADERS.items():
            assert answer[name] == value
    assert "unsafe-inline" not in HEADERS["Content-Security-Policy"]


def test_an_upload_that_says_it_is_too_large_is_refused_at_once(app: RunningApp) -> None:
    headers = signed_in(app) | {"Origin": app.origin, "Content-Length": str(10**12)}
    assert asked(app, "POST", "/sheets", headers)[0] == 413


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "20260101-000000-abcdef/../.."])
def test_no_path_leads_out_of_the_app_s_own_folder(app: RunningApp, name: str) -> None:
    headers = signed_in(app)
    assert asked(app, "GET", f"/sheets/{name}/file", headers)[0] in (400, 404)
    assert asked(app, "GET", f"/exports/{name}", headers)[0] in (400, 404)
    assert asked(app, "GET", f"/static/{name}", headers)[0] == 404
