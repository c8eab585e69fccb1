"""What the app calls the files that it makes of a sheet: as the person called it, however often it was gone over."""

import re
from collections.abc import Iterator
from pathlib import PurePath

_MADE = re.compile(r"\.(results\.\d{8}-\d{6}-[0-9a-f]{4}|corrected)(-\d+)?$")  # of it, by this program
_ROUND = re.compile(r"\.round-(\d{1,4})$")


def corrected_names(name: str) -> Iterator[str]:
    """What a corrected copy may be called, the best name first: `edits.corrected.xlsx`, `edits.corrected-2.xlsx`."""
    ending = PurePath(name).suffix
    ending = ".csv" if ending.lower() == ".tsv" else ending
    return (f"{_stem(name)}.corrected{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 10_000))


def next_round(name: str) -> str:
    """What the sheet To fix of a file's results is called: `edits.round-2.xlsx`, and then `edits.round-3.xlsx`."""
    stem = _stem(name)
    match = _ROUND.search(stem)
    return f"{_ROUND.sub('', stem)}.round-{int(match[1]) + 1 if match else 2}.xlsx"


def _stem(name: str) -> str:
    """A file's name without its ending, and without what this program has added to it."""
    stem = PurePath(name).stem
    while (shorter := _MADE.sub("", stem)) != stem:
        stem = shorter
    return stem
