"""The proxy that the environment names: HTTPS_PROXY (or ALL_PROXY), and NO_PROXY for the hosts without one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

from sync.errors import CannotStart
from sync.settings import is_loopback


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. Its password does not print."""

    variable: str  # of the environment, which names it
    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def auth(self) -> tuple[str, str] | None:
        """The name and the password that the proxy asks for."""
        return (self.user, self.password) if self.user or self.password else None


def proxy_for(base_url: str, environ: Mapping[str, str] = os.environ) -> Proxy | None:
    """The proxy for a base URL; none for loopback, whatever the environment says.

    Raises:
        CannotStart: the variable does not name a proxy that can be used. The text does not repeat it: it may hold a
            password.
    """
    url = urlsplit(base_url)
    host = url.hostname or ""
    excepted = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if is_loopback(host) or proxy_bypass_environment(f"{host}:{url.port or 443}", {"no": excepted}):
        return None
    for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if text := environ.get(variable, "").strip():
            return _parsed(variable, text)
    return None


def _parsed(variable: str, text: str) -> Proxy:
    try:
        url = urlsplit(text if "://" in text else f"http://{text}")
        host, port = url.hostname, url.port
    except ValueError:
        host, port, url = None, None, urlsplit("")
    if url.scheme not in ("http", "https") or not host:
        raise CannotStart(
            f"{variable} does not name a proxy that can be used. It looks like http://proxy.example.com:8080."
        )
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return Proxy(variable, url.scheme, host, port or (443 if url.scheme == "https" else 80), user, password)
