"""What is read of an answer's body: never more than is good for the memory, and JSON only where it can be trusted."""

import gzip
import json
import tracemalloc
import zlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.api.response_body import KEPT, BadBody, impossible_value, joined, kept, parse, unpacked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


def unpack(packed: bytes, encoding: str = "gzip", most: int = 10_000_000) -> bytes:
    pieces = (packed[i : i + 1000] for i in range(0, len(packed), 1000))
    return joined(unpacked(pieces, encoding), most, cut=False)


@given(st.binary(max_size=5000))
def test_a_packed_body_is_unpacked(body: bytes) -> None:
    assert unpack(gzip.compress(body)) == body
    assert unpack(body, "") == unpack(body, "identity") == body


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "zstd", "identity, gzip"])
def test_a_body_that_is_packed_in_another_way_is_bad(encoding: str) -> None:
    with pytest.raises(BadBody, match="not asked for"):
        unpack(gzip.compress(b"{}"), encoding)


@pytest.mark.parametrize(
    "packed",
    [b"no gzip at all", gzip.compress(b"x" * 5000)[:-9], b"", zlib.compress(b"{}")],
    ids=["another format", "cut", "empty", "zlib"],
)
def test_a_damaged_or_cut_body_is_bad(packed: bytes) -> None:
    with pytest.raises(BadBody):
        unpack(packed)


def test_a_body_that_unpacks_to_a_gigabyte_is_given_up_early() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, 1)
    tracemalloc.start()
    with pytest.raises(BadBody, match="more than 1,000,000 bytes"):
        unpack(bomb, most=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_of_an_error_page_the_beginning_is_enough() -> None:
    assert joined([b"abc"] * 10, 5, cut=True) == b"abcab"
    asked = []

    def endless() -> Any:
        while True:
            asked.append(1)
            yield b"x" * 100

    assert len(joined(endless(), 1000, cut=True)) == 1000
    assert len(asked) <= 11


@given(JSON)
def test_json_is_what_it_says(value: Any) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.10", Decimal("0.10")),
        ("-9999999999999.99", Decimal("-9999999999999.99")),
        ('"\\ud83d\\udc0e"', "🐎"),
        ('"a \\\\ud83d"', "a \\ud83d"),
        ("1e3", Decimal("1E+3")),
    ],
)
def test_amounts_are_exact_and_escapes_are_decoded(text: str, value: Any) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        '{"a": 1',
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        '{"a": 1e999999999}',
        '{"a": 1e-999999999}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a": 0.' + "3" * 5000 + "}",
        '{"a": ' + "9" * 50 + "}",
        '{"a": 1, "a": 2}',
        '{"b": [{"a": 1, "a": 1}]}',
        '{"notes": "cut \\ud83d"}',
        '{"notes": "\\uDC0E"}',
        '{"cut \\ud83d": 1}',
        "[" * 3000,
        "[" * 3000 + "]" * 3000,
        "[" * 100 + "]" * 100,
        '{"a":' * 100 + "1" + "}" * 100,
    ],
)
def test_json_that_cannot_be_trusted_is_refused(text: str) -> None:
    """A PUT is built on what was read: half an answer, or one of two values, would be written back."""
    with pytest.raises(ValueError):  # noqa: PT011  the kind of it does not matter
        parse(text)
    assert safe(kept(text))


def safe(text: str) -> bool:
    """Whether a text can be stored, shown, and parsed by whoever comes later."""
    text.encode()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return True
    json.dumps(value, ensure_ascii=False).encode()
    return str(value) is not None


@given(st.text() | JSON.map(json.dumps))
def test_what_is_kept_of_any_body_can_be_stored_and_shown(text: str) -> None:
    assert safe(kept(text.encode(errors="replace").decode()))


def test_a_half_of_a_surrogate_pair_is_shown_as_a_question_mark() -> None:
    assert json.loads(kept('{"notes": ["cut \\ud83d"]}')) == {"notes": ["cut ?"]}


def test_a_long_body_is_cut_with_a_note() -> None:
    text = kept("x" * 100_000)
    assert len(text) < KEPT + 100
    assert text.endswith("(100,000 characters were read; the rest is not kept)")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": 1, "b": [{"c": -Infinity}]}', "b[0].c is -Infinity"),
        ('{"a": 1e99999999999999999999}', "a is 1e99999999999999999999"),
        ('{"a": 1e31}', "a is 1e31"),
        ("NaN", "it is NaN"),
        ('{"' + "x" * 9_000 + '": NaN}', "x" * 100 + " is NaN"),
        ('{"a": NaN', ""),
        ('{"a": NaN, "a": 1}', ""),
        ("[" * 500 + "NaN" + "]" * 500, ""),
        ('{"a": 1e30, "b": 12.50}', ""),
    ],
)
def test_a_number_that_spoils_a_whole_text_is_named(text: str, what: str) -> None:
    assert impossible_value(text) == what
