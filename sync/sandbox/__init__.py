"""The stand-in for the API: a server on loopback that behaves as the real one does, for a first try and for tests.

It is as hard on careless callers as the world: contacts change their order, what is deleted stays behind as deleted
(and comes back to life if it is sent again), e-mail addresses are stored in lower case, and an outside editor can
change records in between (`RunningSandbox.edit`). A deleted customer is 404 for GET and PUT and not in the list;
`include_deleted=true` lists the deleted ones alone.

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
from typing import IO, Any
from urllib.request import ProxyHandler, Request, build_opener

from sync.errors import CannotStart
from sync.text import listed

DEFAULT_THROTTLE = "500/s"  # more than one machine asks for, so that only a throttle that was asked for is felt
OUTSIDE_EDITOR = "outside editor"  # a role; its key opens nothing of the API
OUTSIDE_EDIT = "/sandbox/records"  # where it edits: POST, below it the id
WRITERS = ("admin", "clerk")  # the roles that may PUT

# The same at every start, so that what has been set in a shell stays good. They open made-up data, on loopback alone.
KEYS: Mapping[str, str] = {
    "admin": "sandbox-admin-key",
    "clerk": "sandbox-clerk-key",
    "view only": "sandbox-view-only-key",
    OUTSIDE_EDITOR: "sandbox-outside-editor-key",
}

_PACKAGES = ("django", "rest_framework", "knox", "drf_spectacular", "waitress")
_START_SECONDS = 60  # far above the second that it takes, for a machine that is busy with other things
_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Setup:
    """What a stand-in is to be.

    Attributes:
        directory: holds its database.
        fresh: fill the database anew from the samples.
        throttle: the most requests that one key may send, as `20/s` or `600/m`.
        resource: what `sync.contract.load` takes: a name, or the path of a YAML file.
        seed: a JSON list of records to begin with; None: the sample customers.
    """

    directory: Path
    fresh: bool = False
    throttle: str = DEFAULT_THROTTLE
    resource: str = "customers"
    seed: Path | None = None


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A stand-in that takes requests: where it is, and a key for each role."""

    base_url: str
    keys: Mapping[str, str]

    @property
    def key(self) -> str:
        """The key that may do everything."""
        return self.keys["admin"]

    def edit(self, record_id: int, **fields: Any) -> dict[str, Any]:
        """Change a record as somebody else would, beside the API. Returns the record as it is then.

        `is_deleted=True` deletes it. `contacts=[{"id": 7, "email": …}]` changes that contact, `{"id": 7, "is_deleted":
        True}` deletes it, and an object without an id is added. What is not named stays.
        """
        request = Request(  # noqa: S310 (loopback)
            f"{self.base_url}{OUTSIDE_EDIT}/{record_id}",
            json.dumps(fields).encode(),
            {"Authorization": f"Token {self.keys[OUTSIDE_EDITOR]}", "Content-Type": "application/json"},
        )
        with build_opener(ProxyHandler({})).open(request, timeout=_START_SECONDS) as answer:
            record: dict[str, Any] = json.load(answer)
        return record


@contextmanager
def start(setup: Setup) -> Iterator[RunningSandbox]:
    """The stand-in in a process of its own, for as long as the block lasts; it ends with this process in any case.

    Raises:
        CannotStart: the extra is not installed, or the server does not come up; its own last words are in the text.
    """
    need_packages()
    with TemporaryFile() as stderr:
        process = subprocess.Popen(
            _command(setup),
            stdin=subprocess.PIPE,  # its end tells the server that this process is gone, however it went
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(),
            # Ctrl-C is for the run, which then ends the server; the terminal would send it to both.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        try:
            yield _ready(process, stderr)
        finally:
            _stop(process)


def serve(port: int, setup: Setup, on_ready: Callable[[RunningSandbox], None]) -> None:
    """The stand-in in this process, until Ctrl-C; once in a process. Port 0 takes one that is free.

    Raises:
        CannotStart: the extra is not installed, the port is taken, the throttle is not one, or the database cannot be
            written.
    """
    need_packages()
    from sync.sandbox.server import run

    run(port, setup, on_ready)


def need_packages() -> None:
    """Check that the packages of the extra are installed.

    Raises:
        CannotStart: they are not.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise CannotStart(
            f"The sandbox needs packages that are not installed ({listed(missing)}). "
            "Install them: pip install 'campfire-sync[sandbox]'"
        )


def _command(setup: Setup) -> list[str]:
    # -P: a file of the user's that is called like a library must not be taken for it.
    command = [sys.executable, "-P", "-m", "sync.sandbox", f"--directory={setup.directory}"]
    command += [f"--throttle={setup.throttle}", f"--resource={setup.resource}"]
    command += [f"--seed={setup.seed}"] if setup.seed else []
    return [*command, "--fresh"] if setup.fresh else command


def _environment() -> dict[str, str]:
    """This process's, with the way to the package, and without the real API's key."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, os.environ.get("PYTHONPATH", "")]
    kept = {name: value for name, value in os.environ.items() if name != "CAMPFIRE_API_KEY"}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _ready(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> RunningSandbox:
    """Where the server is, which it writes once it listens."""
    assert process.stdout is not None
    too_long = threading.Timer(_START_SECONDS, process.kill)
    too_long.start()
    try:
        line = process.stdout.readline()
    finally:
        too_long.cancel()
    if not line:
        process.wait()
        raise CannotStart(f"The sandbox did not start. {_last_words(stderr)}")
    return RunningSandbox(**json.loads(line))


def _last_words(stderr: IO[bytes]) -> str:
    stderr.seek(0)
    lines = stderr.read().decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-5:]) or "It gave no reason."


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
