"""`verify`: who made a plan file, from what, what it would change, who approved it, and whether it is intact."""

from dataclasses import dataclass
from pathlib import Path

from sync.commands.plan_file import Plan, read_plan
from sync.commands.signatures import counted, signature_path, signatures_of


@dataclass(frozen=True, slots=True)
class Verified:
    """A plan file that is intact, and who signed it."""

    plan: Plan
    approved_by: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()  # the maker's own signature, and names that are patterns
    problems: tuple[str, ...] = ()  # why the other signatures do not count
    has_signatures: bool = False


def verify(path: Path, signers: Path | None = None) -> Verified:
    """Check a plan file; with `signers`, its signatures too.

    Raises:
        CannotStart: it is missing, altered or not a plan; or a signature cannot be checked.
    """
    plan = read_plan(path)
    signatures = signatures_of(plan, signers) if signers else []
    approved_by = tuple(counted(plan, signatures))
    names = dict.fromkeys(name for signature in signatures for name in signature.names)
    return Verified(
        plan,
        approved_by,
        tuple(name for name in names if name not in approved_by),
        tuple(signature.problem for signature in signatures if signature.problem),
        signature_path(path).exists(),
    )
