"""What is printed, and where: UTF-8 on both streams, nothing that a terminal would obey, and no way to end a run.

Everything that the command line prints goes through here. A stream that is closed, full, or whose reader has gone is
given up on quietly: the run, its exit code and its workbook do not depend on who listens.
"""

import json
import os
import sys
from contextlib import suppress
from typing import IO, Any

import click

from sync.cli.masking import escaped_json, without_key
from sync.text import visible


def open_standard_streams() -> None:
    """Give descriptors 0 to 2 to nobody else.

    A process that is started without one of them would get its number for the next file that it opens, such as the
    journal, and whatever is printed would be written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one


def use_utf8() -> None:
    """Print in UTF-8 whatever the locale says. What UTF-8 can't hold (half of a surrogate pair) is spelt out."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            with suppress(OSError, ValueError):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


Part = str | tuple[str, str]  # a text, or a text and its colour, by a name that click knows


def out(*parts: Part) -> None:
    """A line for whoever reads the result."""
    write(sys.stdout, *parts)


def err(*parts: Part) -> None:
    """A line for the person who watches."""
    write(sys.stderr, *parts)


def out_json(value: Any) -> None:
    """A JSON value on a line of its own."""
    _write(sys.stdout, escaped_json(json.dumps(value, ensure_ascii=False)))


def write(stream: IO[Any] | None, *parts: Part) -> None:
    """A line to this stream, with everything in it made visible."""
    _write(stream, "".join(map(_shown, parts)))


def _shown(part: Part) -> str:
    text, colour = part if isinstance(part, tuple) else (part, "")
    return click.style(visible(text), fg=colour) if colour else visible(text)


def _write(stream: IO[Any] | None, text: str) -> None:
    if stream is None:
        return
    try:
        click.echo(without_key(text), file=stream)
    except (OSError, ValueError, UnicodeError):
        give_up(stream)


def give_up(stream: IO[Any]) -> None:
    """Send what is still to come to nowhere, so that Python does not fail when it flushes the stream at its end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def is_terminal(stream: IO[Any] | None) -> bool:
    """Whether a person sits at the other end."""
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):
        return False
