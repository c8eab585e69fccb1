"""The command line: arguments, the terminal, JSON. No logic."""

from sync.cli.commands import main

__all__ = ["main"]
