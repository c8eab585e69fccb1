"""What is known of a command while it runs: enough to say truthfully how it ended, whatever ends it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from sync.text import now

if TYPE_CHECKING:
    from pathlib import Path

    from sync.model import RunFacts
    from sync.progress import Meter
    from sync.settings import Settings


@dataclass(slots=True)
class Invocation:
    """A command that was typed."""

    wants_json: bool
    mode: str | None = None  # check, preview, run, …; the command's name where it does not run rows
    file: "Path | None" = None  # the sheet of edits, or the file that an export writes
    file_sha256: str | None = None  # of the sheet of edits, once it is read
    settings: "Settings | None" = None  # None until the options are read
    started_at: str = field(default_factory=now)
    run: "RunFacts | None" = None  # the run that the command has begun or continued
    meter: "Meter | None" = None  # its requests

    @property
    def puts(self) -> int:
        """How many PUTs have left, by the API's own counter."""
        return self.meter.requests.put if self.meter else 0


def current() -> Invocation:
    """The command that is running; outside of any, one that nobody looks at."""
    context = click.get_current_context(silent=True)
    invocation = context.find_object(Invocation) if context else None
    return invocation or Invocation(wants_json=False)
