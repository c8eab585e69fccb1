"""What is not printed as it is: tax numbers, the API key, and in JSON what would act on a terminal."""

import os
import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote

from sync.text import SUSPECT, acts

_TAX_NUMBER = re.compile(r"\b\d{3}-\d{2}-\d{4}\b|\b\d{2}-\d{7}\b|\b[A-Z]{2}[ -]?\d{8,12}\b")  # SSN, EIN, VAT
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{3,}[A-Za-z0-9]")
_KEY_REMOVED = "[API key removed]"
_SHORTEST_KEY = 8  # characters
_SHOWN_AT_END = 3
_LONG_ENOUGH = 6  # a shorter number would be half told by its last characters


def escaped_json(text: str) -> str:
    """A JSON text with those characters as JSON's own escapes. A parser reads the same values."""
    return SUSPECT.sub(lambda match: _json_escape(match.group()), text)


def _json_escape(character: str) -> str:
    if not acts(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def masked(text: str) -> str:
    """A tax number's last characters."""
    if len(text) <= _LONG_ENOUGH:
        return "•" * _SHOWN_AT_END
    return "•" * max(len(text) - _SHOWN_AT_END, _SHOWN_AT_END) + text[-_SHOWN_AT_END:]


def without(text: str, secrets: Iterable[str]) -> str:
    """The text with each of these values masked, the longest first."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, masked(secret))
    return text


def without_tax_numbers(text: str, names: Iterable[str]) -> str:
    """Somebody else's message, such as the API's, without what may be a tax number in it.

    What looks like one is masked anywhere. Where the message names one of the fields that hold tax numbers (`names`),
    so is everything with a digit in it and at least five characters.
    """
    text = _TAX_NUMBER.sub(lambda match: masked(match.group()), text)
    lowered = text.lower()
    if any(name.lower() in lowered for name in names if name):
        text = _WORD.sub(lambda match: _masked_number(match.group()), text)
    return text


def _masked_number(word: str) -> str:
    return masked(word) if any(map(str.isdigit, word)) else word


def without_key(text: str) -> str:
    """The text without the API key, in the forms in which a library may have written it."""
    from sync.keychain import handed_out

    for key in {os.environ.get("CAMPFIRE_API_KEY", "").strip(), *handed_out()}:
        if len(key) >= _SHORTEST_KEY:  # a real key is longer, and a shorter text would be found in every other word
            for form in _forms(key):
                text = text.replace(form, _KEY_REMOVED)
    return text


def _forms(key: str) -> list[str]:
    raw = key.encode("utf-8", "surrogateescape")
    forms = {key, repr(key)[1:-1], quote(key, safe=""), quote(key), raw.hex()}
    for offset in range(3):  # base64 depends on what stands before
        coded = b64encode(b"\0" * offset + raw).decode("ascii")
        forms.add(coded[4 if offset else 0 : len(coded) // 4 * 4 - 4])
    return sorted(filter(None, forms), key=len, reverse=True)
