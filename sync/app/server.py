"""Serves the app on loopback until Ctrl-C, and opens the browser."""

import os
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from sync.app.guard import Guard
from sync.app.jobs import Jobs
from sync.app.pages import make_app
from sync.errors import CannotStart, ExitCode
from sync.settings import Settings
from sync.stop import ENDING, HANGUP

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Ends on Ctrl-C, SIGTERM and SIGHUP, and stops the command that is running at the same instant.

    uvicorn's own handlers would let it go on until all browsers are served, and know nothing of SIGHUP.
    """

    def __init__(self, config: uvicorn.Config, jobs: Jobs) -> None:
        super().__init__(config)
        self._jobs = jobs

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """While it serves."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
                signal.signal(number, self._end)
        yield  # the handlers stay: a second signal while the last command ends is heard too

    def _end(self, number: int, frame: object) -> None:
        if self.should_exit and number != HANGUP:
            os._exit(ExitCode.INTERRUPTED)  # the journal has everything that was recorded until now
        self.should_exit = True
        self._jobs.interrupt()


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
        config = uvicorn.Config(guard, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=5)
        self._server = _Server(config, self._jobs)

    def run(self) -> str:
        """Serve until Ctrl-C or `stop`. What is in flight by then is finished or recorded; `resume` continues.

        Returns:
            The id of the run that was stopped by that; empty if none was in progress.
        """
        with self._listener:
            try:
                self._server.run(sockets=[self._listener])
            finally:
                stopped = self._jobs.stop()
        return stopped

    def stop(self) -> None:
        """End `run` in another thread."""
        self._server.should_exit = True


def serve(settings: Settings, port: int, browser: bool, on_ready: Callable[[str], None]) -> str:
    """Serve until Ctrl-C. `on_ready` gets the address to open, with its one-time token.

    Returns:
        The id of the run that was stopped by that; empty if none was in progress.

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
    return server.run()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise CannotStart(f"the app can't listen on port {port} ({error}). Choose another with --port.") from error
