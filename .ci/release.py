"""What is left to do for a release: `make release V=0.2.0` checks, prints the notes, and names the last commands."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def notes(changelog: str, version: str) -> str:
    """The changelog's section of a version; empty where it has none with a date."""
    head = rf"^## {re.escape(version)} \(\d{{4}}-\d{{2}}-\d{{2}}\)\n"
    section = re.search(rf"{head}(.*?)(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE)
    return section[1].strip() if section else ""


def missing(version: str) -> list[str]:
    """What has to be done first."""
    tree = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    stated = re.search('__version__ = "(.*)"', (ROOT / "sync" / "__init__.py").read_text(encoding="utf-8"))
    todo = []
    if tree.stdout:
        todo.append("Commit, or stash: the working tree has changes.")
    if not stated or stated[1] != version:
        todo.append(f'Set __version__ = "{version}" in sync/__init__.py.')
    if not notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version):
        todo.append(f"Rename “Unreleased” in CHANGELOG.md to “{version} (YYYY-MM-DD)”, and begin a new one above it.")
    return todo


def main(version: str) -> int:
    """Say what is missing, or what the last commands are."""
    todo = missing(version)
    if todo:
        print("\n".join(todo))
        return 1
    print(notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version))
    print("\nNow: make lint test dist, and then")
    print(f"git tag -a v{version} -m 'campfire-sync {version}' && git push origin v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "make release V=0.2.0")
