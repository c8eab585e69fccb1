"""campfire-sync and the loopback server as the benchmark runs them."""

import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from zipfile import ZIP_DEFLATED, ZipFile

from measure import BENCH, ROOT, Ran, run

PYTHON = sys.executable
_OTHERS = ("CAMPFIRE", "PYTHONDONTWRITEBYTECODE")  # an installed package is compiled once, not with every command
_PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
FIRST_RELEASE = "9becd1a"  # the commit of version 0.1.0
ON_THE_WAY = 0.005  # seconds
_numbers = count(1)


def environment(root: Path) -> dict[str, str]:
    """The environment of a command, with campfire-sync from this folder."""
    folders = (BENCH / "not_installed", root, BENCH)
    return _PLAIN | {"CAMPFIRE_API_KEY": "example-key", "PYTHONPATH": os.pathsep.join(map(str, folders))}


ENVIRONMENT = environment(ROOT)


def first_release(folder: Path) -> bool:
    """Put version 0.1.0 into a folder, from this repository's history; False where that does not go back so far."""
    packed = folder / "release.tar"
    folder.mkdir()
    command = ["git", "archive", "--output", packed, FIRST_RELEASE, "sync", "mappings"]
    if subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode:
        return False
    with tarfile.open(packed) as files:
        files.extractall(folder, filter="data")
    run([PYTHON, "-m", "compileall", "-q", folder])
    return True


def rival(name: str, *args: object) -> Ran:
    """One of bench/rivals.py."""
    return run([PYTHON, BENCH / "rivals.py", name, *args], ENVIRONMENT)


def product(*args: object, root: Path = ROOT) -> Ran:
    """The command, of the version in this folder. A row that can't go on is no reason to stop measuring."""
    return run([PYTHON, "-m", "sync", *args], environment(root), codes=(0, 1), folder=root)


@dataclass(frozen=True)
class Files:
    """The sheets, made once each."""

    folder: Path

    def sheet(self, ending: str, rows: int, every: int = 100, width: str = "wide") -> Path:
        """A sheet with so many rows, of which every n-th asks for a change."""
        path = self.folder / f"{rows}-{every}-{width}.{ending}"
        if not path.exists():
            run([PYTHON, BENCH / "files.py", path, rows, every, width], ENVIRONMENT)
        return path

    def new(self, ending: str = "") -> Path:
        """A name that is not taken."""
        return self.folder / f"new-{next(_numbers)}{ending}"


@dataclass(frozen=True)
class Sent:
    """A run against the server: how it was, what it says of itself, and what the server saw."""

    ran: Ran
    said: dict[str, Any]
    log: list[tuple[float, str, bool]]  # when, method, whether it was a page
    state: Path

    @property
    def journal(self) -> int:
        """The size of its journal, in bytes."""
        return sum(part.stat().st_size for part in self.state.glob("journal*"))

    @property
    def requests(self) -> int:
        """As the server counted them."""
        return len(self.log)

    @property
    def seconds(self) -> float:
        """From the first request to the last."""
        return self.log[-1][0] - self.log[0][0]

    @property
    def most_in_a_second(self) -> int:
        """The most that came in within any second, less what one may be longer on its way than another."""
        moments = [at for at, _, _ in self.log]
        first, most = 0, 0
        for last, moment in enumerate(moments):
            while moments[first] <= moment - 1 + ON_THE_WAY:
                first += 1
            most = max(most, last - first + 1)
        return most

    @property
    def sending(self) -> tuple[int, float]:
        """The requests after the list's pages, and the seconds that they took."""
        alone = [at for at, _, page in self.log if not page]
        return len(alone), alone[-1] - alone[0]


class Server:
    """bench/server.py, in a process of its own."""

    def __init__(self, customers: int, delay: float) -> None:
        command = [PYTHON, str(BENCH / "server.py"), str(customers), str(delay)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=ROOT)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def log(self) -> list[tuple[float, str, bool]]:
        """What came in."""
        with urlopen(f"{self.url}/log") as answer:
            return [tuple(line) for line in json.load(answer)]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate()


@contextmanager
def server(customers: int, delay: float = 0.0) -> Iterator[Server]:
    """The server, for as long as it is needed."""
    running = Server(customers, delay)
    try:
        yield running
    finally:
        running.stop()


def send(files: Files, sheet: Path, customers: int, *options: object, delay: float = 0.0, root: Path = ROOT) -> Sent:
    """A run of a sheet against a server that is new."""
    state = files.new()
    with server(customers, delay) as running:
        where = ("--base-url", running.url, "--state-dir", state, "--out", files.new(".xlsx"))
        ran = product("run", sheet, *where, "--yes", "--quiet", "--json", *options, root=root)
        return Sent(ran, json.loads(ran.out.strip().rpartition("\n")[2]), running.log(), state)


def exported(files: Files, customers: int) -> tuple[Path, Path]:
    """An export of so many customers, and the same workbook without what it remembers."""
    path, without = files.new(".xlsx"), files.new(".xlsx")
    with server(customers) as running:
        where = ("--base-url", running.url, "--state-dir", files.new(), "--rate", 1000, "--quiet")
        product("export", path, *where)
    with ZipFile(path) as full, ZipFile(without, "w", ZIP_DEFLATED, compresslevel=2) as bare:
        for name in full.namelist():
            content = full.read(name)
            if name == "xl/workbook.xml":
                content = re.sub(rb'<sheet [^>]*name="_campfire_memory"[^>]*/>', b"", content)
            if not (name.endswith(".xml") and b"campfire-sync memory 1" in content):
                bare.writestr(name, content)
    return path, without
