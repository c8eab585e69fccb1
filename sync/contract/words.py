"""Words that fill a cell without being meant as a value: `N/A`, `ditto`, `Total`. They are data, in words.yaml."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sync.text import fold

_FAST = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # in a tenth of the time, which was a hundredth of a small check
_BRACKETS = "<>[](){} "  # people put such words between them, and may forget one: < clear >, <clear


@cache
def word_lists(folder: str, name: str) -> Any:
    """The word lists of a file that comes with this package. Every scalar is a text, `no` too."""
    text = files("sync").joinpath(folder, name).read_text(encoding="utf-8")
    return yaml.load(text, _FAST)  # noqa: S506 it builds nothing but texts


@cache
def _words(kind: str) -> frozenset[str]:
    lines: list[list[str]] = word_lists("contract", "words.yaml")[kind]
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


def is_total(text: str) -> bool:
    """Whether a text is words for a total, and nothing more: there are companies whose name begins with one."""
    words = fold(text).split()
    return bool(words) and all(word.strip(":.,") in _words("totals") for word in words)


def means_total(text: str) -> bool:
    """Whether a text begins with a word for a total."""
    words = fold(text).split()
    return bool(words) and words[0].strip(":.,") in _words("totals")
