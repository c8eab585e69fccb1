"""The commands that take a sheet, or a run, to the API: check, run, apply, resume, undo."""

from typing import TYPE_CHECKING

import click

from sync.cli.options import FILE, LIMITS, OUTPUT, READING, SENDING, SHORTENED, TEXT, with_options
from sync.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from sync.cli.terminal import Console
    from sync.commands.result import RunResult
    from sync.settings import Settings

EDITS = click.argument("edits", type=FILE)


@click.command()
@EDITS
@with_options(*READING, *OUTPUT)
def check(settings: "Settings", edits: "Path") -> ExitCode:
    """Read, map and validate EDITS. Needs no network and no key."""
    from sync.cli.terminal import Console
    from sync.commands.check import check as check_edits

    console = Console(settings)
    return finish(check_edits(edits, settings, console), settings, console)


@click.command(short_help="The whole job; with --dry-run the preview.")
@EDITS
@click.option("--dry-run", is_flag=True, help="The preview: everything except the sending.")
@with_options(*READING, *SENDING, *LIMITS, "no_read", "plan", "again", "or_resume", "html", "reason", "yes", *OUTPUT)
def run(settings: "Settings", edits: "Path", dry_run: bool) -> ExitCode:
    """Bring the customers into line with EDITS and write the results workbook.

    With --sandbox it starts over with the original customers, unless EDITS is an export or a sheet “To fix”.
    """
    if settings.html and not dry_run:
        raise click.UsageError("--html shows a preview: use it with --dry-run.")
    if settings.plan and not dry_run:
        raise click.UsageError("--plan writes a preview: use it with --dry-run.")
    from sync.cli.signals import stop_on_signals
    from sync.cli.terminal import Console
    from sync.commands.run import run as run_edits

    console, stop = Console(settings), stop_on_signals(settings)
    return finish(run_edits(edits, settings, dry_run, stop, console), settings, console)


@click.command(epilog=SHORTENED)
@click.argument("preview", type=TEXT)
@with_options(*SENDING, *LIMITS, "rows", "except_rows", "require_approval", "again", "reason", "yes", *OUTPUT)
def apply(settings: "Settings", preview: str) -> ExitCode:
    """Send exactly what PREVIEW showed: a run's id, or a plan file."""
    from sync.cli.signals import stop_on_signals
    from sync.cli.terminal import Console
    from sync.commands.apply import apply as apply_preview

    console, stop = Console(settings), stop_on_signals(settings)
    return finish(apply_preview(preview, settings, stop, console), settings, console)


@click.command(short_help="Continue a run that stopped.", epilog=SHORTENED)
@click.argument("run", type=TEXT, default="")
@with_options(*SENDING, *LIMITS, "as_started", "reason", "yes", *OUTPUT)
def resume(settings: "Settings", run: str) -> ExitCode:
    """Continue RUN, which was interrupted or stopped. Without RUN: the latest one."""
    from sync.cli.signals import stop_on_signals
    from sync.cli.terminal import Console
    from sync.commands.resume import resume as resume_run

    console, stop = Console(settings), stop_on_signals(settings)
    return finish(resume_run(run, settings, stop, console), settings, console)


@click.command(short_help="Put back what RUN changed.", epilog=SHORTENED)
@click.argument("run", type=TEXT)
@click.option("--dry-run", is_flag=True, help="Show what would be put back, and send nothing.")
@with_options(*SENDING, *LIMITS, "rows", "except_rows", "reason", "yes", *OUTPUT)
def undo(settings: "Settings", run: str, dry_run: bool) -> ExitCode:
    """Put back what RUN changed, where the field still holds what the run wrote."""
    from sync.cli.signals import stop_on_signals
    from sync.cli.terminal import Console
    from sync.commands.undo import undo as undo_run

    console, stop = Console(settings), stop_on_signals(settings)
    return finish(undo_run(run, settings, dry_run, stop, console), settings, console)


def finish(ended: "RunResult", settings: "Settings", console: "Console") -> ExitCode:
    """Say how a run ended. Returns its exit code."""
    if ended.fault is not None:
        from sync.cli.failures import with_details

        ended = with_details(ended, settings)
    console.close(ended)
    if settings.json:
        from sync.cli import streams
        from sync.cli.json_output import as_json

        streams.out_json(as_json(ended, settings))
    return ended.exit_code
