"""The command line: arguments, the terminal, JSON. No logic.

The commands:

    commands            what `campfire-sync` starts
    run_commands        check, run, apply, resume, undo
    sheet_commands      export, mapping
    past_commands       runs, report, forget
    plan_commands       approve, verify
    setup_commands      doctor, key
    tool_commands       sandbox, app
    options             what the commands can be told
    group               the one way out of all of them
    invocation          what is known of a command while it runs
    failures            an error that nobody expected
    signals             what stops a run
    welcome             what is shown for no command at all

What a person or a script sees:

    streams             what is printed, and where
    terminal            a run in progress
    question            the one question before anything is sent
    forgetting          the one before anything is removed
    closing             what a command has come to
    next_step           what to type next
    plan_view           the rows that would change
    run_list            past runs
    json_output         the JSON object
    masking             what is not printed as it is
"""


def main() -> None:
    """The command `campfire-sync`."""
    try:
        from sync.cli.commands import main as run
    except KeyboardInterrupt:  # nothing has begun
        raise SystemExit(130) from None
    run()
