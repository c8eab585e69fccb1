"""Keeps the key out of everything that an answer leaves behind."""

import re
from collections.abc import Iterable

_SHORTEST = 8  # characters; a key that is shorter cannot be told from ordinary text, and no real one is
REMOVED = "[removed by campfire-sync: the API key]"


class Redactor:
    """Takes secrets out of texts: as they are, URL-encoded, or with JSON's escapes, each character in its own way."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True)
        self._plain = known
        self._any_form = re.compile("|".join("".join(map(_forms, secret)) for secret in known) or r"(?!)")

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        # A key is rarely repeated, and in most answers nothing is encoded: then these look-ups are all that it costs.
        if "\\" in text or "%" in text or any(secret in text for secret in self._plain):
            return self._any_form.sub(REMOVED, text)
        return text


def _forms(character: str) -> str:
    """A pattern for each way to write a character."""
    code = ord(character)
    return rf"(?:{re.escape(character)}|%(?i:{code:02x})|\\u(?i:{code:04x})|\\{re.escape(character)})"
