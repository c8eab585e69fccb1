"""Words that fill a cell without being meant as a value: `N/A`, `ditto`, `Total`. They are data, in words.yaml."""

from functools import cache
from importlib.resources import files

import yaml

from sync.text import fold

_BRACKETS = "<>[](){} "  # people put such words between them, and may forget one: < clear >, <clear


@cache
def _words(kind: str) -> frozenset[str]:
    text = files("sync").joinpath("contract", "words.yaml").read_text(encoding="utf-8")
    lines: list[list[str]] = yaml.load(text, yaml.BaseLoader)[kind]  # noqa: S506 every scalar is a text
    return frozenset(fold(word) for line in lines for word in line)


@cache
def longest_placeholder() -> int:
    """Characters of the longest word that means nothing."""
    return max(map(len, _words("placeholders")))


def is_placeholder(text: str) -> bool:
    """Whether the whole cell means "nothing", "as above" or "take it away": text, but hardly a value."""
    if len(text) > longest_placeholder() + 4:
        return False
    word = fold(text)
    return not _words("placeholders").isdisjoint((word, word.strip(_BRACKETS)))


def means_total(text: str) -> bool:
    """Whether a text begins with a word for a total."""
    words = fold(text).split()
    return bool(words) and words[0].strip(":.,") in _words("totals")
