"""The commands around it: the sandbox, the app."""

import os
from typing import TYPE_CHECKING

import click

from sync.cli import streams
from sync.cli.options import with_options
from sync.errors import ExitCode

if TYPE_CHECKING:
    from sync.sandbox import RunningSandbox
    from sync.settings import Settings


@click.command(short_help="A stand-in for the API on this computer, until Ctrl-C.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    metavar="N",
    help="Listen on this port. 0: any free one.",
)
@click.option("--fresh", is_flag=True, help="Start over with the original customers.")
@click.option(
    "--throttle",
    default="500/s",
    show_default=True,
    metavar="N/UNIT",
    help="The most requests of a key, such as 20/s or 600/m. Above it the answer is 429.",
)
@with_options("state_dir")
def sandbox(settings: "Settings", port: int, fresh: bool, throttle: str) -> ExitCode:
    """Run the sandbox, a stand-in for the API with made-up customers, on this computer, until Ctrl-C."""
    from sync.sandbox import Setup, serve

    serve(port, Setup(settings.state / "sandbox", fresh, throttle), _show)
    return ExitCode.OK


def _show(running: "RunningSandbox") -> None:
    streams.out(f"The sandbox is at {running.base_url}. Ctrl-C stops it. Its keys:")
    for role, key in running.keys.items():
        streams.out(f"  {role}: {key}")
    streams.out("To send there, in another terminal:")
    setting = "$env:{}='{}'" if os.name == "nt" else "export {}={}"
    streams.out("  " + setting.format("CAMPFIRE_BASE_URL", running.base_url), wrap=False)
    streams.out("  " + setting.format("CAMPFIRE_API_KEY", running.key), wrap=False)


@click.command(short_help="Every step in the browser.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Listen on this port. Default: any free one."
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@with_options("rate", "concurrency", "max_attempts", "timeout", "stop_after", "base_url", "state_dir")
def app(settings: "Settings", port: int, no_browser: bool) -> ExitCode:
    """Choose a sheet, see what would change, send it and undo it in the browser, on this computer alone."""
    from sync.app.server import serve

    stopped = serve(settings, port, browser=not no_browser, on_ready=_show_address)
    streams.err("The app has stopped.")
    if stopped:
        command = f"campfire-sync resume {stopped}{settings.state_option}"
        streams.err(f"So has the run that was in progress. To continue it: {command}")
    return ExitCode.INTERRUPTED


def _show_address(address: str) -> None:
    streams.out(f"The app is at {address}")
    streams.out("The address works once, in one browser. Ctrl-C stops the app.")
