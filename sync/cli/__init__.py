"""The command line: arguments, the terminal, JSON. No logic."""


def main() -> None:
    """The command `campfire-sync`."""
    try:
        from sync.cli.commands import main as run
    except KeyboardInterrupt:  # nothing has begun
        raise SystemExit(130) from None
    run()
