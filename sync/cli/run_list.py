"""The list of past runs, as lines for a person and as objects for a script."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sync.commands.runs import PastRun


def as_lines(runs: Sequence[PastRun], state_dir: Path) -> list[str]:
    """A line for each run, under a line of headings."""
    if not runs:
        return [f"There are no runs in {state_dir} yet."]
    table = [("run", "when", "mode", "state", "rows", "file"), *map(_cells, runs)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in table]


def _cells(run: PastRun) -> tuple[str, ...]:
    facts = run.record.facts
    when = f"{facts.started_at[:16].replace('T', ' ')} UTC"
    rows = ", ".join(f"{count:,} {status.value}" for status, count in run.counts.items() if count) or "none"
    return facts.id, when, facts.mode.value, run.state, rows, facts.file


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
            "counts": {status.key: count for status, count in run.counts.items()},
            "results": run.record.results or None,
        }
        for run in runs
    ]
