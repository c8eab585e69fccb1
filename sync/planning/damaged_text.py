"""Whether a text is another one after a trip through the wrong encoding: Łódź → ?ód?, München → MÃ¼nchen.

A program that saves a text in a code page writes a question mark for each letter that the page lacks. One that reads
bytes in another encoding than they were written in shows other letters. Between two code pages both directions look
alike, so the text that looks less like words is the damaged one: going the other way is a correction.
"""

import unicodedata
from functools import lru_cache

# Every one-byte encoding that Python knows and that agrees with ASCII; Windows' and the Macintosh's first.
CODE_PAGES = (
    *(f"cp125{n}" for n in range(9)),
    *("mac_roman", "mac_latin2", "mac_cyrillic", "mac_greek", "mac_turkish"),
    *("mac_iceland", "mac_croatian", "mac_romanian"),
    *(f"cp{n}" for n in (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 869, 874)),
    *(f"iso8859_{n}" for n in (1, 2, 3, 4, 5, 7, 9, 10, 13, 14, 15, 16)),
    *("koi8_r", "koi8_u"),
)  # fmt: skip


def is_damaged(before: str, after: str) -> bool:
    """Whether the text after is what an encoding left of the text before."""
    if before.isascii() or _ascii_of(before) != _ascii_of(after):
        return False
    if after.count("?") > before.count("?") and after in _with_question_marks(before):
        return True
    if after in _misread_utf_8(before):
        return True
    return badness(after) >= badness(before) and after in _misread(before)


def _ascii_of(text: str) -> str:
    """What no encoding touches."""
    return "".join(c for c in text if c.isascii() and c != "?")


@lru_cache(maxsize=256)
def _with_question_marks(text: str) -> frozenset[str]:
    """The text as each code page leaves it, and plain ASCII; each form of the letters apart."""
    forms = {text, unicodedata.normalize("NFD", text)}
    pages = ("ascii", *CODE_PAGES)
    saved = {form.encode(page, "replace").decode(page) for form in forms for page in pages}
    return frozenset(saved - forms)


@lru_cache(maxsize=256)
def _misread_utf_8(text: str) -> frozenset[str]:
    """The text as its bytes in UTF-8 look in a code page, done once or twice: always longer than the text."""
    once = {_read(text.encode("utf-8"), page) for page in CODE_PAGES}
    twice = {_read(each.encode("utf-8"), page) for page in CODE_PAGES[:10] for each in once}
    return frozenset(once | twice)


@lru_cache(maxsize=256)
def _misread(text: str) -> frozenset[str]:
    """The text as its bytes in one code page look in another, or in UTF-8."""
    shown = set()
    for page in CODE_PAGES:
        written = text.encode(page, "replace")
        shown.add(written.decode("utf-8", "replace"))
        shown |= {_read(written, other) for other in CODE_PAGES}
    return frozenset(shown - {text})


def _read(data: bytes, page: str) -> str:
    """Bytes as a code page shows them; a byte that it does not have becomes the control character of its number."""
    return "".join(_letters(page)[byte] for byte in data)


@lru_cache(maxsize=256)
def _letters(page: str) -> list[str]:
    shown = (bytes([byte]).decode(page, "replace") for byte in range(256))
    return [chr(byte) if letter == "\ufffd" else letter for byte, letter in enumerate(shown)]


_BETWEEN_WORDS = ("Zs", "Pd", "Pi", "Pf", "Po", "Sc")  # kinds of signs that stand between words in plain texts


def badness(text: str) -> int:
    """How little a text looks like words: signs inside words, capitals after small letters, strings of accents."""
    bad = text.count("\ufffd") * 3
    run = 0
    for i, c in enumerate(text):
        if c.isascii():
            run = 0
            continue
        run += 1
        last, following = text[i - 1] if i else " ", text[i + 1 : i + 2]
        is_sign = not c.isalpha() and (last.isalpha() or unicodedata.category(c) not in _BETWEEN_WORDS)
        is_capital_inside = c.isupper() and last.isalpha() and (last.islower() or following.islower())
        if is_sign or is_capital_inside:
            bad += 2
        elif run >= 3 and "LATIN" in unicodedata.name(c, ""):
            bad += 1
    return bad
