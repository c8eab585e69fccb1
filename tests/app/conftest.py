"""The app in this process, over a server with customers 1 to 40, and a real browser that looks at it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from sync.app.server import AppServer
from sync.settings import Settings
from tests.support.app_client import AppClient
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer

_PATIENCE = 60_000  # milliseconds: a busy machine may take its time, and only a test that fails waits as long


@dataclass
class RunningApp:
    """The app: the address to open once, where it keeps its things, and the API that it sends to."""

    address: str
    settings: Settings
    server: FaultServer

    @property
    def origin(self) -> str:
        """The address without its token."""
        return self.address.partition("/?")[0]

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.settings.state


@contextmanager
def serving_app(settings: Settings) -> Iterator[str]:
    """An app with these settings; gives its address."""
    app = AppServer(settings, 0)
    thread = threading.Thread(target=app.run)
    thread.start()
    try:
        yield app.address
    finally:
        app.stop()
        thread.join()


@contextmanager
def running_app(state: Path, server: FaultServer) -> Iterator[RunningApp]:
    """The app over this state directory."""
    settings = Settings(state_dir=state, base_url=server.url, rate=2000.0, concurrency=8)
    with serving_app(settings) as address:
        yield RunningApp(address, settings, server)


@pytest.fixture(scope="module")
def environment() -> Iterator[None]:
    """The key is known, and no keychain is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMPFIRE_API_KEY", KEY)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield


@pytest.fixture(scope="module")
def app(environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One app for all tests of a file."""
    with (
        FaultServer(customer(number) for number in range(1, 41)) as server,
        running_app(tmp_path_factory.mktemp("app") / "state", server) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def client(app: RunningApp) -> AppClient:
    """The app's pages without a browser."""
    return AppClient(app.address)


@pytest.fixture(scope="module")
def browser(chromium: Any, app: RunningApp) -> Iterator[Any]:
    """A browser that has opened the app with its token."""
    context = chromium.new_context(accept_downloads=True)
    context.set_default_timeout(_PATIENCE)
    expect.set_options(timeout=_PATIENCE)
    page = context.new_page()
    page.goto(app.address)
    page.close()
    yield context
    context.close()


def _is_fault(message: Any) -> bool:
    """Whether the browser complains of the page itself. That an answer was a refusal is what some tests are about."""
    return message.type == "error" and "status of 4" not in message.text


@pytest.fixture
def page(browser: Any, app: RunningApp) -> Iterator[Any]:
    """The app's first page, with the customers as they were at first."""
    app.server.reset(customer(number) for number in range(1, 41))
    page = browser.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if _is_fault(message) else None)
    page.goto(app.origin)
    yield page
    page.close()
    assert failures == []
