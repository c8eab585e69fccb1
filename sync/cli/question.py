"""The one question before anything is sent, asked where the person sits, wherever the streams go."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from sync.cli import streams
from sync.stop import ENDING, handling


def can_ask() -> bool:
    """Whether a person sits at standard input. Where the other streams go does not matter."""
    return streams.is_terminal(sys.stdin)


def confirmed(question: str, summary: Iterable[str], everything: Iterable[str]) -> bool:
    """Show what will be sent, and ask for a yes.

    A signal breaks the waiting off and is handed on to the run's own handler: the run then stops and sends nothing. In
    that case the answer is yes, since "no" would mean that a person has declined.

    Args:
        question: without the choice of answers.
        summary: lines to show before the question.
        everything: lines to show to somebody who answers `a`.
    """
    with _terminal() as screen:
        if screen is None:  # nobody could see what the answer would be to
            return False
        _show(screen, summary)
        return _answer(screen, question, everything)


def _answer(screen: IO[str], question: str, everything: Iterable[str]) -> bool:
    came: list[int] = []
    try:
        with _breaking_off(came):
            while True:
                _prompt(screen, f"{question} (a: show all) [y/N]: ")
                answer = sys.stdin.readline()
                if not answer:  # Ctrl-D
                    streams.write(screen, "")
                    return False
                match answer.strip().lower():
                    case "y" | "yes":
                        return True
                    case "n" | "no" | "":
                        return False
                    case "a" | "all":
                        _show(screen, everything)
    except KeyboardInterrupt:
        streams.write(screen, "")
    except (OSError, ValueError):  # the terminal has gone
        return bool(came)
    for number in came:
        signal.raise_signal(number)
    return bool(came)


def _prompt(screen: IO[str], text: str) -> None:
    """A question without a line break after it."""
    screen.write(text)
    screen.flush()


def _show(screen: IO[str], lines: Iterable[str]) -> None:
    for line in lines:
        streams.write(screen, line)


@contextmanager
def _terminal() -> Iterator[IO[str] | None]:
    """Where the question can be seen: standard error, or else the terminal that standard input is."""
    if streams.is_terminal(sys.stderr):
        yield sys.stderr
        return
    try:
        name = "CONOUT$" if os.name == "nt" else os.ttyname(sys.stdin.fileno())
        screen = open(name, "w", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123, SIM115 (a device)
    except (OSError, ValueError):
        yield sys.stdout if streams.is_terminal(sys.stdout) else None
        return
    with screen:
        yield screen


@contextmanager
def _breaking_off(came: list[int]) -> Iterator[None]:
    """While waiting, a signal is noted in `came` and ends the waiting.

    The run's own handler returns, and Python would keep waiting for the answer. A signal that is ignored, SIGHUP for
    instance in what was started below `nohup`, stops no run, so it must not stand for an answer either.
    """

    def break_off(number: int, frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    with handling([number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN], break_off):
        yield
