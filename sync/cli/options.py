"""The options of the commands: what each is called and for, and how they become Settings."""

import math
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from sync.cli.invocation import current
from sync.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from sync.settings import Settings


def _refuse_nothing(value: Any, param: click.Parameter | None, ctx: click.Context | None) -> None:
    """Refuse an empty value that was typed: it is most likely a script's variable that nobody has set."""
    typed = (
        ctx and param and param.name and ctx.get_parameter_source(param.name) is click.core.ParameterSource.COMMANDLINE
    )
    if typed and isinstance(value, str) and not value.strip():
        or_not = "" if param and param.required else ", or leave it out"
        raise click.BadParameter(f"it is empty. Give it a value{or_not}.", ctx, param)


class Text(click.types.StringParamType):
    """A text, which may not be empty where it is typed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text as it was typed."""
        _refuse_nothing(value, param, ctx)
        return super().convert(value, param, ctx)


class FilePath(click.Path):
    """The name of a file or a folder, as a Path; it may not be empty where it is typed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name as it was typed."""
        _refuse_nothing(value, param, ctx)
        return super().convert(value, param, ctx)

    def coerce_path_result(self, value: Any) -> "Path":
        """The path."""
        from pathlib import Path  # late, here and where Path is only a type: a twentieth of --help

        return Path(value)


FILE = FilePath()
TEXT = Text()
COUNT = click.IntRange(min=1)


class Positive(click.FloatRange):
    """A number above 0. `nan` and `inf` are numbers only to Python."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a usable number.", param, ctx)
        return number


POSITIVE = Positive(min=0, min_open=True)

SHORTENED = "A run's id may be shortened to 4 or more characters of its beginning or end that no other run has."

OPTIONS: dict[str, dict[str, Any]] = {
    "mapping": {"type": FILE, "help": "The mapping file. Default: mappings/customers.yaml, else the installed one."},
    "sheet": {
        "type": TEXT,
        "default": "",
        "metavar": "NAME",
        "help": "The sheet to read. Default: the first visible one.",
    },
    "out": {"type": FILE, "help": "Where to write the results workbook. Must not exist."},
    "html": {"type": FILE, "help": "With --dry-run: the preview as a page. Must not exist."},
    "rate": {
        "type": POSITIVE,
        "default": 5.0,
        "metavar": "N",
        "help": "The most requests a second, of all kinds together.",
    },
    "concurrency": {
        "type": click.IntRange(1, 64),
        "default": 4,
        "metavar": "N",
        "help": "The most requests at one time.",
    },
    "max_attempts": {"type": COUNT, "default": 5, "metavar": "N", "help": "The most attempts for each row."},
    "timeout": {
        "type": POSITIVE,
        "default": 30.0,
        "metavar": "SECONDS",
        "help": "The most that one request may take as a whole.",
    },
    "strict": {"is_flag": True, "help": "Send nothing if a row is invalid or a warning is not accepted."},
    "max_changes": {
        "type": click.IntRange(min=0),
        "metavar": "N",
        "help": "Send nothing if more than N records would change.",
    },
    "first": {"type": COUNT, "metavar": "N", "help": "Send the first N changes, then stop; look, then `resume`."},
    "stop_after": {
        "type": COUNT,
        "default": 20,
        "metavar": "N",
        "help": "Stop after N failed rows in succession.",
    },
    "no_read": {"is_flag": True, "help": "Build what is sent from the sheet alone, without reading the records."},
    "sandbox": {
        "is_flag": True,
        "help": "Start the sandbox, a stand-in for the API, and use it instead of your account.",
    },
    "base_url": {
        "type": TEXT,
        "envvar": "CAMPFIRE_BASE_URL",
        "metavar": "URL",
        "help": "The API. Default: https://api.meetcampfire.com. Environment: CAMPFIRE_BASE_URL.",
    },
    "state_dir": {
        "type": FILE,
        "envvar": "CAMPFIRE_SYNC_STATE",
        "metavar": "DIR",
        "help": "Where the journal and the sandbox are. Environment: CAMPFIRE_SYNC_STATE.",
    },
    "rows": {
        "type": TEXT,
        "default": "",
        "metavar": "LIST",
        "help": "Only these rows of the sheet, such as 2-40,57.",
    },
    "except_rows": {
        "type": TEXT,
        "flag": "--except",
        "default": "",
        "metavar": "LIST",
        "help": "All rows but these, such as 2-40,57.",
    },
    "or_resume": {
        "is_flag": True,
        "help": "Continue an unfinished run of the same file, mapping and base URL; report a complete one.",
    },
    "plan": {
        "type": FILE,
        "help": "With --dry-run: the preview as a plan file, to approve and apply elsewhere. Must not exist.",
    },
    "require_approval": {
        "type": FILE,
        "metavar": "SIGNERS",
        "help": "Refuse a plan that nobody but its maker has signed. SIGNERS: an OpenSSH allowed_signers file.",
    },
    "again": {"is_flag": True, "help": "Send a file that has been sent before."},
    "as_started": {"is_flag": True, "help": "Continue with the sheet as it was read, though the file has changed."},
    "reason": {"default": "", "metavar": "TEXT", "help": "Why: kept in the journal and in the Summary."},
    "accept": {
        "multiple": True,
        "metavar": "KIND",
        "help": "This kind of warning is meant, such as hidden_rows. May be given several times.",
    },
    "group": {"default": "", "metavar": "NAME", "help": "Let this group read what is written. Default: only you."},
    "yes": {"is_flag": True, "help": "Show what is sent, and do not ask."},
    "json": {"is_flag": True, "help": "Print one JSON object on stdout at the end, and text on stderr."},
    "quiet": {"is_flag": True, "help": "Print only problems and errors."},
    "verbose": {"is_flag": True, "help": "Print a line for each row."},
}

READING = ("mapping", "sheet", "accept")
SENDING = ("rate", "concurrency", "max_attempts", "timeout", "stop_after", "sandbox", "base_url")
LIMITS = ("strict", "max_changes", "first")
OUTPUT = ("out", "group", "state_dir", "json", "quiet", "verbose")


def with_options(*names: str) -> Callable[[Callable[..., ExitCode]], Callable[..., ExitCode]]:
    """These options, handed to the command as one Settings."""

    def decorate(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
        @wraps(command)
        def called(**values: Any) -> ExitCode:
            typed = current()
            typed.mode = "preview" if values.get("dry_run") and command.__name__ == "run" else command.__name__
            typed.file = values.get("edits") or values.get("file")
            typed.settings = settings(values)
            return command(typed.settings, **values)

        decorated: Callable[..., ExitCode] = called
        for name in reversed(names):
            decorated = option(name)(decorated)
        return decorated

    return decorate


def option(name: str) -> Callable[..., Any]:
    """The option of this name, `max_changes` for `--max-changes`."""
    spec = dict(OPTIONS[name])
    flag = spec.pop("flag", f"--{name.replace('_', '-')}")
    shown = spec.get("default") not in (None, "")
    return click.option(flag, name, show_default=shown, **spec)


def settings(values: dict[str, Any]) -> "Settings":
    """The Settings among a command's values, which lose them."""
    from dataclasses import fields  # late

    from sync.settings import Settings, checked_base_url

    chosen = {f.name: values.pop(f.name) for f in fields(Settings) if f.name in values}
    if chosen.get("accept"):
        _refuse_unknown_kinds(chosen["accept"])
    if chosen.get("sandbox") and chosen.get("base_url"):
        _refuse_both(chosen)
    if chosen.get("base_url"):
        chosen["base_url"] = checked_base_url(chosen["base_url"])
    return Settings(**chosen)


def _refuse_unknown_kinds(kinds: tuple[str, ...]) -> None:
    from sync.problems import unknown_kinds

    mistake = unknown_kinds(kinds)
    if mistake:
        raise click.UsageError(f"--accept: {mistake}")


def _refuse_both(chosen: dict[str, Any]) -> None:
    """--sandbox overrides the environment's base URL, but not one that is typed beside it."""
    typed = click.get_current_context().get_parameter_source("base_url")
    if typed is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--sandbox and --base-url name two places to send to. Give one of them.")
    chosen["base_url"] = None
