"""The mapping files that the app has written, by the headers of the sheets that they are for.

A file is never written twice: a preview, a run in progress and another sheet that was checked with it go on to say what
they said. Other choices for the same headers are the next file, and the latest one is what the next sheet begins with.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from sync.files import replace_content
from sync.text import fold

_LONGEST_STEM = 40


class SavedMappings:
    """All of them, in the state directory."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "mappings"

    def latest(self, headers: Sequence[str]) -> Path | None:
        """The latest mapping of sheets with these headers, in whatever order; None if there is none."""
        return max(self._folder.glob(f"*-{_signature(headers)}*.yaml"), key=_number, default=None)

    def next(self, headers: Sequence[str], name: str) -> Path:
        """Where other choices for these headers will be kept. `name` is that of the sheet's file."""
        latest = self.latest(headers)
        if latest is None:
            stem = re.sub(r"\W+", "-", Path(name).stem).strip("-")[:_LONGEST_STEM] or "sheet"
            return self._folder / f"{stem}-{_signature(headers)}.yaml"
        first = latest.stem.removesuffix(f"-{_number(latest)}")
        return latest.with_name(f"{first}-{_number(latest) + 1}.yaml")

    def save(self, path: Path, text: str) -> None:
        """Write a mapping file, whole."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_content(path, text.encode())


def _signature(headers: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(map(fold, headers))).encode()).hexdigest()[:10]


def _number(path: Path) -> int:
    """Which of the files for its headers this is: 1 for `customers-0123abcdef.yaml`, 2 for `…-2.yaml`."""
    last = path.stem.rpartition("-")[2]
    return int(last) if last.isdecimal() and len(last) < len(_signature(())) else 1
