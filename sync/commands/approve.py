"""`approve`: sign a plan file with an SSH key."""

from collections.abc import Callable
from pathlib import Path

from sync.commands.plan_file import Plan, read_plan
from sync.commands.signatures import refuse_missing_key, sign


def approve(path: Path, key: Path, show: Callable[[Plan], None] = lambda plan: None) -> tuple[Plan, Path]:
    """Sign a plan file. Returns the plan, and the file of its signatures.

    `show` is given the plan before it is signed: OpenSSH may ask for a passphrase, and whoever types it has then seen
    what it is for.

    Raises:
        CannotStart: the plan is not intact, or OpenSSH does not sign it.
    """
    plan = read_plan(path)
    refuse_missing_key(key)
    show(plan)
    return plan, sign(plan, key)
