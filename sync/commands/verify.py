"""`verify`: who made a plan file, from what, what it would change, who approved it, and whether it is intact."""

from dataclasses import dataclass
from pathlib import Path

from sync.commands.approval import is_maker, is_pattern, signature_path, signed_by
from sync.commands.plan_file import Plan, read_plan


@dataclass(frozen=True, slots=True)
class Verified:
    """A plan file that is intact, and who signed it."""

    plan: Plan
    approved_by: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()  # the maker's own signature, and names that are patterns
    has_signatures: bool = False


def verify(path: Path, signers: Path | None = None) -> Verified:
    """Check a plan file; with `signers`, its signatures too.

    Raises:
        CannotStart: it is missing, altered or not a plan; or a signature cannot be checked.
    """
    plan = read_plan(path)
    names = signed_by(plan, signers) if signers else []
    counted = tuple(name for name in names if not is_maker(name, plan) and not is_pattern(name))
    return Verified(
        plan,
        counted,
        tuple(name for name in names if name not in counted),
        signature_path(path).exists(),
    )
