"""Commands, run and measured from outside: wall time, processor time, and the most memory that they held.

POSIX only: what a child used is told by os.wait4. The memory of a child counts from that of its parent on, so whoever
measures imports nothing large.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BENCH = Path(__file__).parent
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MB
    out: str  # stdout


class WentWrong(Exception):
    """A command did not end as it should have."""


def run(
    command: Sequence[object], env: Mapping[str, str] | None = None, codes: Iterable[int] = (0,), folder: Path = ROOT
) -> Ran:
    """Run a command to its end.

    Raises:
        WentWrong: its exit code is none of these.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err, env=env, cwd=folder)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        if process.returncode not in codes:
            raise WentWrong(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{err.read()[-2000:]}")
        return Ran(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT / 1e6, out.read())


def interleaved(
    commands: Mapping[str, Callable[[], Ran]], rounds: int, once: Collection[str] = ()
) -> dict[str, list[Ran]]:
    """Each command so often, in turns: what else the machine does meets all of them alike. Slow ones only once."""
    found: dict[str, list[Ran]] = {name: [] for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            if turn == 0 or name not in once:
                found[name].append(command())
    return found


def median(runs: Iterable[Ran], what: str) -> float:
    """The middle one of so many."""
    return float(statistics.median(getattr(ran, what) for ran in runs))


def least(runs: Iterable[Ran]) -> float:
    """The least of their CPU seconds. What else the machine does only ever adds to them."""
    return min(ran.cpu for ran in runs)


def ratio(ours: Sequence[Ran], other: Sequence[Ran], what: str = "cpu") -> float:
    """Ours as a multiple of the other's, pair by pair, as far as there are pairs."""
    return float(statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(ours, other, strict=False)))


def progress(text: str) -> None:
    """Say what is being measured."""
    print(text, file=sys.stderr, flush=True)
