"""The app as its pages use it, without a browser: it sends their forms and waits for their commands."""

import http.client
import json
import re
import time
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

Fields = Iterable[tuple[str, str]]


class _Defaults(HTMLParser):
    """What the last form of a page would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = about["name"]
            self.fields[self._select] = ""
        elif tag == "option" and "selected" in about and self._select:
            self.fields[self._select] = about["value"]
        elif tag == "input" and about.get("type") == "hidden":
            self.fields[about["name"]] = about.get("value", "")


class AppClient:
    """A browser's part. Any method raises OSError or HTTPException once the app has gone.

    Args:
        address: with its token, as the app prints it.
        cookie: of a browser that has used the token.
    """

    def __init__(self, address: str, cookie: str = "") -> None:
        url = urlsplit(address)
        self._host, self._port = url.hostname or "", url.port
        self._origin = f"http://{url.netloc}"
        self._cookie = cookie or self._signed_in(address)

    def _signed_in(self, address: str) -> str:
        self._cookie = ""
        _, headers, _ = self._ask("GET", address.removeprefix(self._origin))
        return headers["Set-Cookie"].partition(";")[0]

    def page(self, path: str) -> str:
        """A page's text, where the redirects end."""
        for _ in range(9):
            status, headers, body = self._ask("GET", path.partition("#")[0])
            if status != 303:
                return body.decode()
            path = self._after(headers["Location"])
        raise AssertionError(f"redirects without end: {path}")

    def post(self, path: str, fields: Fields = ()) -> str:
        """Send a form; returns the address that it leads to when the command has ended."""
        body = urlencode(list(fields)).encode()
        return self._sent(path, body, "application/x-www-form-urlencoded")

    def upload(self, path: Path) -> str:
        """Choose a file."""
        head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
        body = head.encode() + path.read_bytes() + b"\r\n--edge--\r\n"
        return self._sent("/sheets", body, "multipart/form-data; boundary=edge")

    def columns(self, path: Path) -> tuple[str, dict[str, str]]:
        """From a file to its columns: their address, and what the page would send as it stands."""
        sheet = self.upload(path).partition("?")[0]
        self.page(sheet)
        columns = self.post(f"{sheet}/worksheet", [("worksheet", "")])
        return columns, self.fields(columns)

    def fields(self, path: str) -> dict[str, str]:
        """What the last form of a page would send as it stands."""
        defaults = _Defaults()
        defaults.feed(self.page(path))
        return defaults.fields

    def preview(self, path: Path) -> str:
        """From a file to its preview's address, all choices as they are suggested."""
        columns, fields = self.columns(path)
        problems = self.post(columns, fields.items())
        assert problems == columns.replace("/columns", "/problems"), problems
        return self.post(problems.replace("/problems", "/preview"))

    def send(self, run: str) -> str:
        """Confirm a preview, or a look at an undo; returns the address of the run that sends it."""
        return self.post(*self.confirmation(run))

    def confirmation(self, run: str) -> tuple[str, list[tuple[str, str]]]:
        """The form that confirms a preview, or a look at an undo: its address and its fields."""
        page = self.page(run)
        count = re.search(r'id="to-send">([0-9,]+)<', page)
        action = re.search(r'action="(/runs/[^/]+/(?:apply|put-back))"', page)
        fields = dict(re.findall(r'name="(seen|chosen)" value="([^"]*)"', page))
        assert count is not None and action is not None, page
        return action[1], [("count", count[1]), *fields.items()]

    def answer(self, path: str, fields: Fields = ()) -> str:
        """Send a form that is answered with a page; returns the page."""
        return self._posted(path, urlencode(list(fields)).encode(), "application/x-www-form-urlencoded")[2].decode()

    def _sent(self, path: str, body: bytes, content_type: str) -> str:
        status, answered, text = self._posted(path, body, content_type)
        assert status == 303, text.decode()
        return self._after(answered["Location"])

    def _posted(self, path: str, body: bytes, content_type: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        return self._ask("POST", path, {"Origin": self._origin, "Content-Type": content_type}, body)

    def _after(self, address: str) -> str:
        """Where the progress page leads in the end."""
        while address == "/job":
            state = json.loads(self._ask("GET", "/job.json")[2])
            address = state["next"] or address
            time.sleep(0.01)
        return address

    def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        try:
            connection.request(method, path, body=body, headers={"Cookie": self._cookie, **(headers or {})})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()
