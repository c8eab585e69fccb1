"""The command `campfire-sync`: arguments → Settings, one call, an exit code. No logic.

Everything heavy is imported by the command that needs it, so that --help answers at once.
"""

import atexit
import gc
import sys

import click

from sync import __version__
from sync.cli import (
    past_commands,
    plan_commands,
    run_commands,
    setup_commands,
    sheet_commands,
    streams,
    tool_commands,
)
from sync.cli.group import Commands
from sync.cli.welcome import WELCOME
from sync.errors import ExitCode


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="campfire-sync COMMAND --help lists the options of a command.",
)
@click.version_option(__version__, prog_name="campfire-sync")
@click.pass_context
def cli(ctx: click.Context) -> ExitCode:
    """Bring the customers of Campfire into line with a spreadsheet of edits."""
    if ctx.invoked_subcommand is not None:
        return ExitCode.OK
    if streams.is_terminal(sys.stdout):
        streams.out(WELCOME, wrap=False)
        return ExitCode.OK
    streams.err(ctx.get_help(), wrap=False)
    return ExitCode.CANNOT_START


for command in (
    run_commands.check,
    run_commands.run,
    run_commands.apply,
    run_commands.resume,
    run_commands.undo,
    past_commands.runs,
    past_commands.report,
    past_commands.forget,
    sheet_commands.export,
    sheet_commands.mapping,
    plan_commands.approve,
    plan_commands.verify,
    setup_commands.key,
    setup_commands.doctor,
    tool_commands.app,
    tool_commands.sandbox,
):
    cli.add_command(command)


def main() -> None:
    """The command `campfire-sync`."""
    streams.open_standard_streams()
    # Memory goes with the process. Python would take pandas apart first, which took a quarter of a second.
    atexit.register(gc.freeze)
    cli(prog_name="campfire-sync")
