"""The sandbox as the app uses it: what is sent there stays until the app is closed, or the sandbox is started over."""

from sync.commands.endpoint import start_sandbox_over
from sync.settings import Settings


class AppSandbox:
    """Whether the sandbox is this session's. Only the command that runs, one at a time, asks or changes that."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.is_in_use = False  # there is something in it that starting over would lose

    def begin(self) -> None:
        """Begin with the original records, unless they have been used in this session: for a preview or an export.

        Raises:
            CannotStart: it can't be started.
        """
        if not self.is_in_use:
            self.start_over()

    def take_up(self) -> None:
        """Go on with it as an earlier session left it: for a run that began there."""
        self.is_in_use = True

    def start_over(self) -> None:
        """Go back to the original records.

        Raises:
            CannotStart: it can't be started, or a run is in progress there.
        """
        start_sandbox_over(self._settings)
        self.is_in_use = True
