"""Ctrl-C, SIGTERM and SIGHUP stop a run; a second one leaves at once."""

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from sync.errors import ExitCode

if TYPE_CHECKING:
    from sync.settings import Settings
    from sync.stop import StopSignal

_NOTICE = b"\nStopping. Requests in flight are finished and recorded. Press Ctrl-C again to leave at once.\n"


def stop_on_signals(settings: "Settings") -> "StopSignal":
    """A stop signal that Ctrl-C, SIGTERM and SIGHUP set.

    A second one ends the process at once; the journal has everything that was recorded until then.
    """
    from sync.stop import StopSignal

    stop = StopSignal(settings.stop_after)
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none

    def handle(number: int, frame: object) -> None:
        if stop.is_interrupted:
            if number != hangup:  # a closed window is told of twice, by the system and by its shell
                os._exit(ExitCode.INTERRUPTED)
            return
        with suppress(OSError):  # not through sys.stderr: the interrupted thread may be writing there
            os.write(2, _NOTICE)
        stop.signalled()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None or (number == hangup and signal.getsignal(number) is signal.SIG_IGN):  # by nohup
            continue
        signal.signal(number, handle)
    return stop
