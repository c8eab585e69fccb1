"""The commands about past runs: runs, report."""

from typing import TYPE_CHECKING

import click

from sync.cli import streams
from sync.cli.options import OUTPUT, with_options
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
        streams.out(line)
    return ExitCode.OK


@click.command(short_help="Write the results workbook of RUN again.")
@click.argument("run")
@with_options(*OUTPUT)
def report(settings: "Settings", run: str) -> ExitCode:
    """Write the results workbook of RUN again, from the journal."""
    from sync.cli.terminal import Console
    from sync.commands.report import report as write_report

    return finish(write_report(run, settings), settings, Console(settings))
