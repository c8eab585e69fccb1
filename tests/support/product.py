"""How tests run the product, and what it says of itself."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.journal.reader import JournalReader
from tests.support.fault_server import KEY, FaultServer

ROOT = Path(__file__).parents[2]
FAST = ("--rate", "2000", "--concurrency", "32")


@dataclass(frozen=True)
class Told:
    """What the product says of a row."""

    customer: int | None
    status: str
    message: str
    attempts: int


@dataclass
class Ran:
    """A command of the product that has ended."""

    exit_code: int
    stdout: str
    stderr: str
    state: Path
    json: dict[str, Any] = field(default_factory=dict)

    @property
    def run(self) -> str:
        """The id of the run."""
        return str(self.json["run"])

    @property
    def told(self) -> list[Told]:
        """What the journal says of each row."""
        rows = JournalReader(self.state / "journal.sqlite3").rows(self.run)
        return [Told(row.record_id, str(row.status), row.message, row.attempts) for row in rows]

    @property
    def statuses(self) -> dict[int, str]:
        """Each customer's status."""
        return {told.customer: told.status for told in self.told if told.customer is not None}

    @classmethod
    def ended(cls, exit_code: int, stdout: str, stderr: str, state: Path) -> "Ran":
        """With the JSON object, where there is one."""
        last = stdout.strip().rpartition("\n")[2]
        return cls(exit_code, stdout, stderr, state, json.loads(last) if last.startswith("{") else {})


Campfire = Callable[..., Ran]


def environment(server: FaultServer, state: Path, key: str = KEY) -> dict[str, str]:
    """The environment of the product."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    return plain | {
        "CAMPFIRE_API_KEY": key,
        "CAMPFIRE_BASE_URL": server.url,
        "CAMPFIRE_SYNC_STATE": str(state),
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }
