"""The JSON object that scripts read."""

from typing import Any

from sync.commands.result import RunResult
from sync.status import Status


def as_json(ended: RunResult) -> dict[str, Any]:
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
