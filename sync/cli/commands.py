"""Arguments → Settings, one call, ExitCode. No logic.

Everything heavy is imported by the command that needs it, so that --help answers at once.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sync import __version__
from sync.cli.options import FILE, LIMITS, READING, SAYING, SENDING, with_options
from sync.errors import CampfireSyncError, ExitCode

if TYPE_CHECKING:
    from sync.commands.result import RunResult
    from sync.settings import Settings
    from sync.stop import StopSignal

EDITS = click.argument("edits", type=FILE)


class Commands(click.Group):
    """Gives every error of the product its exit code, without a traceback, and lists commands as they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they stand in this file."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CampfireSyncError as e:
            click.secho(f"campfire-sync: {e}", fg="red", err=True)
            ctx.exit(int(e.exit_code))
        except click.UsageError as e:
            if "--json" in sys.argv:
                from sync.cli.json_output import as_json_error

                said = as_json_error(e.format_message(), ctx.invoked_subcommand, e.exit_code)
                click.echo(json.dumps(said, ensure_ascii=False))
            raise
        except KeyboardInterrupt:
            ctx.exit(int(ExitCode.INTERRUPTED))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="campfire-sync")
def cli() -> None:
    """Bring the customers of Campfire into line with a spreadsheet of edits."""


@cli.command()
@EDITS
@with_options(*READING, *SAYING)
def check(settings: "Settings", edits: Path) -> None:
    """Read, map and validate EDITS; no network, no key."""
    from sync.cli.terminal import Console
    from sync.commands.check import check as check_edits

    console = Console(settings)
    finish(check_edits(edits, settings, console), settings, console)


@cli.command(short_help="The whole job; with --dry-run the preview.")
@EDITS
@click.option("--dry-run", is_flag=True, help="The preview: everything but the sending.")
@with_options(*READING, *SENDING, *LIMITS, "no_read", "html", "yes", *SAYING)
def run(settings: "Settings", edits: Path, dry_run: bool) -> None:
    """Bring the customers into line with EDITS and write the results workbook."""
    if settings.html and not dry_run:
        raise click.UsageError("--html shows a preview: use it with --dry-run.")
    from sync.cli.terminal import Console
    from sync.commands.run import run as run_edits

    console, brake = Console(settings), brake_on_signals(settings)
    finish(run_edits(edits, settings, dry_run, brake, console), settings, console)


@cli.command()
@click.argument("preview")
@with_options(*SENDING, *LIMITS, "yes", *SAYING)
def apply(settings: "Settings", preview: str) -> None:
    """Send exactly what the run PREVIEW showed."""
    from sync.cli.terminal import Console
    from sync.commands.apply import apply as apply_preview

    console = Console(settings)
    finish(apply_preview(preview, settings, brake_on_signals(settings), console), settings, console)


@cli.command(short_help="Go on with a run that stopped.")
@click.argument("run", default="")
@with_options(*SENDING, *LIMITS, "yes", *SAYING)
def resume(settings: "Settings", run: str) -> None:
    """Go on with RUN, which was interrupted or stopped; the latest one, if none is named."""
    from sync.cli.terminal import Console
    from sync.commands.resume import resume as resume_run

    console = Console(settings)
    finish(resume_run(run, settings, brake_on_signals(settings), console), settings, console)


@cli.command(short_help="Put back what RUN changed.")
@click.argument("run")
@click.option("--dry-run", is_flag=True, help="Show what would be put back, and send nothing.")
@with_options(*SENDING, *LIMITS, "yes", *SAYING)
def undo(settings: "Settings", run: str, dry_run: bool) -> None:
    """Put back what RUN changed, where the field still holds what it wrote."""
    from sync.cli.terminal import Console
    from sync.commands.undo import undo as undo_run

    console = Console(settings)
    finish(undo_run(run, settings, dry_run, brake_on_signals(settings), console), settings, console)


@cli.command()
@with_options("state_dir", "json")
def runs(settings: "Settings") -> None:
    """List past runs."""
    from sync.cli.run_list import as_json, as_lines
    from sync.commands.runs import runs as list_runs

    past = list_runs(settings)
    if settings.json:
        click.echo(json.dumps(as_json(past), ensure_ascii=False))
    else:
        click.echo("\n".join(as_lines(past, settings.state)))


@cli.command(short_help="Write the results workbook of RUN again.")
@click.argument("run")
@with_options(*SAYING)
def report(settings: "Settings", run: str) -> None:
    """Write the results workbook of RUN again, from the journal."""
    from sync.cli.terminal import Console
    from sync.commands.report import report as write_report

    console = Console(settings)
    finish(write_report(run, settings), settings, console)


@cli.command(short_help="The customers as they are now, as a sheet.")
@click.argument("file", type=FILE)
@click.option("--ids", type=FILE, help="Those customers alone: a list of ids, or a sheet with the id column.")
@click.option("--with-totals", is_flag=True, help="The API's totals too, in grey on the right.")
@click.option("--template", is_flag=True, help="The headers alone; no network, no key.")
@with_options("mapping", *SENDING, "state_dir", "quiet", "verbose")
def export(settings: "Settings", file: Path, ids: Path | None, with_totals: bool, template: bool) -> None:
    """Write the customers as they are now into FILE.xlsx, ready to edit and to run."""
    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"“{file}” does not end in .xlsx.")
    if template and (ids or with_totals):
        raise click.UsageError("--template has no rows, so --ids and --with-totals have no place beside it.")
    from sync.cli.terminal import Console
    from sync.commands.export import export as export_records
    from sync.commands.export import template as write_template

    console = Console(settings)
    if template:
        console.say(f"The headers, ready to be filled in: {write_template(file, settings).path}")
        return
    exported = export_records(file, settings, ids, with_totals, brake_on_signals(settings), console)
    console.exported(exported)
    sys.exit(int(ExitCode.SOME_ROWS if exported.not_found else ExitCode.OK))


@cli.group("mapping")
def mapping_group() -> None:
    """Show the mapping in force, or draft one."""


@mapping_group.command()
@with_options("mapping")
def show(settings: "Settings") -> None:
    """List the mapping in force, a line per column."""
    from sync.mapping import load as mapping
    from sync.mapping import show as mapping_show

    found = mapping.load(settings.mapping or mapping.default_path())
    click.echo("\n".join(mapping_show.lines(found)))


@mapping_group.command()
@EDITS
@with_options("sheet")
def suggest(settings: "Settings", edits: Path) -> None:
    """Draft a mapping file from the headers of EDITS, to stdout."""
    from sync.commands.suggest import suggest as suggest_mapping

    click.echo(suggest_mapping(edits, settings), nl=False)


@cli.command(short_help="The local stand-in of the API, until Ctrl-C.")
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


def brake_on_signals(settings: "Settings") -> "StopSignal":
    """A brake that Ctrl-C and SIGTERM pull; a second one leaves at once, and the journal still has everything."""
    from sync.stop import StopSignal

    brake = StopSignal(settings.stop_after)

    def stop(number: int, frame: object) -> None:
        if brake.is_set:
            os._exit(ExitCode.INTERRUPTED)
        brake.interrupt()
        with suppress(OSError):  # not through sys.stderr: the interrupted thread may be writing there
            os.write(2, b"\nStopping: what is on its way is finished and recorded. Once more leaves at once.\n")

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return brake


def finish(ended: "RunResult", settings: "Settings", console: Any) -> None:
    """Say how it ended, and leave with its code."""
    console.close(ended)
    if settings.json:
        from sync.cli.json_output import as_json

        click.echo(json.dumps(as_json(ended), ensure_ascii=False))
    sys.exit(int(ended.exit_code))


def main() -> None:
    """The command `campfire-sync`."""
    cli(prog_name="campfire-sync")
