"""The stand-in of the API: a server on loopback that behaves as the real one does, for a first try and for tests.

Django REST Framework with django-rest-knox tokens and SQLite, since that is what the real API is built with. The
packages that it needs are the extra `sandbox`; this module itself imports none of them.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sync.errors import CannotStart

DEFAULT_PORT = 8765
DEFAULT_THROTTLE = "500/s"  # more than one machine asks for, so that only a throttle that was asked for is felt

# The same at every start, so that what has been set in a shell stays good. They open made-up data, on loopback alone.
KEYS: Mapping[str, str] = {
    "admin": "sandbox-admin-key",
    "clerk": "sandbox-clerk-key",
    "view only": "sandbox-view-only-key",
}

_PACKAGES = ("django", "rest_framework", "knox", "drf_spectacular", "waitress")
_START_SECONDS = 60  # far above the second that it takes, for a machine that is busy with other things
_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A stand-in that takes requests: where it is, and a key for each role."""

    base_url: str
    keys: Mapping[str, str]

    @property
    def key(self) -> str:
        """The key that may do everything."""
        return self.keys["admin"]


@contextmanager
def start(directory: Path, *, fresh: bool, throttle: str = DEFAULT_THROTTLE) -> Iterator[RunningSandbox]:
    """The stand-in in a process of its own, for as long as the block lasts; it ends with this process in any case.

    `directory` holds its database; `fresh` fills that anew from the samples. `throttle` is the most requests that one
    key may send, as `20/s` or `600/m`.

    Raises:
        CannotStart: the extra is not installed, or the server does not come up; its own last words are in the text.
    """
    need_packages()
    with TemporaryFile() as said:
        process = subprocess.Popen(
            _command(directory, fresh, throttle),
            stdin=subprocess.PIPE,  # its end tells the server that this process is gone, however it went
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(),
            # Ctrl-C is for the run, which then ends the server; the terminal would send it to both.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        try:
            yield _ready(process, said)
        finally:
            _stop(process)


def serve(
    port: int,
    directory: Path,
    *,
    fresh: bool = False,
    throttle: str = DEFAULT_THROTTLE,
    on_ready: Callable[[RunningSandbox], None],
) -> None:
    """The stand-in in this process, until Ctrl-C; once in a process. Port 0 takes one that is free.

    Raises:
        CannotStart: the extra is not installed, the port is taken, the throttle is none, or the database can't be
            written.
    """
    need_packages()
    from sync.sandbox.server import run

    run(port, directory, fresh=fresh, throttle=throttle, on_ready=on_ready)


def need_packages() -> None:
    """See to it that the packages of the extra are there.

    Raises:
        CannotStart: they are not.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise CannotStart(
            f"The sandbox needs packages that are not installed ({', '.join(missing)}). "
            "Install them: pip install 'campfire-sync[sandbox]'"
        )


def _command(directory: Path, fresh: bool, throttle: str) -> list[str]:
    # -P: a file of the user's that is called like a library must not be taken for it.
    command = [sys.executable, "-P", "-m", "sync.sandbox", f"--directory={directory}", f"--throttle={throttle}"]
    return [*command, "--fresh"] if fresh else command


def _environment() -> dict[str, str]:
    """This process's, with the way to the package, and without the key, which is none of the server's business."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, os.environ.get("PYTHONPATH", "")]
    kept = {name: value for name, value in os.environ.items() if name != "CAMPFIRE_API_KEY"}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _ready(process: subprocess.Popen[bytes], said: IO[bytes]) -> RunningSandbox:
    """What the server says of itself once it listens."""
    assert process.stdout is not None
    too_long = threading.Timer(_START_SECONDS, process.kill)
    too_long.start()
    try:
        line = process.stdout.readline()
    finally:
        too_long.cancel()
    if not line:
        process.wait()
        raise CannotStart(f"The sandbox did not start. {_last_words(said)}")
    return RunningSandbox(**json.loads(line))


def _last_words(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-5:]) or "It said nothing about why."


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
