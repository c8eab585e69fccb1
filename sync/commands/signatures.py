"""Signatures of plan files, through OpenSSH: `ssh-keygen -Y`, namespace campfire-sync.

Keys, hardware keys, validity and namespaces are OpenSSH's business. This module decides who counts: not the
maker, and nobody whose name is a pattern, since it might match the maker too.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.commands.plan_file import Plan
from sync.commands.signers import names_with_key, read_signature, why_not_valid
from sync.errors import CannotStart
from sync.files import opened, replace_content
from sync.text import listed, typed

NAMESPACE = "campfire-sync"
LARGEST = 2**20  # bytes of a signature file: some thousand signatures
MOST = 50  # signatures that are looked at
TIMEOUT = 30  # seconds for a check
# What says nothing of a signature. OpenSSH's words, since its exit code is 255 whatever is wrong.
_TOO_OLD = (b"unknown option", b"illegal option", b"Unsupported operation for -Y")
_NO_USER = b"No user exists for uid"
_Done = subprocess.CompletedProcess[bytes]
_BLOCK = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+-----END SSH SIGNATURE-----\n?")


class TooOld(CannotStart):
    """This OpenSSH does not know what it is asked for."""


def signature_path(plan: Path) -> Path:
    """Where the signatures of a plan are: PLAN.sig beside it."""
    return plan.with_name(f"{plan.name}.sig")


def refuse_missing_key(key: Path) -> None:
    """Refuse a key that is not there.

    Raises:
        CannotStart: there is no such file.
    """
    if not key.exists():
        raise CannotStart(f"there is no key {key}. Give the file of your SSH key, such as ~/.ssh/id_ed25519.")


def sign(plan: Plan, key: Path) -> Path:
    """Sign a plan, and add the signature to those that are there. Returns the file of the signatures.

    Raises:
        CannotStart: OpenSSH is missing, or does not sign with this key.
    """
    done = _ssh_keygen(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], plan.content, timeout=None)
    if done.returncode or not _BLOCK.fullmatch(done.stdout):
        raise CannotStart(f"ssh-keygen does not sign with {key}: {_complaint(done)}")
    path = signature_path(plan.path)
    earlier = _read(path) if path.exists() else b""
    try:
        # Whoever may read the plan may read them. Windows replaces no read-only file when the next one is added.
        mode = plan.path.stat().st_mode & 0o666 | 0o200
        replace_content(path, earlier + done.stdout, mode)
    except OSError as e:
        raise CannotStart(f"{path} can't be written ({e.strerror or e}).") from e
    return path


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: whose it is, or why it does not count."""

    names: tuple[str, ...] = ()  # the principals of the key, if it signed exactly this plan and is valid now
    problem: str = ""


def require_approval(plan: Plan, signers: Path) -> list[str]:
    """Who has approved a plan, in the order of their signatures.

    Raises:
        CannotStart: nobody but the maker has signed exactly this plan with a valid key. The text says what was wrong.
    """
    signatures = signatures_of(plan, signers)
    names = counted(plan, signatures)
    if names:
        return names
    problems = [signature.problem or _why_not_counted(signature, signers) for signature in signatures]
    path = signature_path(plan.path)
    if problems:
        raise CannotStart(f"{plan.path} is not approved: {'; '.join(dict.fromkeys(problems))}.")
    missing = f"{path} holds no signature" if path.exists() else f"there is no {path} beside it"
    sign = f"campfire-sync approve {typed(str(plan.path))} --key FILE"
    raise CannotStart(
        f"{plan.path} is not approved, since it is not signed: {missing}. "
        f"Somebody other than {plan.facts.by} has to sign it: {sign}"
    )


def counted(plan: Plan, signatures: Iterable[Signature]) -> list[str]:
    """The names that count as an approval: not the maker's, and no patterns."""
    names = dict.fromkeys(name for signature in signatures for name in signature.names)
    return [name for name in names if not is_maker(name, plan) and not is_pattern(name)]


def _why_not_counted(signature: Signature, signers: Path) -> str:
    names = listed(signature.names)
    if any(is_pattern(name) for name in signature.names):
        return f"{signers} names the signer by a pattern ({names}): write the name"
    return f"{names} made it. Somebody else has to approve it"


def signatures_of(plan: Plan, signers: Path) -> list[Signature]:
    """Every signature of a plan, checked against the file of those who may sign.

    Raises:
        CannotStart: OpenSSH is missing, or a file cannot be read.
    """
    if not signers.is_file():
        raise CannotStart(f"there is no file of signers {signers}.")
    path = signature_path(plan.path)
    if not path.exists():
        return []
    signatures = []
    for block in _BLOCK.findall(_read(path))[:MOST]:
        with _temporary(block) as file:
            signatures.append(_checked(file, block, plan, signers))
    return signatures


def _checked(signature: Path, block: bytes, plan: Plan, signers: Path) -> Signature:
    words = ["-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)]
    if _ssh_keygen(words, plan.content).returncode:
        signed = read_signature(block)
        if signed and signed.namespace != NAMESPACE:
            return Signature(problem=f"a signature was made for another purpose (namespace “{signed.namespace}”)")
        return Signature(problem="a signature is of another file")
    listed = _principals(signature, block, signers)
    # A key that stands in the file under the maker's name as well, in another line, is the maker's.
    makers = [plan.facts.by, plan.facts.by.partition("@")[0]]
    valid = [name for name in dict.fromkeys([*listed, *makers]) if _verified(name, signature, signers, plan.content)]
    own = [name for name in valid if is_maker(name, plan)]
    patterns = [name for name in listed if is_pattern(name)]
    names = tuple(patterns or own or valid)
    if not names:
        return Signature(problem=why_not_valid(block, signers, NAMESPACE))
    return Signature(names)


def is_maker(principal: str, plan: Plan) -> bool:
    """Whether a principal is who made the plan: user@host, or the user alone."""
    maker = plan.facts.by.casefold()
    return principal.casefold() in (maker, maker.partition("@")[0])


def is_pattern(principal: str) -> bool:
    """Whether a principal may stand for several people."""
    return any(character in principal for character in "*?!")


def _principals(signature: Path, block: bytes, signers: Path) -> list[str]:
    """Whose the key may be. OpenSSH 8.1, which Windows 10 has, cannot look that up; `verify` decides in any case."""
    try:
        return _found_principals(signature, signers)
    except TooOld:
        return names_with_key(block, signers)


def _found_principals(signature: Path, signers: Path) -> list[str]:
    done = _ssh_keygen(["-Y", "find-principals", "-s", str(signature), "-f", str(signers)], b"")
    return [name for name in done.stdout.decode("utf-8", "replace").splitlines() if name] if not done.returncode else []


def _verified(principal: str, signature: Path, signers: Path, content: bytes) -> bool:
    words = ["-Y", "verify", "-f", str(signers), "-I", principal, "-n", NAMESPACE, "-s", str(signature)]
    return _ssh_keygen(words, content).returncode == 0


def _read(path: Path) -> bytes:
    try:
        with opened(path) as file:
            content = file.read(LARGEST + 1)
    except OSError as e:
        raise CannotStart(f"{path} can't be read: {e.strerror or e}.") from e
    if len(content) > LARGEST:
        raise CannotStart(f"{path} is larger than any file of signatures.")
    return content.replace(b"\r\n", b"\n")


@contextmanager
def _temporary(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signature"
        path.write_bytes(content)
        yield path


def _ssh_keygen(words: list[str], content: bytes, timeout: float | None = TIMEOUT) -> _Done:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise CannotStart(
            "OpenSSH's ssh-keygen is needed for signatures, and is not installed. Linux: the package openssh-client; "
            "Windows: Settings, Optional features, OpenSSH Client; macOS has it."
        )
    try:
        done = subprocess.run([program, *words], input=content, capture_output=True, check=False, timeout=timeout)
    except subprocess.TimeoutExpired as e:
        raise CannotStart(f"ssh-keygen did not answer within {TIMEOUT} seconds.") from e
    except OSError as e:
        raise CannotStart(f"ssh-keygen can't be run: {e.strerror or e}.") from e
    if done.returncode and any(sign in done.stderr for sign in _TOO_OLD):
        raise TooOld("this OpenSSH is too old for signatures. Version 8.1 or later is needed.")
    if done.returncode and _NO_USER in done.stderr:
        raise CannotStart(f"ssh-keygen does not run here: {_complaint(done)}. In a container, mount /etc/passwd.")
    return done


def _complaint(done: _Done) -> str:
    text = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
    return text.splitlines()[-1] if text else f"exit code {done.returncode}"
