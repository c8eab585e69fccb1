"""How tests run the command line as a process of its own, and what every such command must be."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.product import ROOT

KEYS = [
    *("run", "mode", "rows", "counts", "requests", "totals", "results", "exit_code"),
    *("error", "warnings", "file", "file_sha256", "base_url", "started_at", "ended_at", "by", "approved_by", "next"),
]
STATUSES = ["updated", "unchanged", "would_update", "invalid", "rejected", "failed", "conflict", "not_sent", "left_out"]
REQUESTS = ["GET", "PUT", "retries", "throttled"]

Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]


def offline(state: Path) -> dict[str, str]:
    """An environment with no key, and no API behind the base URL."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    return plain | {
        "CAMPFIRE_BASE_URL": "http://127.0.0.1:9",
        "CAMPFIRE_SYNC_STATE": str(state),
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }


def edits(folder: Path, *rows: str, header: str = "Customer ID,Payment Terms,Notes", name: str = "edits.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def one_object(text: str) -> dict[str, Any]:
    """The JSON object that is all there is on stdout."""
    assert text.endswith("\n")
    assert text.count("\n") == 1
    told: dict[str, Any] = json.loads(text)
    assert list(told) == KEYS
    assert list(told["counts"]) == STATUSES
    assert list(told["requests"]) == REQUESTS
    return told


def refused(done: Done) -> str:
    """The one message of a command that could not start."""
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    if "Error: " in done.stderr:  # of usage: click says it, under the command's usage
        return done.stderr.partition("Error: ")[2].strip()
    assert done.stderr.startswith("campfire-sync: ")
    assert done.stderr.count("campfire-sync: ") == 1
    return done.stderr.removeprefix("campfire-sync: ").strip()
