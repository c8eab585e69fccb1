"""Signatures of plan files, through OpenSSH: `ssh-keygen -Y`, namespace campfire-sync.

Keys, hardware keys, validity and namespaces are OpenSSH's business. This module decides who counts: not the
maker, and nobody whose name is a pattern, since it might match the maker too.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.commands.plan_file import Plan
from sync.errors import CannotStart

NAMESPACE = "campfire-sync"
LARGEST = 2**20  # bytes of a signature file: some thousand signatures
MOST = 50  # signatures that are looked at
TIMEOUT = 30  # seconds for a check
_Done = subprocess.CompletedProcess[bytes]
_BLOCK = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+-----END SSH SIGNATURE-----\n?")


def signature_path(plan: Path) -> Path:
    """Where the signatures of a plan are: PLAN.sig beside it."""
    return plan.with_name(f"{plan.name}.sig")


def sign(plan: Plan, key: Path) -> Path:
    """Sign a plan, and add the signature to those that are there. Returns the file of the signatures.

    Raises:
        CannotStart: OpenSSH is missing, or does not sign with this key.
    """
    if not key.exists():
        raise CannotStart(f"there is no key {key}. Give the file of your SSH key, such as ~/.ssh/id_ed25519.")
    done = _ssh_keygen(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], plan.content, timeout=None)
    if done.returncode or not _BLOCK.fullmatch(done.stdout):
        raise CannotStart(f"ssh-keygen does not sign with {key}: {_complaint(done)}")
    path = signature_path(plan.path)
    earlier = _read(path) if path.exists() else b""
    _replace(path, earlier + done.stdout, like=plan.path)
    return path


def _replace(path: Path, content: bytes, like: Path) -> None:
    """Write the signatures, complete or not at all, readable by those who may read the plan."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".campfire-", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.name != "nt":
            Path(name).chmod(like.stat().st_mode & 0o666)
        Path(name).replace(path)
    except OSError as e:
        raise CannotStart(f"{path} can't be written ({e.strerror or e}).") from e


def approvers(plan: Plan, signers: Path) -> list[str]:
    """The principals who have signed this plan with a key that is valid now, in the order of their signatures.

    The maker's own signature does not count, and is not in the list.

    Raises:
        CannotStart: OpenSSH is missing, or a file cannot be read.
    """
    return [name for name in signed_by(plan, signers) if not is_maker(name, plan) and not is_pattern(name)]


def require_approval(plan: Plan, signers: Path) -> list[str]:
    """As `approvers`, where there has to be one.

    Raises:
        CannotStart: nobody but the maker has signed exactly this plan with a valid key; the text says what was wrong.
    """
    everybody = signed_by(plan, signers)
    counted = [name for name in everybody if not is_maker(name, plan) and not is_pattern(name)]
    if counted:
        return counted
    if any(is_pattern(name) for name in everybody):
        reason = f"{signers} names the signer by a pattern ({', '.join(filter(is_pattern, everybody))}): write the name"
    elif everybody:
        reason = f"only {', '.join(everybody)} has signed it, who made it. Somebody else has to approve it"
    else:
        reason = (
            f"{signature_path(plan.path).name} holds no signature of exactly this file by somebody whom {signers} "
            "names, with a key that is valid now"
        )
    raise CannotStart(f"{plan.path} is not approved: {reason}.")


def signed_by(plan: Plan, signers: Path) -> list[str]:
    """Everybody who has signed exactly this plan with a key that is valid now, the maker included."""
    if not signers.is_file():
        raise CannotStart(f"there is no file of signers {signers}.")
    path = signature_path(plan.path)
    if not path.exists():
        return []
    names: list[str] = []
    for block in list(_BLOCK.findall(_read(path)))[:MOST]:
        with _temporary(block) as signature:
            # A key that is listed under the maker's name as well is the maker's.
            listed = _principals(signature, signers)
            valid = [name for name in listed if _verified(name, signature, signers, plan.content)]
            own = [name for name in valid if is_maker(name, plan)]
            names += own or valid
    return list(dict.fromkeys(names))


def is_maker(principal: str, plan: Plan) -> bool:
    """Whether a principal is who made the plan: user@host, or the user alone."""
    maker = plan.facts.by.casefold()
    return principal.casefold() in (maker, maker.partition("@")[0])


def is_pattern(principal: str) -> bool:
    """Whether a principal may stand for several people."""
    return any(character in principal for character in "*?!")


def _principals(signature: Path, signers: Path) -> list[str]:
    done = _ssh_keygen(["-Y", "find-principals", "-s", str(signature), "-f", str(signers)], b"")
    return [name for name in done.stdout.decode("utf-8", "replace").splitlines() if name] if not done.returncode else []


def _verified(principal: str, signature: Path, signers: Path, content: bytes) -> bool:
    words = ["-Y", "verify", "-f", str(signers), "-I", principal, "-n", NAMESPACE, "-s", str(signature)]
    return _ssh_keygen(words, content).returncode == 0


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
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


def _ssh_keygen(
    words: list[str], content: bytes, timeout: float | None = TIMEOUT
) -> "subprocess.CompletedProcess[bytes]":
    program = shutil.which("ssh-keygen")
    if program is None:
        raise CannotStart(
            "OpenSSH's ssh-keygen is needed for signatures, and is not installed. Linux: the package openssh-client; "
            "Windows: Settings, Optional features, OpenSSH Client; macOS has it."
        )
    try:
        return subprocess.run([program, *words], input=content, capture_output=True, check=False, timeout=timeout)
    except subprocess.TimeoutExpired as e:
        raise CannotStart(f"ssh-keygen did not answer within {TIMEOUT} seconds.") from e
    except OSError as e:
        raise CannotStart(f"ssh-keygen can't be run: {e.strerror or e}.") from e


def _complaint(done: _Done) -> str:
    text = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
    if "unknown option" in text or "illegal option" in text:
        return "this OpenSSH is too old. Version 8.2 or later is needed."
    return text.splitlines()[-1] if text else f"exit code {done.returncode}"
