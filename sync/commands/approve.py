"""`approve`: sign a plan file with an SSH key."""

from pathlib import Path

from sync.commands.approval import sign
from sync.commands.plan_file import Plan, read_plan


def approve(path: Path, key: Path) -> tuple[Plan, Path]:
    """Sign a plan file. Returns the plan, and the file of its signatures.

    Raises:
        CannotStart: the plan is not intact, or OpenSSH does not sign it.
    """
    plan = read_plan(path)
    return plan, sign(plan, key)
