"""The commands about past runs: runs, forget, report."""

from functools import partial
from typing import TYPE_CHECKING

import click

from sync.cli import streams
from sync.cli.options import OUTPUT, SHORTENED, TEXT, with_options
from sync.cli.run_commands import finish
from sync.errors import ExitCode

if TYPE_CHECKING:
    from sync.settings import Settings


@click.command()
@with_options("state_dir", "json")
def runs(settings: "Settings") -> ExitCode:
    """List past runs."""
    from sync.cli.run_list import as_json, as_lines
    from sync.commands.runs import runs as list_runs

    past = list_runs(settings)
    if settings.json:
        streams.out_json(as_json(past))
        return ExitCode.OK
    for line in as_lines(past, settings.state):
        streams.out(line, wrap=False)
    return ExitCode.OK


@click.command(short_help="Remove the personal data of old runs.", epilog=SHORTENED)
@click.argument("run", type=TEXT, default="")
@click.option(
    "--before", type=TEXT, default="", metavar="DATE", help="All runs that began before this day, such as 2026-01-31."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_options("state_dir")
def forget(settings: "Settings", run: str, before: str) -> ExitCode:
    """Remove the personal data of RUN, or of all runs before a date. Counts, hashes and statuses stay.

    Such a run can no longer be applied, continued, undone or reported. With --before, the sheets and exports that the
    app has kept from before that date go too. On a terminal it asks once; with --yes, or without a terminal, it does
    not.
    """
    if bool(run) == bool(before):
        raise click.UsageError("Give either RUN or --before DATE.")
    from sync.cli.forgetting import agrees, lines
    from sync.commands.forget import forget as forget_runs

    for line in lines(forget_runs(run, before, settings, partial(agrees, settings))):
        streams.err(line, wrap=not line.startswith("  "))  # two blanks stand before a path
    return ExitCode.OK


@click.command(short_help="Write the results workbook of RUN again.", epilog=SHORTENED)
@click.argument("run", type=TEXT)
@with_options(*OUTPUT)
def report(settings: "Settings", run: str) -> ExitCode:
    """Write the results workbook of RUN again, from the journal."""
    from sync.cli.terminal import Console
    from sync.commands.report import report as write_report

    console = Console(settings)
    reported = write_report(run, settings, console)
    if reported.live:
        so_far = "is still running, and this is how far it has got. It writes its own workbook when it ends."
        streams.err(f"{reported.run.facts.id} {so_far}")
    return finish(reported, settings, console)
