"""Serves the app on loopback until Ctrl-C, and opens the browser."""

import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from sync.app.guard import Guard
from sync.app.pages import make_app
from sync.errors import CannotStart
from sync.settings import Settings

HOST = "127.0.0.1"


def serve(settings: Settings, port: int, browser: bool, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. `on_ready` gets the address to open, with its one-time token.

    Args:
        port: 0 takes any free one.
        browser: open the address in the person's browser.

    Raises:
        CannotStart: the port is taken.
    """
    with _listening(port) as listener:
        app = make_app(settings)
        guard = Guard(app, listener.getsockname()[1])
        address = f"http://{HOST}:{listener.getsockname()[1]}/?token={guard.token}"
        # No access log: its lines would hold the token.
        server = uvicorn.Server(uvicorn.Config(guard, log_level="error", access_log=False, lifespan="off"))
        on_ready(address)
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        try:
            server.run(sockets=[listener])
        finally:
            app.state.jobs.stop()  # what is in flight is finished or recorded; `resume` continues


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise CannotStart(f"the app can't listen on port {port} ({error}). Choose another with --port.") from error
