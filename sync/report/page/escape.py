"""Values of a sheet and of records as HTML: whatever they hold stays text, and nothing in them is out of sight."""

import json
import re
from html import escape
from typing import Any

from sync.model import MISSING

# What a person would not see, or would see somewhere else: control characters, the marks that turn the direction of
# writing, zero-width ones, odd line breaks, half characters. The joiners stay: emoji and some scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def shown(text: str) -> str:
    """A text as HTML, with what nobody can see in it as its code."""
    return _UNSEEN.sub(lambda found: f'<span class="char">U+{ord(found.group()):04X}</span>', escape(text))


def sentence(text: str) -> str:
    """A text as HTML, its first letter a capital."""
    return isolated(text[:1].upper() + text[1:])


def isolated(text: str) -> str:
    """A text as HTML whose direction of writing does not reach what stands beside it."""
    return f"<bdi>{shown(text)}</bdi>"


def value(held: Any) -> str:
    """A field's value as HTML. Null, an empty text and a field that is not there look different."""
    if held is MISSING:
        return '<span class="none">(not in the record)</span>'
    if held is None:
        return '<span class="none">(empty)</span>'
    if held == "":
        return '<span class="none">""</span>'
    return (
        f"<div>{isolated(held if isinstance(held, str) else json.dumps(held, ensure_ascii=False, default=str))}</div>"
    )
