"""Where a run's results workbook goes, and the JSON object that scripts read."""

import os
from pathlib import Path
from typing import Any

from sync import journal, results
from sync.ended import Ended
from sync.errors import CannotStart
from sync.history import History
from sync.journal import Journal
from sync.model import RunFacts, RunRecord, Status
from sync.new_file import refuse_taken
from sync.settings import Settings
from sync.totals import totals_by_currency


def refuse_taken_names(settings: Settings) -> None:
    """Refuse names that can't be written to, before anything is sent.

    Raises:
        CannotStart: a file is there already, or the workbook would not open under its name.
    """
    if settings.out is not None and settings.out.suffix.lower() != ".xlsx":
        raise CannotStart(f"the results are a workbook, and {settings.out} does not end in .xlsx.")
    for path in (settings.out, settings.html):
        if path is not None:
            refuse_taken(path)


def place_for(facts: RunFacts, out: Path | None) -> Path:
    """The name of a run's workbook: the one asked for, or the first free one beside the file of edits."""
    if out is not None:
        return out
    edits = Path(facts.file)
    stem = f"{edits.with_suffix('')}.results.{facts.id}"
    taken = (Path(f"{stem}-{n}.xlsx" if n > 1 else f"{stem}.xlsx") for n in range(1, 10_000))
    return next(path for path in taken if not os.path.lexists(path))


def write(book: Journal, facts: RunFacts, out: Path | None) -> Path:
    """Draw a run's workbook, and say where it is.

    Raises:
        CampfireSyncError: it can't be written there. The journal has everything: `report` writes it later.
    """
    path = place_for(facts, out)
    results.write(History(book.path), facts.id, path)
    book.commit([journal.results(facts.id, path)])
    return path


def totals(path: Path, run: RunRecord) -> dict[str, dict[str, str]]:
    """A run's control totals, from the journal at this path."""
    return totals_by_currency(History(path), run.facts.id)


def as_json(ended: Ended) -> dict[str, Any]:
    """The object that `--json` prints."""
    run, asked = ended.run, ended.run.requests
    return {
        "run": run.facts.id,
        "mode": ended.mode.value,
        "rows": sum(run.counts.values()),
        "counts": {status.key: count for status, count in run.counts.items()},
        "requests": {"GET": asked.get, "PUT": asked.put, "retries": asked.retries, "throttled": asked.throttled},
        "totals": ended.totals,
        "results": str(ended.results) if ended.results else None,
        "exit_code": int(ended.exit_code),
    }


def as_json_error(error: str, mode: str | None, code: int) -> dict[str, Any]:
    """The object that `--json` prints for a command that could not start."""
    nothing = {"GET": 0, "PUT": 0, "retries": 0, "throttled": 0}
    return {
        "run": None,
        "mode": mode,
        "rows": 0,
        "counts": {status.key: 0 for status in Status},
        "requests": nothing,
        "totals": {},
        "results": None,
        "exit_code": int(code),
        "error": error,
    }
