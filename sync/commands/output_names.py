"""The names that a command is to write to: free, and each a file of its own. Looked at before anything else is done."""

import os
from collections.abc import Mapping
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from sync.errors import CannotStart
from sync.files import group_number, refuse_existing
from sync.settings import Settings
from sync.text import fold


def refuse_taken_names(settings: Settings, **given: Path) -> None:
    """Refuse names that can't be written to, before anything is sent.

    Args:
        settings: of the command.
        given: the file that the command takes, by what the command line calls it, such as EDITS.

    Raises:
        CannotStart: a file is there already, or two names are of one file; the workbook would not open under its name;
            or there is no such group.
    """
    refuse_shared_names(settings, **given)
    if settings.out is not None and settings.out.suffix.lower() != ".xlsx":
        raise CannotStart(f"the results are a workbook, and {settings.out} does not end in .xlsx.")
    group_number(settings.group)
    for path in _written(settings).values():
        if path is not None:
            refuse_existing(path)


def refuse_shared_names(settings: Settings, **given: Path) -> None:
    """Refuse two outputs of one name, and an output that has the name of what is read.

    Raises:
        CannotStart: with the options that name the same file.
    """
    read = {"--mapping": settings.mapping, "--require-approval": settings.require_approval, **given}
    refuse_shared(_written(settings), read)


def refuse_shared(written: Mapping[str, Path | None], read: Mapping[str, Path | None]) -> None:
    """As `refuse_shared_names`, for a command that has options of its own.

    Args:
        written: the files that the command makes, by the option that names each.
        read: those that it reads.

    Raises:
        CannotStart: with the options that name the same file.
    """
    pairs = [*combinations(written.items(), 2), *((out, source) for out in written.items() for source in read.items())]
    for (option, path), (other, other_path) in pairs:
        if path is not None and other_path is not None and _is_same_file(path, other_path):
            raise CannotStart(f"{option} and {other} name the same file, {path}. Give {option} another name.")


def _written(settings: Settings) -> dict[str, Path | None]:
    return {"--out": settings.out, "--html": settings.html, "--plan": settings.plan}


def _is_same_file(one: Path, other: Path) -> bool:
    """Whether two names are of one file, which need not exist yet.

    Of files that exist the system knows. Names to come that differ only in capital letters, or in the form of an
    accent, count as one: on many disks they are.
    """
    if one.exists() or other.exists():
        return one.exists() and other.exists() and one.samefile(other)
    if fold(one.name) != fold(other.name):
        return False
    folder, other_folder = (Path(os.path.realpath(path.absolute().parent)) for path in (one, other))
    with suppress(OSError):
        return folder.samefile(other_folder)
    return folder == other_folder
