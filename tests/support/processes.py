"""Starts the product's command as a process of its own, without the second that its imports take.

Where a process cannot be forked (Windows), the command is started in the ordinary way.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from select import select
from types import TracebackType
from typing import IO, Any

from tests.support.product import ROOT

PIPE, DEVNULL = subprocess.PIPE, subprocess.DEVNULL
Stream = int | IO[Any]  # PIPE, DEVNULL, a descriptor or a file
Streams = tuple[Stream, Stream, Stream]
Done = subprocess.CompletedProcess[str]


class Process:
    """A command that was started: what tests use of `subprocess.Popen`, with the same meaning. Text is UTF-8."""

    def __init__(self, answers: IO[bytes], streams: list[IO[str] | None]) -> None:
        self._answers = answers
        self.stdin, self.stdout, self.stderr = streams
        self.pid = int(answers.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: after so many seconds.
        """
        if self.returncode is None:
            if not select([self._answers], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("campfire-sync", timeout or 0)
            self.returncode = os.waitstatus_to_exitcode(int(self._answers.readline()))
            self._answers.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it writes until its end.

        Raises:
            subprocess.TimeoutExpired: after so many seconds.
        """
        if self.stdin:
            self.stdin.close()
        with ThreadPoolExecutor(2) as pool:
            texts = [pool.submit(stream.read) if stream else None for stream in (self.stdout, self.stderr)]
            try:
                self.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()  # else the streams would not end
                raise
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()
        self.stdin = self.stdout = self.stderr = None
        return texts[0].result() if texts[0] else "", texts[1].result() if texts[1] else ""


class Starter(ABC):
    """Starts commands as processes of their own."""

    def start(
        self,
        *words: object,
        env: dict[str, str],
        cwd: Path = ROOT,
        stdin: Stream = DEVNULL,
        stdout: Stream = PIPE,
        stderr: Stream = PIPE,
        code: str = "",
    ) -> Process:
        """Start the command with these words, or Python code that is to begin it."""
        return self._start([*map(str, words)], env, cwd, (stdin, stdout, stderr), code)

    @abstractmethod
    def _start(self, words: list[str], env: dict[str, str], cwd: Path, streams: Streams, code: str) -> Process:
        """Start the process."""

    def run(self, *words: object, env: dict[str, str], cwd: Path = ROOT, code: str = "") -> Done:
        """Run the command to its end."""
        process = self.start(*words, env=env, cwd=cwd, code=code)
        stdout, stderr = process.communicate(timeout=240)
        return Done([*map(str, words)], process.wait(), stdout, stderr)


class ForkServer(Starter):
    """Starts commands in forks of a process that has everything imported."""

    def __enter__(self) -> "ForkServer":
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.support.fork_server"]
        with theirs:
            self._server = subprocess.Popen(command, stdin=theirs, cwd=ROOT, start_new_session=True)
        self._orders = ours
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, trace: TracebackType | None) -> None:
        self._orders.close()
        self._server.wait()

    def _start(self, words: list[str], env: dict[str, str], cwd: Path, streams: Streams, code: str) -> Process:
        order = {"argv": words, "env": env, "cwd": str(cwd), "code": code}
        reading, writing = os.pipe()
        with ExitStack() as theirs:
            theirs.callback(os.close, writing)
            ends = [_ends(stream, number, theirs) for number, stream in enumerate(streams)]
            text = json.dumps(order).encode() + b"\n"
            begun = socket.send_fds(self._orders, [text], [*(end for end, _ in ends), writing])
            self._orders.sendall(text[begun:])
        return Process(os.fdopen(reading, "rb", buffering=0), [ours for _, ours in ends])


class Fresh(Starter):
    """Starts commands in the ordinary way, where a process cannot be forked."""

    def _start(self, words: list[str], env: dict[str, str], cwd: Path, streams: Streams, code: str) -> Any:
        command = [sys.executable, *(["-c", code] if code else ["-m", "sync"]), *words]
        stdin, stdout, stderr = streams
        return subprocess.Popen(command, env=env, cwd=cwd, stdin=stdin, stdout=stdout, stderr=stderr, encoding="utf-8")


def _ends(stream: Stream, number: int, theirs: ExitStack) -> tuple[int, IO[str] | None]:
    """The command's end of a stream, and ours where it is a pipe."""
    if stream == PIPE:
        reading, writing = os.pipe()
        end, ours = (writing, reading) if number else (reading, writing)
        theirs.callback(os.close, end)
        return end, os.fdopen(ours, "r" if number else "w", encoding="utf-8")
    if stream == DEVNULL:
        end = os.open(os.devnull, os.O_RDWR)
        theirs.callback(os.close, end)
        return end, None
    return (stream if isinstance(stream, int) else stream.fileno()), None


CampfireProcess = Callable[..., Process]
