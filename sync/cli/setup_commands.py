"""The commands that set up a computer for runs: doctor, key set, key forget."""

import sys
from typing import TYPE_CHECKING

import click

from sync.cli import streams
from sync.cli.options import with_options
from sync.errors import ExitCode

if TYPE_CHECKING:
    from sync.settings import Settings


@click.command(short_help="Check what a run needs, and say how to fix it.")
@with_options("mapping", "base_url", "timeout", "state_dir")
def doctor(settings: "Settings") -> ExitCode:
    """Check what a run needs: base URL, mapping, state directory, key, proxy, certificates, connection, clock.

    Sends one small GET to the API. Exits with 2 if something needs mending.
    """
    from sync.commands.doctor import examine

    code = ExitCode.OK
    for check in examine(settings):
        streams.out(("ok       ", "green") if check.ok else ("problem  ", "red"), f"{check.name}: {check.text}")
        if not check.ok:
            code = ExitCode.CANNOT_START
            if check.remedy:
                streams.out(f"         {check.remedy}")
    return code


@click.group("key", short_help="Keep the API key in the system's keychain.")
def key() -> None:
    """Keep the API key in the keychain of this computer, or remove it from there."""


@key.command("set", short_help="Keep the API key in the keychain.")
@with_options("base_url")
def set_key(settings: "Settings") -> ExitCode:
    """Keep the API key for the base URL in the keychain of this computer.

    It is asked for without showing it, or read from standard input: it is never an option.
    """
    from sync import keychain
    from sync.errors import CannotStart
    from sync.settings import checked_key

    base_url = settings.target_url
    if streams.is_terminal(sys.stdin):
        text = click.prompt(f"API key for {base_url}", hide_input=True, err=True)
    else:
        text = sys.stdin.readline()
    if not text.strip():
        raise CannotStart("no key was given.")
    keychain.store(base_url, checked_key(text, "what was given").reveal())
    streams.err(f"The key for {base_url} is kept. It is used where CAMPFIRE_API_KEY is not set.")
    return ExitCode.OK


@key.command("forget", short_help="Remove the API key from the keychain.")
@with_options("base_url")
def forget_key(settings: "Settings") -> ExitCode:
    """Remove the API key for the base URL from the keychain of this computer."""
    from sync import keychain

    base_url = settings.target_url
    removed = keychain.forget(base_url)
    streams.err(f"The key for {base_url} is removed." if removed else f"No key is kept for {base_url}.")
    return ExitCode.OK
