"""What is printed, and where: UTF-8 on both streams, nothing that a terminal would obey, and no way to end a run.

Everything that the command line prints goes through here. A stream that is closed, full, or whose reader has gone is
given up on quietly: the run, its exit code and its workbook do not depend on who listens.
"""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any

import click

from sync.text import visible

_COMMAND = "campfire-sync "
# A path from a root to a file of a kind that is named here, blanks and all. What ends a sentence is not part of it.
# Its length has a bound, since each word of a long text that begins as a path does is followed that far.
_PATH = re.compile(
    r"(?<!\S)(?:~?/|[A-Za-z]:[\\/])(?=\S)(?:(?![:.;] )[^\n“”]){0,500}?"
    r"\.(?:xlsx|xlsm|csv|tsv|ya?ml|plan|sig|html|txt|sqlite3)\b(?!\.)"
)
_OPTION = re.compile(r"--[a-z-]+ \w\S*")  # with the word that it takes
_GLUE = "\0"  # for a blank at which no line is broken; no text that is shown has it


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


def out(*parts: Part, wrap: bool = True) -> None:
    """A line for whoever reads the result."""
    write(sys.stdout, *parts, wrap=wrap)


def err(*parts: Part, wrap: bool = True) -> None:
    """A line for the person who watches."""
    write(sys.stderr, *parts, wrap=wrap)


def out_json(value: Any) -> None:
    """A JSON value on a line of its own."""
    import json  # late, as masking: a twentieth of --help, which needs neither

    from sync.cli.masking import escaped_json

    _write(sys.stdout, escaped_json(json.dumps(value, ensure_ascii=False)))


def write(stream: IO[Any] | None, *parts: Part, wrap: bool = True) -> None:
    """A line to this stream, with everything in it made visible.

    With `wrap` a line that is too long for a terminal is broken between words. A command in it, which may be copied,
    begins a line of its own and is not broken, nor is a path or an option. Without it the line stays whole: a table, a
    file.
    """
    shown = [
        (visible(text), colour) for text, colour in (part if isinstance(part, tuple) else (part, "") for part in parts)
    ]
    line = "".join(text for text, _ in shown)
    if wrap and is_terminal(stream):
        line = _wrapped(line, len(shown[0][0]) if len(shown) > 1 else 0)
    _write(stream, _coloured(line, shown))


def _coloured(line: str, parts: Iterable[tuple[str, str]]) -> str:
    """The line with its parts in their colours. Where it is wrapped, it has other blanks between words than they."""
    shown, end = "", 0
    for text, colour in parts:
        start = end
        for word in text.split():
            end = line.index(word, end) + len(word)
        piece = line[start:end].lstrip()
        blanks = line[start : end - len(piece)]
        shown += blanks + (click.style(piece, fg=colour) if colour and piece else piece)
    return shown + line[end:]


def _wrapped(text: str, hanging: int) -> str:
    width = max(shutil.get_terminal_size().columns, 40)
    return "\n".join(_wrapped_line(line, width, hanging) for line in text.split("\n"))


def _wrapped_line(line: str, width: int, hanging: int = 0) -> str:
    """The line in pieces of this width, all but the first with so many blanks before them; 0: four more than it has."""
    if len(line) <= width:
        return line
    before, command, after = line.partition(_COMMAND)
    if command:
        return f"{_wrapped_line(before.rstrip(), width, hanging)}\n    {command}{after}" if before.strip() else line
    glued = line
    for kept in (_PATH, _OPTION):
        glued = kept.sub(lambda match: match[0].replace(" ", _GLUE), glued)
    wrapped = textwrap.fill(
        glued,
        width,
        subsequent_indent=" " * (hanging or len(line) - len(line.lstrip()) + 4),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return wrapped.replace(_GLUE, " ")


def _write(stream: IO[Any] | None, text: str) -> None:
    from sync.cli.masking import without_key

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
