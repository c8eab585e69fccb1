"""The list of past runs: two lines each for a person, in 80 columns, and objects for a script."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sync.commands.runs import PastRun
from sync.model import Mode
from sync.text import visible_value

HEADINGS = ("run", "when (UTC)", "mode", "state", "by")
LONGEST_NAME = 22  # characters of who ran it


def as_lines(runs: Sequence[PastRun], state_dir: Path) -> Iterator[str]:
    """For each run when it was and how it ended; below, its rows and its file."""
    if not runs:
        yield f"There are no runs in {state_dir} yet."
        return
    table = [HEADINGS, *map(_cells, runs)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    width = max(shutil.get_terminal_size().columns, 80)
    yield _line(table[0], widths)
    for run, cells in zip(runs, table[1:], strict=True):
        yield _line(cells, widths)
        yield from _rows_and_file(run, width)


def as_json(runs: Iterable[PastRun]) -> list[dict[str, Any]]:
    """An object for each run."""
    return [
        {
            "run": run.record.facts.id,
            "started_at": run.record.facts.started_at,
            "ended_at": run.record.ended_at,
            "mode": run.record.facts.mode.value,
            "state": run.state,
            "file": run.record.facts.file,
            "base_url": run.record.facts.base_url,
            "by": run.record.facts.by,
            "reason": run.record.facts.reason,
            "approved_by": list(run.record.facts.approved_by),
            "counts": {status.key: count for status, count in run.counts.items()},
            "in_doubt": run.record.in_doubt,
            "results": run.record.results or None,
            "forgotten": run.record.forgotten or None,
        }
        for run in runs
    ]


def _cells(run: PastRun) -> tuple[str, ...]:
    facts = run.record.facts
    when = facts.started_at[:16].replace("T", " ")
    return facts.id, when, facts.mode.value, run.state, _fitted(facts.by, LONGEST_NAME)


def _rows_and_file(run: PastRun, width: int) -> Iterator[str]:
    """`  25 updated, 7 unchanged: edits.xlsx` in one line, or else in two."""
    facts = run.record.facts
    undone = f", of {facts.undone}" if facts.mode is Mode.UNDO else ""
    counts = f"  {run.words or 'no rows'}{undone}"
    file = visible_value(facts.file)
    if len(f"{counts}: {file}") <= width:
        yield f"{counts}: {file}"
        return
    yield from textwrap.wrap(counts, width, subsequent_indent="  ")
    yield "  " + _end_of(file, width - 2)


def _end_of(path: str, width: int) -> str:
    """A path, without its beginning where it is too long: its end tells more."""
    return path if len(path) <= width else f"…{path[len(path) - width + 1 :]}"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(map(str.ljust, cells, widths)).rstrip()


def _fitted(name: str, width: int) -> str:
    """A name, cut where it is too long."""
    return name if len(name) <= width else f"{name[: width - 1]}…"
