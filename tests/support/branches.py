"""Branch coverage of sync/ with its floor, at next to no cost: `CAMPFIRE_SYNC_COVERAGE=1 python -m pytest`.

SlipCover puts probes into the code that it measures. A tracer slows down every line that runs, other packages' too, and
makes the tests take two thirds longer. What SlipCover brings for pytest prints after pytest's last line, and takes
probes out of functions while other threads are in them; this does neither.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
import slipcover

ROOT = Path(__file__).parents[2]
SOURCE = str(ROOT / "sync")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["slipcover"]
REPORT = Path("coverage.txt")
PART = "coverage"  # what a worker of xdist hands to its controller
WANTED = "CAMPFIRE_SYNC_COVERAGE"


def begin() -> slipcover.Slipcover:
    """Measure what of sync/ is imported from now on."""
    never = -1  # how often a probe that has done its work may be met before it is taken out
    probes = slipcover.Slipcover(
        branch=True, source=[SOURCE], exclude_also=SETTINGS["exclude-also"], d_miss_threshold=never
    )
    slipcover.ImportManager(probes, slipcover.FileMatcher(sources=[SOURCE])).__enter__()
    return probes


class Branches:
    """The plugin: each process measures, and the one that reports adds up what they have measured."""

    def __init__(self, probes: slipcover.Slipcover) -> None:
        self._probes = probes
        self._parts: list[dict[str, Any]] = []
        self._verdict = ""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended."""
        if part := getattr(node, "workeroutput", {}).get(PART):
            self._parts.append(json.loads(part))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what was measured, or judge it. A floor that is missed fails the run."""
        measured = self._probes.get_coverage()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[PART] = json.dumps(measured)
            return
        for part in self._parts:
            slipcover.merge_coverage(measured, part)
        with REPORT.open("w", encoding="utf-8") as report:
            slipcover.print_coverage(measured, outfile=report, skip_covered=True)
        percent, floor = measured["summary"]["percent_covered"], SETTINGS["fail-under"]
        self._verdict = f"Coverage of sync/, lines and branches: {percent:.2f} % (floor {floor} %; see {REPORT.name})."
        if percent < floor and session.exitstatus == pytest.ExitCode.OK:
            self._verdict = f"FAILED. {self._verdict}"
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it before the last line."""
        terminalreporter.write_line(self._verdict)


PLUGIN = Branches(begin()) if os.environ.get(WANTED) else None
