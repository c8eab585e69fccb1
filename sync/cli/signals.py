"""Ctrl-C, SIGTERM and SIGHUP stop a run; a second one leaves at once."""

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from sync.errors import ExitCode
from sync.stop import ENDING, HANGUP, StopSignal

if TYPE_CHECKING:
    from sync.settings import Settings

_NOTICE = b"\nStopping. Requests in flight are finished and recorded. Press Ctrl-C again to leave at once.\n"


def stop_on_signals(settings: "Settings") -> StopSignal:
    """A stop signal that Ctrl-C, SIGTERM and SIGHUP set.

    A second one ends the process at once; the journal has everything that was recorded until then.
    """
    stop = StopSignal(settings.stop_after)

    def handle(number: int, frame: object) -> None:
        if stop.is_interrupted:
            if number != HANGUP:
                os._exit(ExitCode.INTERRUPTED)
            return
        with suppress(OSError):  # not through sys.stderr: the interrupted thread may be writing there
            os.write(2, _NOTICE)
        stop.signalled()

    for number in ENDING:
        if number != HANGUP or signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
            signal.signal(number, handle)
    return stop
