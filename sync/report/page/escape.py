"""Values of a sheet and of records as HTML: they stay text whatever they hold, and nothing in them is invisible."""

import re
from html import escape
from typing import Any

from sync.model import MISSING
from sync.text import sentence

# What a person would not see, or would see in another place: control characters, direction marks, zero-width ones,
# odd line breaks, half characters. The joiners stay: emoji and some scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def as_html(text: str) -> str:
    """A text as HTML, with what nobody can see in it as its code."""
    return _UNSEEN.sub(lambda match: f'<span class="char">U+{ord(match.group()):04X}</span>', escape(text))


def isolated(text: str) -> str:
    """A text as HTML whose writing direction does not affect what stands beside it."""
    return f"<bdi>{as_html(text)}</bdi>"


def as_sentence(text: str) -> str:
    """A text as HTML, with a capital at its beginning."""
    return isolated(sentence(text))


def value_html(value: Any, text: str) -> str:
    """A field's value as HTML, by its text for a person. One that is empty, or not there, looks different."""
    if value is None or value is MISSING or value == "":
        return f'<span class="none">{text}</span>'
    return f"<div>{isolated(text)}</div>"
