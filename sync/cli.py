"""Arguments → Settings, one call, ExitCode. No logic.

Everything heavy is imported by the command that needs it, so that --help answers at once.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync import __version__
from sync.errors import CampfireSyncError, ExitCode

if TYPE_CHECKING:
    from sync.brake import Brake
    from sync.ended import Ended
    from sync.settings import Settings

FILE = click.Path(path_type=Path)
COUNT = click.IntRange(min=1)

OPTIONS: dict[str, Callable[..., Any]] = {
    "mapping": click.option("--mapping", type=FILE, help="The mapping file. Default: mappings/customers.yaml, else the installed one."),
    "sheet": click.option("--sheet", default="", metavar="NAME", help="The sheet to read. Default: the first visible one."),
    "out": click.option("--out", type=FILE, help="Where to write the results workbook. Must not exist."),
    "rate": click.option("--rate", type=click.FloatRange(min=0, min_open=True), default=5.0, show_default=True, help="Requests a second, all kinds together."),
    "concurrency": click.option("--concurrency", type=click.IntRange(1, 64), default=4, show_default=True, help="Requests in flight."),
    "max_attempts": click.option("--max-attempts", type=COUNT, default=5, show_default=True, help="Attempts for a row."),
    "timeout": click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True, metavar="SECONDS", help="For one request."),
    "strict": click.option("--strict", is_flag=True, help="One invalid row: nothing is sent."),
    "max_changes": click.option("--max-changes", type=click.IntRange(min=0), metavar="N", help="More records would change: nothing is sent."),
    "first": click.option("--first", type=COUNT, metavar="N", help="Send the first N changes, then stop; look, then `resume`."),
    "stop_after": click.option("--stop-after", type=COUNT, default=20, show_default=True, metavar="N", help="Stop when so many rows failed one after another."),
    "no_read": click.option("--no-read", is_flag=True, help="Build what is sent from the sheet alone, without reading the records."),
    "sandbox": click.option("--sandbox", is_flag=True, help="Start the local stand-in of the API for this run, and send there."),
    "base_url": click.option("--base-url", envvar="CAMPFIRE_BASE_URL", metavar="URL", help="The API. Default: https://api.meetcampfire.com. Environment: CAMPFIRE_BASE_URL."),
    "state_dir": click.option("--state-dir", type=FILE, envvar="CAMPFIRE_SYNC_STATE", help="Where the journal is. Environment: CAMPFIRE_SYNC_STATE."),
    "yes": click.option("--yes", is_flag=True, help="Do not ask."),
    "json": click.option("--json", is_flag=True, help="One JSON object on stdout at the end; text on stderr."),
    "quiet": click.option("--quiet", is_flag=True, help="Problems and errors alone."),
    "verbose": click.option("--verbose", is_flag=True, help="More about what is done."),
}  # fmt: skip

READING = ("mapping", "sheet")
SENDING = ("rate", "concurrency", "max_attempts", "timeout", "stop_after", "sandbox", "base_url")
LIMITS = ("strict", "max_changes", "first")
SAYING = ("out", "state_dir", "json", "quiet", "verbose")
EDITS = click.argument("edits", type=FILE)


def with_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """These options, handed to the command as one Settings."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        def called(**values: Any) -> None:
            wants_json = values.get("json")
            try:
                command(settings(values), **values)
            except CampfireSyncError as e:
                if wants_json:
                    from sync.report import as_json_error

                    click.echo(json.dumps(as_json_error(e), ensure_ascii=False))
                raise

        called.__doc__ = command.__doc__
        called.__name__ = command.__name__
        for name in reversed(names):
            called = OPTIONS[name](called)
        return called

    return decorate


def settings(values: dict[str, Any]) -> "Settings":
    """The Settings among a command's values, which lose them."""
    from sync.settings import Settings, checked_base_url

    chosen = {f.name: values.pop(f.name) for f in fields(Settings) if f.name in values}
    if chosen.get("base_url"):
        chosen["base_url"] = checked_base_url(chosen["base_url"])
    return Settings(**chosen)


class Commands(click.Group):
    """Gives every error of the product its exit code, in one line and without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CampfireSyncError as e:
            click.secho(f"campfire-sync: {e}", fg="red", err=True)
            ctx.exit(int(e.exit_code))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="campfire-sync")
def cli() -> None:
    """Bring the customers of Campfire into line with a spreadsheet of edits."""


@cli.command()
@EDITS
@with_options(*READING, *SAYING)
def check(settings: "Settings", edits: Path) -> None:
    """Read, map and validate EDITS; no network, no key."""
    from sync import pipeline
    from sync.console import Console

    console = Console(settings)
    finish(pipeline.check(edits, settings, console), settings, console)


@cli.command()
@EDITS
@click.option("--dry-run", is_flag=True, help="The preview: everything but the sending.")
@with_options(*READING, *SENDING, *LIMITS, "no_read", "yes", *SAYING)
def run(settings: "Settings", edits: Path, dry_run: bool) -> None:
    """Bring the customers into line with EDITS and write the results workbook."""
    from sync import pipeline
    from sync.console import Console

    console, brake = Console(settings), brake_on_signals(settings)
    finish(pipeline.run(edits, settings, dry_run, brake, console), settings, console)


@cli.command()
@click.argument("preview")
@with_options(*SENDING, *LIMITS, "yes", *SAYING)
def apply(settings: "Settings", preview: str) -> None:
    """Send exactly what the run PREVIEW showed."""
    from sync import later
    from sync.console import Console

    console = Console(settings)
    finish(later.apply(preview, settings, brake_on_signals(settings), console), settings, console)


@cli.command()
@click.argument("run", default="")
@with_options(*SENDING, *LIMITS, "yes", *SAYING)
def resume(settings: "Settings", run: str) -> None:
    """Go on with RUN, which was interrupted or stopped; the latest one, if none is named."""
    from sync import later
    from sync.console import Console

    console = Console(settings)
    finish(later.resume(run, settings, brake_on_signals(settings), console), settings, console)


@cli.command()
@click.argument("run")
@click.option("--dry-run", is_flag=True, help="Show what would be put back, and send nothing.")
@with_options(*SENDING, *LIMITS, "yes", *SAYING)
def undo(settings: "Settings", run: str, dry_run: bool) -> None:
    """Put back what RUN changed, where the field still holds what it wrote."""
    from sync import later
    from sync.console import Console

    console = Console(settings)
    finish(later.undo(run, settings, dry_run, brake_on_signals(settings), console), settings, console)


@cli.command()
@with_options("state_dir", "json")
def runs(settings: "Settings") -> None:
    """List past runs."""
    from sync.past import lines, objects

    if settings.json:
        click.echo(json.dumps(objects(settings), ensure_ascii=False))
    else:
        for line in lines(settings):
            click.echo(line)


@cli.command()
@click.argument("run")
@with_options(*SAYING)
def report(settings: "Settings", run: str) -> None:
    """Write the results workbook of RUN again, from the journal."""
    from sync import later
    from sync.console import Console

    console = Console(settings)
    finish(later.report_again(run, settings), settings, console)


@cli.group()
def mapping() -> None:
    """Show the mapping in force, or draft one."""


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option("--fresh", is_flag=True, help="Begin again with the customers of the samples.")
@click.option("--throttle", default="500/s", show_default=True, metavar="N/UNIT", help="Beyond it the answer is 429.")
@with_options("state_dir")
def sandbox(settings: "Settings", port: int, fresh: bool, throttle: str) -> None:
    """Run the local stand-in of the API, on loopback, until Ctrl-C."""
    from sync.sandbox import RunningSandbox, serve

    def show(running: RunningSandbox) -> None:
        click.echo(f"The stand-in of the API is at {running.base_url}. Ctrl-C stops it. Its keys:")
        for role, key in running.keys.items():
            click.echo(f"  {role}: {key}")
        click.echo("To send there, in another terminal:")
        setting = "$env:{}='{}'" if os.name == "nt" else "export {}={}"
        click.echo("  " + setting.format("CAMPFIRE_BASE_URL", running.base_url))
        click.echo("  " + setting.format("CAMPFIRE_API_KEY", running.key))

    serve(port, settings.state / "sandbox", fresh=fresh, throttle=throttle, on_ready=show)


def brake_on_signals(settings: "Settings") -> "Brake":
    """A brake that Ctrl-C and SIGTERM pull; a second one leaves at once, and the journal still has everything."""
    from sync.brake import Brake

    brake = Brake(settings.stop_after)

    def stop(number: int, frame: object) -> None:
        if brake.pulled:
            os._exit(ExitCode.INTERRUPTED)
        brake.interrupt()
        with suppress(OSError):  # not through sys.stderr: the interrupted thread may be writing there
            os.write(2, b"\nStopping: what is on its way is finished and recorded. Once more leaves at once.\n")

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return brake


def finish(ended: "Ended", settings: "Settings", console: Any) -> None:
    """Say how it ended, and leave with its code."""
    console.close(ended)
    if settings.json:
        from sync.report import as_json

        click.echo(json.dumps(as_json(ended), ensure_ascii=False))
    sys.exit(int(ended.exit_code))


def main() -> None:
    """The command `campfire-sync`."""
    cli(prog_name="campfire-sync")
