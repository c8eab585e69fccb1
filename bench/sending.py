"""Runs without a rate limit, beside bare loops against the same server."""

import os
import shutil
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from measure import Ran, progress, run
from ours import Files, Sent, rival, send, server

ROWS = 2_000
UNLIMITED = ("--rate", "100000")
OURS = "campfire-sync run, its sending"
BARE = "bare httpx.Client loop"
NEWMAN = "newman with the CSV (PUT alone)"


Measured = tuple[list[Sequence[object]], str, float]  # lines, what is to be said of them, our share of the loop's speed


class Loop(NamedTuple):
    """So many requests by one program."""

    requests: int
    seconds: float
    cpu: float  # seconds
    peak: float  # MB

    @property
    def speed(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of the processor for a request."""
        return 1000 * self.cpu / self.requests


def tables() -> Iterator[tuple[str, Callable[[Files], Measured]]]:
    """The titles, and what measures each."""
    title = f"Sending {ROWS:,} rows, no rate limit, "
    yield f"{title}4 threads (the default)", partial(measured, threads=4, turns=5, others=True)
    yield f"{title}16 threads", partial(measured, threads=16, turns=3, others=False)


def measured(files: Files, threads: int, turns: int, others: bool) -> Measured:
    """Ours beside the same with a bare httpx.Client, and on demand beside what people write."""
    found: dict[str, list[Loop]] = {}
    for turn in range(turns):
        progress(f"sending in {threads} threads, {turn + 1} of {turns}")
        for name, loop in _turn(files, threads, others):
            found.setdefault(name, []).append(loop)
    if others and shutil.which("newman") and shutil.which("node"):
        progress("newman")
        found[NEWMAN] = [_newman(files)]
    pairs = list(zip(found[OURS], found[BARE], strict=True))
    speed = _middle(ours.speed / bare.speed for ours, bare in pairs)
    cost = _middle(ours.cost / bare.cost for ours, bare in pairs)
    said = (
        f"Our sending does {speed:.0%} of the bare httpx loop's requests a second, at {cost:.2f} x its CPU a request."
    )
    if others and NEWMAN not in found:
        said += " newman: skipped, it is not installed."
    lines = [
        (name, f"{_middle(loop.speed for loop in loops):.0f}", f"{_middle(loop.cost for loop in loops):.2f}",
         f"{_middle(loop.peak for loop in loops):.0f}")
        for name, loops in found.items()
    ]  # fmt: skip
    return [*lines], said, speed


def _middle(numbers: Iterable[float]) -> float:
    return statistics.median(numbers)


def _turn(files: Files, threads: int, others: bool) -> Iterator[tuple[str, Loop]]:
    sheet = files.sheet("csv", ROWS, every=1, width="narrow")
    options = (*UNLIMITED, "--concurrency", threads)
    sent, preview = send(files, sheet, ROWS, *options), send(files, sheet, ROWS, *options, "--dry-run")
    yield OURS, _stage(sent, preview)
    yield "campfire-sync run, the whole command", Loop(sent.requests, sent.ran.wall, sent.ran.cpu, sent.ran.peak)
    yield BARE, _bare("send-httpx", ROWS, threads)
    if others:
        yield "requests loop over pandas rows (PUT alone)", _bare("send-requests", sheet)


def _stage(sent: Sent, preview: Sent) -> Loop:
    """The requests after the pages. Their CPU is what a preview of the same does not take."""
    requests, seconds = sent.sending
    return Loop(requests, seconds, sent.ran.cpu - preview.ran.cpu, sent.ran.peak)


def _bare(name: str, *args: object) -> Loop:
    with server(ROWS) as running:
        return _loop(rival(name, running.url, *args), running.log())


def _newman(files: Files) -> Loop:
    """A quarter of the rows, since it is slow."""
    collection, sheet = files.new(".json"), files.sheet("csv", ROWS // 4, every=1, width="narrow")
    rival("newman-collection", collection)
    with server(ROWS) as running:
        command = ["newman", "run", collection, "--silent", "-d", sheet, "--env-var", f"base={running.url}"]
        return _loop(run(command, dict(os.environ)), running.log())


def _loop(ran: Ran, log: list[tuple[float, str, bool]]) -> Loop:
    return Loop(len(log), log[-1][0] - log[0][0], ran.cpu, ran.peak)
