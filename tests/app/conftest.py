"""The app as a process of its own, and a real browser that looks at it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.product import ROOT


@dataclass
class RunningApp:
    """The app: the address to open once, and where it keeps its things."""

    address: str
    state: Path
    process: "subprocess.Popen[str]"

    @property
    def origin(self) -> str:
        """The address without its token."""
        return self.address.partition("/?")[0]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[RunningApp]:
    """The app over an empty state directory, without a key."""
    state = tmp_path / "state"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    command = [sys.executable, "-m", "sync", "app", "--no-browser", "--port", "0", "--state-dir", str(state)]
    env = plain | {"PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env) as process:
        assert process.stdout is not None
        lines = []
        while not (match := re.search(r"http://\S+", lines[-1] if lines else "")):
            line = process.stdout.readline()
            assert line, "".join(lines)
            lines.append(line)
        yield RunningApp(match[0], state, process)
        process.terminate()
        process.wait(timeout=30)


def _is_fault(message: Any) -> bool:
    """Whether the browser complains of the page itself. That an answer was a refusal is what some tests are about."""
    return message.type == "error" and "status of 4" not in message.text


@pytest.fixture
def page(chromium: Any, app: RunningApp) -> Iterator[Any]:
    """The app's first page, opened with its token."""
    context = chromium.new_context(accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(20_000)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if _is_fault(message) else None)
    page.goto(app.address)
    yield page
    context.close()
    assert failures == []
