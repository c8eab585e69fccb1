"""The list of past runs: two lines each for a person, in 80 columns, and objects for a script."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sync.commands.runs import PastRun

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
        yield _fitted(f"  {_counts(run)}: {run.record.facts.file}", width)


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
            "by": getattr(run.record.facts, "by", ""),
            "counts": {status.key: count for status, count in run.counts.items()},
            "results": run.record.results or None,
        }
        for run in runs
    ]


def _cells(run: PastRun) -> tuple[str, ...]:
    facts = run.record.facts
    when = facts.started_at[:16].replace("T", " ")
    return facts.id, when, facts.mode.value, run.state, _fitted(getattr(facts, "by", ""), LONGEST_NAME)


def _counts(run: PastRun) -> str:
    return ", ".join(f"{count:,} {status}" for status, count in run.counts.items() if count) or "no rows"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(map(str.ljust, cells, widths)).rstrip()


def _fitted(text: str, width: int) -> str:
    """The text, with its middle left out where it is too long: the end of a path tells more than what is before it."""
    if len(text) <= width:
        return text
    head = width // 2
    return f"{text[:head]}…{text[len(text) - (width - head - 1) :]}"
