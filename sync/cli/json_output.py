"""The JSON object that scripts read. Its keys are fixed; docs/outcomes.md explains them."""

from pathlib import Path
from typing import Any

from sync.cli.invocation import Invocation
from sync.cli.next_step import next_command
from sync.commands.result import RunResult
from sync.errors import ExitCode
from sync.export import Exported
from sync.model import Mode, Requests, SheetWarning
from sync.settings import Settings
from sync.status import Status
from sync.text import now

_HERE = ("run", "preview", "export")  # the commands that take the base URL in force


def as_json(ended: RunResult, settings: Settings) -> dict[str, Any]:
    """The object for a run that has ended, however it ended."""
    run, facts = ended.run, ended.run.facts
    return {
        "run": None if ended.mode is Mode.CHECK else facts.id,  # no journal has the id of a check
        "mode": ended.mode.value,
        "rows": sum(run.counts.values()),
        "counts": {status.key: run.counts.get(status, 0) for status in Status},
        "requests": _requests(run.requests),
        "totals": ended.totals,
        "results": str(ended.results) if ended.results else None,
        "exit_code": int(ended.exit_code),
        "error": ended.error or None,
        "warnings": [_warning(warning) for warning in facts.warnings],
        "file": facts.file,
        "file_sha256": facts.file_sha256,
        "base_url": facts.base_url or None,
        "started_at": facts.started_at,
        "ended_at": run.ended_at or now(),
        "by": ended.by or facts.by or settings.by,
        "approved_by": list(facts.approved_by),
        "next": next_command(ended, settings),
    }


def export_as_json(exported: Exported, code: ExitCode, typed: Invocation) -> dict[str, Any]:
    """The object for an export. An export has no run, and its rows have no status."""
    return _without_run(typed, code) | {
        "rows": exported.rows,
        "requests": _requests(exported.requests),
        "results": _absolute(exported.path),
    }


def failure_as_json(error: str, code: ExitCode, typed: Invocation) -> dict[str, Any]:
    """The object for a command that could not start, or that ended without a result of its run."""
    told = _without_run(typed, code) | {"error": error}
    if typed.run:
        told |= {name: getattr(typed.run, name) for name in ("file", "file_sha256", "base_url")}
        told |= {"run": typed.run.id, "approved_by": list(typed.run.approved_by)}
        told["warnings"] = [_warning(warning) for warning in typed.run.warnings]
        options = typed.settings.state_option if typed.settings else ""
        told["next"] = f"campfire-sync resume {typed.run.id}{options}"
    return told


def _without_run(typed: Invocation, code: ExitCode) -> dict[str, Any]:
    settings = typed.settings or Settings()
    return {
        "run": None,
        "mode": typed.mode,
        "rows": 0,
        "counts": {status.key: 0 for status in Status},
        "requests": _requests(typed.meter.requests if typed.meter else Requests()),
        "totals": {},
        "results": None,
        "exit_code": int(code),
        "error": None,
        "warnings": [],
        "file": _absolute(typed.file) if typed.file else None,
        "file_sha256": typed.file_sha256,
        "base_url": _base_url(typed.mode, settings),
        "started_at": typed.started_at,
        "ended_at": now(),
        "by": settings.by,
        "approved_by": [],
        "next": None,
    }


def _base_url(mode: str | None, settings: Settings) -> str | None:
    """Where the command sends, or reads from. An apply, a resume and an undo do so where the earlier run did."""
    return settings.target_url if mode in _HERE else settings.base_url


def _absolute(path: Path) -> str:
    try:
        return str(path.absolute())
    except OSError:  # the current folder is not there any more
        return str(path)


def _requests(made: Requests) -> dict[str, int]:
    return {"GET": made.get, "PUT": made.put, "retries": made.retries, "throttled": made.throttled}


def _warning(warning: SheetWarning) -> dict[str, Any]:
    return {name: getattr(warning, name) for name in ("kind", "column", "rows", "first_row", "message")}
