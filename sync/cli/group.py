"""The one way out: whatever ends a command, it leaves with a documented exit code, one line, and the JSON object.

the command returns     its exit code, once it has shown how it ended
CampfireSyncError       its text, its exit code
click.UsageError        the usage and what is wrong with it, 2
Ctrl-C, SIGTERM, SIGHUP 130
OSError                 one line, a file with the details, 2; but 3 where a PUT has left
any other exception     the same, 3
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from sync.cli import streams
from sync.cli.invocation import Invocation
from sync.errors import CampfireSyncError, ExitCode
from sync.stop import ENDING, HANGUP, handling

_SENDING = ("run", "apply", "resume", "undo")  # the commands that send


class Commands(click.Group):
    """The commands in the order in which they are used, with one way out."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they were added."""
        return list(self.commands)

    def main(  # type: ignore[override]  # click declares two forms; this one ends the process in both
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        """Run the command that is typed, and end the process with its exit code."""
        streams.use_utf8()
        words = list(sys.argv[1:] if args is None else args)
        typed = Invocation(wants_json="--json" in words, mode=self._mode(words))
        with _signals_as_interrupts():
            try:
                code = self._run(args, prog_name or "campfire-sync", typed, extra)
            except Exception as e:  # even the telling has failed: what is left is a line and a code
                streams.err(f"campfire-sync: an unexpected error stopped the command ({type(e).__name__}).")
                code = ExitCode.STOPPED_EARLY
        sys.exit(int(code))

    def _mode(self, words: Sequence[str]) -> str | None:
        """What the words ask for, before anything is known to be wrong with them."""
        name = words[0] if words and words[0] in self.commands else None
        return "preview" if name == "run" and "--dry-run" in words else name

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. An OSError is wrapped, since click takes every broken pipe for its own and exits with 1."""
        try:
            return super().invoke(ctx)
        except OSError as e:
            raise _SystemTrouble from e

    def _run(self, args: Sequence[str] | None, prog_name: str, typed: Invocation, extra: dict[str, Any]) -> int:
        try:
            try:
                code = super().main(args, prog_name, **{**extra, "standalone_mode": False, "obj": typed})
            except click.Abort as e:  # what click makes of Ctrl-C and of the end of input
                raise KeyboardInterrupt from e
            return code if isinstance(code, int) else ExitCode.OK
        except click.ClickException as e:
            return _usage(e, typed)
        except CampfireSyncError as e:
            return _refused(str(e), _true_code(ExitCode(e.exit_code), typed), typed)
        except KeyboardInterrupt:
            nothing = "" if typed.mode not in _SENDING or typed.puts else " Nothing was sent."
            return _refused(f"the command was interrupted.{nothing}", ExitCode.INTERRUPTED, typed)
        except Exception as e:  # a fault of this program, or of the machine; nothing is hidden: the file has it all
            return _unexpected(e.__cause__ if isinstance(e, _SystemTrouble) else e, typed)


class _SystemTrouble(Exception):
    """An OSError on its way through click; it is the cause."""


def _usage(error: click.ClickException, typed: Invocation) -> ExitCode:
    text = error.format_message()
    if isinstance(error, click.MissingParameter) and error.param is not None and error.param.name in ("run", "preview"):
        text += " `campfire-sync runs` lists the runs."
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and error.ctx is not None:
        streams.err(error.ctx.get_help(), wrap=False)
    else:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            streams.err(error.ctx.get_usage(), wrap=False)
            streams.err(f"Try '{error.ctx.command_path} --help' for help.\n", wrap=False)
        streams.err(f"Error: {text}")
    _say_json(text, ExitCode.CANNOT_START, typed)
    return ExitCode.CANNOT_START


def _refused(text: str, code: ExitCode, typed: Invocation) -> ExitCode:
    streams.err((f"campfire-sync: {text}", "red"))
    _say_json(text, code, typed)
    return code


def _unexpected(error: BaseException | None, typed: Invocation) -> ExitCode:
    from sync.cli.failures import explain

    assert error is not None
    code = ExitCode.CANNOT_START if isinstance(error, OSError) else ExitCode.STOPPED_EARLY
    return _refused(explain(error, typed.settings), _true_code(code, typed), typed)


def _true_code(code: ExitCode, typed: Invocation) -> ExitCode:
    """2 promises that nothing was sent."""
    return ExitCode.STOPPED_EARLY if code is ExitCode.CANNOT_START and typed.puts else code


def _say_json(error: str, code: ExitCode, typed: Invocation) -> None:
    if typed.wants_json:
        from sync.cli.json_output import failure_as_json

        streams.out_json(failure_as_json(error, code, typed))


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP end the command, until a run puts its own handlers in their place.

    A second one leaves at once.

    SIGHUP stays ignored where it is, which is what `nohup` asks for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        if not came:
            came.append(number)
            raise KeyboardInterrupt
        if number != HANGUP:
            os._exit(ExitCode.INTERRUPTED)

    unhandled = (signal.SIG_DFL, signal.default_int_handler)
    with handling([number for number in ENDING if signal.getsignal(number) in unhandled], interrupt):
        yield
