"""One run at a time per state directory and base URL, whoever begins it: the app or the command line."""

import threading
from pathlib import Path

import pytest

from sync.commands.run import run
from sync.errors import CannotStart
from sync.progress import Progress
from sync.stop import StopSignal
from tests.app.conftest import RunningApp
from tests.support.app_client import AppClient
from tests.support.truth import wishes_for, write_sheet


@pytest.fixture
def in_flight(app: RunningApp) -> threading.Event:
    """Set when a PUT is at the server, which answers it when it is told to."""
    app.server.reset(app.server.at_first.values())
    return app.server.hold_puts()


def test_while_the_app_sends_the_command_line_does_not(
    app: RunningApp, client: AppClient, in_flight: threading.Event, tmp_path: Path
) -> None:
    preview = client.preview(write_sheet(tmp_path / "edits.csv", wishes_for([1, 2])))
    sending = threading.Thread(target=client.send, args=[preview])
    sending.start()
    assert in_flight.wait(30)
    with pytest.raises(CannotStart, match="another run"):
        run(tmp_path / "edits.csv", app.settings, True, StopSignal(20), Progress())
    app.server.release.set()
    sending.join()
    assert len(app.server.asked("PUT")) == 2


def test_while_the_command_line_sends_the_app_does_not(
    app: RunningApp, client: AppClient, in_flight: threading.Event, tmp_path: Path
) -> None:
    preview = client.preview(write_sheet(tmp_path / "one.csv", wishes_for([3])))
    edits = write_sheet(tmp_path / "edits.csv", wishes_for([4, 5]))
    sending = threading.Thread(target=run, args=(edits, app.settings, False, StopSignal(20), Progress()))
    sending.start()
    assert in_flight.wait(30)
    assert "another%20run" in client.send(preview)
    page = client.page("/runs/" + client.page("/runs").partition('href="/runs/')[2].partition('"')[0])
    assert "This run is still in progress" in page
    assert "Not reached yet." in page
    assert "/resume" not in page
    assert "/results" not in page
    app.server.release.set()
    sending.join()
    client.send(preview)
    assert len(app.server.asked("PUT")) == 3
