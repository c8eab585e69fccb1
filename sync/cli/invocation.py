"""What is known of a command while it runs: enough to say truthfully how it ended, whatever ends it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sync.settings import Settings


def now() -> str:
    """This moment, ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class Invocation:
    """A command that was typed."""

    wants_json: bool
    mode: str | None = None  # check, preview, run, …; the command's name where it is no run
    file: Path | None = None  # the sheet of edits, or the file that an export writes
    settings: "Settings | None" = None  # None until the options are read
    started_at: str = field(default_factory=now)


def current() -> Invocation:
    """The command that is running."""
    invocation = click.get_current_context().find_object(Invocation)
    assert invocation is not None, "the group makes one for each command"
    return invocation
