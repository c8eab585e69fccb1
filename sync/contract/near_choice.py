"""Which choice a person probably meant by a text that is not one of them. It is offered, never taken."""

import re

from rapidfuzz.fuzz import ratio, token_set_ratio

from sync.contract.resource import Field
from sync.text import fold

_CLOSE_ENOUGH = 80  # of 100
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")


def near_choice(field: Field, text: str) -> str:
    """The API's value that the text probably stands for; empty where none, or more than one, is near.

    A number decides where it can: `30 days`, `Net30`, `n30` and `net-30` are Net 30, and never Net 3 or Net 60.
    """
    parts = _PARTS.findall(fold(text))
    numbers = {part.lstrip("0") for part in parts if part.isdecimal()}
    choices = {value: _PARTS.findall(fold(label)) for value, label in field.choices.items()}
    if numbers:
        near = [value for value, words in choices.items() if {word for word in words if word.isdecimal()} == numbers]
    else:
        near = _alike(" ".join(parts), {value: " ".join(words) for value, words in choices.items()})
    return near[0] if len(near) == 1 else ""


def _alike(words: str, choices: dict[str, str]) -> list[str]:
    """The choices that are as like the words as the likest one, if that is close enough."""
    if not words:
        return []
    scores = {value: _likeness(words, label) for value, label in choices.items()}
    best = max(scores.values(), default=0.0)
    return [value for value, score in scores.items() if score == best >= _CLOSE_ENOUGH]


def _likeness(words: str, label: str) -> float:
    """How like two texts are, from 0 to 100. A word too many may turn a label of one word into its opposite."""
    letters = ratio(words.replace(" ", ""), label.replace(" ", ""))
    return max(letters, token_set_ratio(words, label) - 5) if " " in label else letters
