"""Why a signature does not count, in words. OpenSSH decides whether it does; it does not say why not.

Formats: PROTOCOL.sshsig of OpenSSH (the signature), ssh-keygen(1), ALLOWED SIGNERS (the file of signers).
"""

import base64
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

_MAGIC = b"SSHSIG"
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')
_KEY_TYPES = ("ssh-", "sk-", "ecdsa-")
_VALIDITY = ("valid-after", "valid-before")


class Signed(NamedTuple):
    """What a signature says of itself: nothing of it is proved."""

    key: bytes
    namespace: str


class _Line(NamedTuple):
    """A line of the file of signers that has a certain key."""

    names: str
    options: dict[str, str]


def read_signature(block: bytes) -> Signed | None:
    """What an armoured signature says of itself; None if it is not one."""
    try:
        data = base64.b64decode(b"".join(block.strip().splitlines()[1:-1]), validate=True)
        parts = _strings(data[len(_MAGIC) + 4 :])  # behind the version
        return Signed(next(parts), next(parts).decode()) if data.startswith(_MAGIC) else None
    except (ValueError, StopIteration):
        return None


def _strings(data: bytes) -> Iterator[bytes]:
    """The strings of SSH's wire format: four bytes of length, and the content."""
    while len(data) >= 4:
        end = 4 + int.from_bytes(data[:4])
        yield data[4:end]
        data = data[end:]


def why_not_valid(block: bytes, signers: Path, namespace: str) -> str:
    """Why OpenSSH finds nobody in the file of signers for a signature that is of this very file."""
    signed = read_signature(block)
    lines = list(_lines_with(signed.key, signers)) if signed else []
    if not lines:
        return f"somebody has signed it with a key that {signers} does not have"
    line = lines[0]
    allowed = line.options.get("namespaces", namespace)
    if namespace not in allowed.split(","):
        return f"the key of {line.names} in {signers} is not for approvals: its namespaces are “{allowed}”"
    limits = ", ".join(f'{name}="{line.options[name]}"' for name in _VALIDITY if name in line.options)
    return f"the key of {line.names} in {signers} is not valid now" + (f" ({limits})" if limits else "")


def names_with_key(block: bytes, signers: Path) -> list[str]:
    """The principals beside whom the file of signers has the key of a signature."""
    signed = read_signature(block)
    lines = _lines_with(signed.key, signers) if signed else ()
    return [name for line in lines for name in line.names.split(",")]


def _lines_with(key: bytes, signers: Path) -> Iterator[_Line]:
    wanted = base64.b64encode(key).decode()
    for text in signers.read_text(encoding="utf-8", errors="replace").splitlines():
        names, *words = _WORD.findall(text.partition("#")[0]) or [""]
        for n, (kind, value) in enumerate(pairwise(words)):
            if kind.startswith(_KEY_TYPES) and value == wanted:
                yield _Line(names.strip('"'), dict(_options(words[:n])))


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        yield from re.findall(r'([a-z-]+)(?:="([^"]*)")?', word.lower())
