"""Checks what a run needs, from this computer to the API, and says how to mend what is wrong."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from sync.api.client import Client
from sync.api.proxy import proxy_for
from sync.api.response import Outcome, Response
from sync.api.trust import tls_context
from sync.contract.mapping import Mapping
from sync.contract.resource import Resource
from sync.errors import CampfireSyncError
from sync.files import make_private_folder
from sync.journal.reader import JournalReader
from sync.mapping import load as mapping
from sync.settings import KEY_VARIABLE, Secret, Settings, checked_key, find_key
from sync.text import counted

_CLOCK_TOLERANCE = 120  # seconds


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs."""

    name: str
    ok: bool
    text: str  # what there is, or what is wrong
    remedy: str = ""  # how to mend it


def examine(settings: Settings) -> Iterator[Check]:
    """Check one thing after another. Sends one small GET to the API, and only where all that it needs is there."""
    base_url = settings.target_url
    yield _ok("base URL", base_url)
    chosen, check = _mapping(settings)
    yield check
    yield _state(settings)
    key, check = _key(base_url)
    yield check
    network = _network(base_url)
    yield from network
    if chosen is not None and key is not None and all(check.ok for check in network):
        yield from _api(base_url, key, chosen.resource, settings)


def _ok(name: str, text: str) -> Check:
    return Check(name, True, text)


def _wrong(name: str, text: str, remedy: str = "") -> Check:
    return Check(name, False, text, remedy)


def _mapping(settings: Settings) -> tuple[Mapping | None, Check]:
    path = settings.mapping or mapping.default_path()
    try:
        chosen = mapping.load(path)
    except CampfireSyncError as e:
        return None, _wrong("mapping", str(e), "Correct the file, or choose another one with --mapping.")
    return chosen, _ok("mapping", f"{path}, {counted(len(chosen.columns), 'columns')}")


def _state(settings: Settings) -> Check:
    remedy = "Choose another one with --state-dir, or set CAMPFIRE_SYNC_STATE."
    try:
        folder = settings.state
        make_private_folder(folder)
        with TemporaryFile(dir=folder):
            pass
        runs = len(JournalReader(settings.journal).runs()) if settings.journal.exists() else 0
    except (OSError, RuntimeError) as e:  # RuntimeError: there is no home folder
        return _wrong("state directory", f"it cannot be written ({e})", remedy)
    except CampfireSyncError as e:
        return _wrong("state directory", str(e), remedy)
    return _ok("state directory", f"{folder}, {counted(runs, 'runs')} in its journal")


def _key(base_url: str) -> tuple[Secret | None, Check]:
    try:
        text, source = find_key(base_url)
        key = checked_key(text, source)
    except CampfireSyncError as e:
        return None, _wrong("API key", str(e))
    return key, _ok("API key", f"from {KEY_VARIABLE}" if source == KEY_VARIABLE else "from the keychain")


def _network(base_url: str) -> list[Check]:
    """The proxy and the certificates that the environment asks for."""
    checks = []
    try:
        proxy = proxy_for(base_url)
        text = f"{proxy}, from {proxy.variable}" if proxy else f"none for {urlsplit(base_url).hostname}"
        checks.append(_ok("proxy", text))
    except CampfireSyncError as e:
        checks.append(_wrong("proxy", str(e)))
    if not base_url.startswith("https:"):
        return [*checks, _ok("certificates", "not needed: the base URL is on this computer")]
    file = os.environ.get("SSL_CERT_FILE")
    try:
        tls_context()
        text = "those of the operating system are trusted" + (f", and those in {file} (SSL_CERT_FILE)" if file else "")
        return [*checks, _ok("certificates", text)]
    except CampfireSyncError as e:
        return [*checks, _wrong("certificates", str(e), "Correct SSL_CERT_FILE, or unset it.")]


def _api(base_url: str, key: Secret, resource: Resource, settings: Settings) -> Iterator[Check]:
    try:
        with closing(Client(base_url, key, resource, settings.timeout)) as client:
            response = client.probe()
    except CampfireSyncError as e:  # the certificate, or the proxy's password
        yield _wrong("connection", str(e))
        return
    yield (check := _connection(response))
    if not check.ok:
        return
    yield _reading(response, resource)
    yield _clock(response)


def _connection(response: Response) -> Check:
    if response.http_status is None:
        return _wrong("connection", response.text, "Check the network, the proxy and the base URL.")
    if response.is_json:
        return _ok("connection", "the API answers")
    return _wrong(
        "connection",
        f"what answers is not the API ({response})",
        "Check the base URL; if it is right, ask IT what stands between this computer and the API.",
    )


def _reading(response: Response, resource: Resource) -> Check:
    if response.outcome is Outcome.OK:
        text = "the API takes the key for reading; whether it may edit shows only when something is sent"
        return _ok("access", text)
    if response.outcome is Outcome.THROTTLED:
        return _wrong("access", f"the API is busy ({response})", "Try again in a few minutes.")
    remedy = f"Use a key that may edit {resource.noun.many}."
    return _wrong("access", f"the API does not take the key ({response})", remedy)


def _clock(response: Response) -> Check:
    if response.server_time is None:
        return _ok("clock", "not compared: the API does not tell the time")
    seconds = round(abs((datetime.now(UTC) - response.server_time).total_seconds()))
    if seconds <= _CLOCK_TOLERANCE:
        return _ok("clock", "as the API's")
    text = f"it differs from the API's by {counted(seconds, 'seconds')}"
    return _wrong("clock", text, "Set the clock of this computer; certificates and pauses depend on it.")
