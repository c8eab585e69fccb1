"""The key is taken out of everything that the API repeats."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.api.redact import REMOVED, Redactor

KEY = 'exa/mple+key="3f8a%51c0"\\7d'
redact = Redactor([KEY, ""])


def every_character(form: str) -> str:
    return "".join(form.format(ord(character)) for character in KEY)


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        quote(KEY),
        quote(KEY, safe=""),
        quote(KEY, safe="").lower(),
        json.dumps(KEY)[1:-1],
        json.dumps(KEY)[1:-1].replace("/", "\\/"),
        every_character("\\u{:04x}"),
        every_character("\\u{:04X}"),
        every_character("%{:02x}"),
        KEY.replace("e", "\\u0065"),
    ],
)
def test_the_key_is_removed_however_it_is_written(written: str) -> None:
    assert redact(f"Invalid token {written}, try again") == f"Invalid token {REMOVED}, try again"


@given(st.text())
def test_a_text_without_the_key_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_a_json_body_stays_json() -> None:
    body = json.dumps({"detail": f"bad key {KEY}", "name": "50 % \\ Ü"})
    assert json.loads(redact(body)) == {"detail": f"bad key {REMOVED}", "name": "50 % \\ Ü"}


def test_a_key_of_a_few_characters_is_not_looked_for() -> None:
    """It could not be told from ordinary text, and a record would be spoilt."""
    assert Redactor(["ab"])("about") == "about"


def test_without_a_secret_nothing_is_removed() -> None:
    assert Redactor([])("anything % \\") == "anything % \\"
