"""What several test files need: a server that goes wrong as told, and the product run against it."""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tenacity
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from tests.support import branches  # first, since what is imported after it is measured

# isort: split
from sync.api import api, pacing, retry
from sync.cli.commands import cli
from sync.execution import freshness
from sync.sandbox import RunningSandbox, Setup, start
from tests.support import warehouse_server
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer
from tests.support.lateness import let_the_server_decide
from tests.support.launcher import Launcher
from tests.support.processes import CampfireProcess, ForkServer, Fresh, Process, Starter
from tests.support.product import Campfire, Ran, environment
from tests.support.warehouse_server import Warehouses

# The same examples each time, however slow the machine is. The sweep looks for new ones.
settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CAMPFIRE_SYNC_FUZZ" not in os.environ,
)
settings.load_profile("tests")

# A shell without job control ignores SIGINT in what it starts with “&”, and nohup ignores SIGHUP. Every process of ours
# would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_configure(config: pytest.Config) -> None:
    if branches.PLUGIN:
        config.pluginmanager.register(branches.PLUGIN)


def pytest_collection_finish() -> None:
    """The tests stay until the end: no search for garbage needs to go through them, which takes half a second."""
    gc.freeze()


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge")


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server with customers 1 to 40."""
    with FaultServer(customer(number) for number in range(1, 41)) as running:
        yield running


@pytest.fixture
def warehouses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouses]:
    """A server of another resource, with warehouses 1 to 5; the environment has its key."""
    monkeypatch.setenv("CAMPFIRE_API_KEY", warehouse_server.KEY)
    with warehouse_server.serving(*map(warehouse_server.warehouse, range(1, 6))) as running:
        yield running


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory of this test alone."""
    return tmp_path / "state"


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come soon after one another. Nothing else about them is different."""
    monkeypatch.setattr(retry, "_growing", tenacity.wait_random(0.01, 0.05))
    monkeypatch.setattr(freshness, "PAUSES", [0.01, 0.02, 0.04])


@pytest.fixture
def late_when_told(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is too late where the server is told to be too slow, and nowhere else. `--timeout` should be long."""
    let_the_server_decide(server, monkeypatch)


@pytest.fixture
def lasting_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is not read again for its age, however slow this machine is: for servers that count GETs."""
    monkeypatch.setattr(api, "_STALE", 3600.0)


@pytest.fixture
def quick_throttling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Being throttled costs little time: for servers that throttle one row and not by the clock."""
    monkeypatch.setattr(pacing, "FIRST_THROTTLE_PAUSE", 0.01)
    monkeypatch.setattr(pacing, "LONGEST_THROTTLE_PAUSE", 0.05)
    monkeypatch.setattr(pacing, "_SLOWEST", 500.0)


@pytest.fixture
def campfire(server: FaultServer, state: Path) -> Iterator[Campfire]:
    """The command, run in this process: `campfire("run", sheet, "--strict")`."""

    def call(*args: object, key: str = KEY) -> Ran:
        runner = CliRunner(env=environment(server, state, key))
        done = runner.invoke(cli, [str(arg) for arg in args], catch_exceptions=False)
        return Ran.ended(done.exit_code, done.stdout, done.stderr, state)

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    yield call
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The stand-in for the API, with the sample customers; one for the tests of a file."""
    with start(Setup(tmp_path_factory.mktemp("sandbox"), fresh=True)) as running:
        yield running


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """A process that has everything imported, and forks for each command."""
    with Launcher() as started:
        yield started


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Starts commands as processes of their own."""
    if not hasattr(os, "fork"):
        yield Fresh()
        return
    with ForkServer() as forking:
        yield forking


@pytest.fixture
def campfire_process(starter: Starter, server: FaultServer, state: Path) -> Iterator[CampfireProcess]:
    """The command as a process of its own, started."""
    started: list[Process] = []

    def start(*args: object, key: str = KEY) -> Process:
        started.append(starter.start(*args, env=environment(server, state, key)))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's browser; without one its tests are skipped.

    One for all of them: Playwright's synchronous API runs only once in a process.
    """
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()
