"""Reads an answer's body: bounded in memory, unpacked once, and as JSON in the strictest sense.

A PUT is built on the record that was read. So nothing is mended: an answer with bytes that are not UTF-8, a key that is
there twice, half a surrogate pair, or a number beyond all amounts does not count as JSON.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

LARGEST_RECORD = 4 * 1024 * 1024  # bytes; a record has about 2.5 kB
LARGEST_PAGE = 24 * 1024 * 1024  # bytes; a page of 500 records has about 2 MB
LARGEST_ERROR = 256 * 1024  # bytes that are read of an answer that is not a success
KEPT = 20_000  # characters that are kept of an answer that is not a record

_LONGEST_NUMBER = 40  # characters; amounts have 16
_LARGEST_EXPONENT = 30
_LONGEST_PATH = 100  # characters of the name of a value, in a message
_HOLDERS = (dict, list)
_DEEPEST = 40  # lists and objects within each other; a page has 4


class BadBody(Exception):
    """The body is packed in a way that was not asked for, damaged, or too large."""


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces of a body, unpacked bit by bit: a few kB may unpack to gigabytes.

    Raises:
        BadBody: it cannot be unpacked.
    """
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding not in ("gzip", "x-gzip"):
        raise BadBody("the answer is compressed in a way that was not asked for")
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for piece in pieces:
            rest = piece
            while rest and not inflate.eof:
                yield inflate.decompress(rest, 1 << 16)
                rest = inflate.unconsumed_tail
    except zlib.error as e:
        raise BadBody("the answer cannot be unpacked") from e
    if not inflate.eof:
        raise BadBody("the answer is cut")


def joined(pieces: Iterable[bytes], most: int, cut: bool) -> bytes:
    """The body, or its beginning where it has more than `most` bytes and may be `cut`.

    Raises:
        BadBody: it has more bytes and may not be cut.
    """
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            if not cut:
                raise BadBody(f"the answer has more than {most:,} bytes")
            return bytes(body[:most])
    return bytes(body)


def parse(text: str) -> Any:
    """The JSON value of a text, amounts exact.

    Raises:
        ValueError: it is not JSON, or not JSON that can be trusted.
    """
    try:
        value = _decode(text)
        if _is_too_deep(value):
            raise ValueError("the answer is nested too deeply")
    except RecursionError as e:
        raise ValueError("the answer is nested too deeply") from e
    if "\\" in text and ("\\ud" in text or "\\uD" in text):  # the first is found out in no time, and mostly absent
        json.dumps(value, ensure_ascii=False, default=str).encode()  # half a surrogate pair is a UnicodeEncodeError
    return value


def impossible_value(text: str) -> str:
    """What is wrong with a text that is whole JSON but for a number, such as `total_revenue is NaN`.

    It will be the same however often it is asked for. Empty where the text is not whole, or is wrong in another way.
    """
    try:
        value = _decode_all(text)
        if not _is_too_deep(value):
            return next((f"{path[-_LONGEST_PATH:]} is {number}" for path, number in _impossible_in(value)), "")
    except (ValueError, RecursionError):
        pass
    return ""


def kept(text: str) -> str:
    """What is kept and shown of a body that is not a record: bounded, without half surrogate pairs, parsed safely."""
    if len(text) > KEPT:
        return f"{text[:KEPT]}… ({len(text):,} characters were read; the rest is not kept)"
    try:
        parse(text)
    except UnicodeEncodeError:
        return json.dumps(_decode(text), ensure_ascii=False, default=str).encode(errors="replace").decode()
    except ValueError:
        return text if _fails_quickly(text) else f"… {text}"
    return text


def _fails_quickly(text: str) -> bool:
    """Whether json.loads refuses a text that is no JSON here, too: it takes what is only nested deeply."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return True
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object has a key twice")
    return value


class _Impossible(str):
    """A number that no amount can be, as it stands in the text."""

    __slots__ = ()


def _number(digits: str) -> Decimal | _Impossible:
    if len(digits) > _LONGEST_NUMBER:
        return _Impossible(f"{digits[:_LONGEST_NUMBER]}…")
    try:
        value = Decimal(digits)
    except InvalidOperation:  # an exponent of 20 digits is too much for a Decimal, too
        return _Impossible(digits)
    is_too_large = abs(value.adjusted()) > _LARGEST_EXPONENT  # 1e999999999 as a total took 3 GB
    return _Impossible(digits) if is_too_large else value


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(digits)


def _decimal(digits: str) -> Decimal:
    value = _number(digits)
    if isinstance(value, _Impossible):
        raise ValueError("a number is too long or too large")
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_decode = json.JSONDecoder(
    parse_float=_decimal, parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_object
).decode

_decode_all = json.JSONDecoder(
    parse_float=_number, parse_int=_number, parse_constant=_Impossible, object_pairs_hook=_object
).decode


def _impossible_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The impossible numbers within a value, each with where it stands: `contacts[0].id`."""
    if isinstance(value, _Impossible):
        yield path or "it", str(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _impossible_in(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _impossible_in(inner, f"{path}[{n}]")


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        # All of one depth together: a page has some 50,000 values, of which few hold others.
        level = [inner for outer in level for inner in _values(outer) if type(inner) in _HOLDERS]
        if not level:
            return False
    return True


def _values(outer: Any) -> Iterable[Any]:
    if isinstance(outer, dict):
        return outer.values()
    return outer if isinstance(outer, list) else ()
