"""Serves the app on loopback until Ctrl-C, and opens the browser."""

import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from sync.app.guard import Guard
from sync.app.jobs import Jobs
from sync.app.pages import make_app
from sync.errors import CannotStart
from sync.settings import Settings

HOST = "127.0.0.1"


class AppServer:
    """The app on one port.

    Args:
        port: 0 takes any free one.

    Raises:
        CannotStart: the port is taken.
    """

    def __init__(self, settings: Settings, port: int) -> None:
        self._listener = _listening(port)
        number = self._listener.getsockname()[1]
        app = make_app(settings)
        guard = Guard(app, number)
        self._jobs: Jobs = app.state.jobs
        self.address = f"http://{HOST}:{number}/?token={guard.token}"  # to open; the token works once
        # No access log: its lines would hold the token.
        self._server = uvicorn.Server(uvicorn.Config(guard, log_level="error", access_log=False, lifespan="off"))

    def run(self) -> None:
        """Serve until Ctrl-C or `stop`. What is in flight by then is finished or recorded; `resume` continues."""
        with self._listener:
            try:
                self._server.run(sockets=[self._listener])
            finally:
                self._jobs.stop()

    def stop(self) -> None:
        """End `run` in another thread."""
        self._server.should_exit = True


def serve(settings: Settings, port: int, browser: bool, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. `on_ready` gets the address to open, with its one-time token.

    Args:
        port: 0 takes any free one.
        browser: open the address in the person's browser.

    Raises:
        CannotStart: the port is taken.
    """
    server = AppServer(settings, port)
    on_ready(server.address)
    if browser:
        threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()
    server.run()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise CannotStart(f"the app can't listen on port {port} ({error}). Choose another with --port.") from error
