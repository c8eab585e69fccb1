"""The command line: arguments, the terminal, JSON. No logic."""


def main() -> None:
    """The command `campfire-sync`."""
    from sync.cli.commands import main as run

    run()
