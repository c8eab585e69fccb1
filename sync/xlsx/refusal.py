"""How a file is refused: named, with what is wrong and what to do about it."""

from pathlib import Path

from sync.errors import FileRefused


def refusal(path: Path, problem: str, remedy: str) -> FileRefused:
    """The exception for a file that can't be read for certain."""
    return FileRefused(f"{path.name or path.absolute()}: {problem} {remedy}")


def damaged(path: Path, detail: str) -> FileRefused:
    """The exception for a workbook that breaks the rules of its own format."""
    return refusal(
        path, f"the file is damaged ({detail}).", "Open it in Excel, save it as .xlsx under a new name, and use that."
    )
