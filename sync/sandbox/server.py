"""The server of the stand-in: waitress on loopback."""

import os
import re
import socket
import sqlite3
from collections.abc import Callable

from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError
from django.urls import get_resolver
from waitress.server import create_server

from sync.contract.load import load
from sync.errors import CannotStart
from sync.files import make_private_folder
from sync.sandbox import KEYS, RunningSandbox, Setup
from sync.sandbox.django_settings import configure

_HOST = "127.0.0.1"
_THREADS = 8


def run(port: int, setup: Setup, on_ready: Callable[[RunningSandbox], None]) -> None:
    """Serve until Ctrl-C. `on_ready` is called once the server listens.

    Raises:
        CannotStart: the port is taken, the throttle is not one, or the database cannot be written.
    """
    if not re.fullmatch(r"[1-9][0-9]*/[smhd]", setup.throttle):
        problem = f"“{setup.throttle}” is not a throttle."
        raise CannotStart(f"{problem} Give a number of requests in a time: 20/s, 600/m, 1000/h.")
    with _listening(port) as listener:
        _prepare(setup)
        server = create_server(WSGIHandler(), sockets=[listener], threads=_THREADS)
        try:
            on_ready(RunningSandbox(f"http://{_HOST}:{listener.getsockname()[1]}", dict(KEYS)))
            server.run()  # returns at a Ctrl-C
        finally:
            server.close()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except (OSError, OverflowError) as error:
        raise CannotStart(f"The sandbox cannot listen on port {port}: {error}. Choose another.") from error


def _prepare(setup: Setup) -> None:
    try:
        os.umask(0o077)  # the database, and what SQLite puts beside it, are for their owner
        make_private_folder(setup.directory)
        configure(setup.directory, setup.throttle, load(setup.resource))
        from sync.sandbox.seed import prepare  # it holds models, which Django makes only once it is configured

        prepare(setup.seed, fresh=setup.fresh)
        # The endpoints are imported now, not with the first request, so that what is wrong with them shows here.
        get_resolver().check()
    except (OSError, DatabaseError, sqlite3.Error) as error:
        raise CannotStart(f"The sandbox cannot use {setup.directory} for its database: {error}") from error
