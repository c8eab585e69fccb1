"""Text as a person sees it: what counts as blank, as the same header, as a character that nobody can see."""

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

# What a person takes for nothing at either end of a cell: Unicode's blanks (the no-break one among them), those without
# a width, and letters without ink (fillers of Hangul, Braille without dots), with which people get around “required”.
# The separators U+001C to U+001F are blanks to Python and control characters to everybody else.
BLANKS = (
    "\t\n\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff\u3164\uffa0\u2800"
)
_HALF_SYLLABLES = "\u115f\u1160"  # Hangul's fillers: within a word one of them belongs to the letter beside it

# What nobody sees at either end of a cell: marks for the direction of writing, and soft hyphens.
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SOFT_HYPHEN = "\u00ad"
# Blanks without a width, which nobody types into a word. The joiners U+200C and U+200D shape the letters beside them.
_NO_WIDTH = "\u200b\u2060\ufeff"
_SEPARATORS = "\u2028\u2029"
# What only programs put into a text: operators that nobody writes out, shapes of digits, notes, marks of shorthand and
# of music, the sign of a language.
_SIGNS_OF_PROGRAMS = "\u2061-\u2064\u206a-\u206f\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
_TAGS = "\U000e0020-\U000e007f"  # a copy of ASCII that nobody sees
# A black flag and the name of a country in tags are its flag: of England, Scotland, Wales (Unicode's emoji sequences).
_COUNTRIES = ("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("gbeng", "gbsct", "gbwls"))
_FLAGS = re.compile(f"\U0001f3f4(?:{'|'.join(_COUNTRIES)})\U000e007f")
_EDGES = BLANKS + _DIRECTIONS + _SOFT_HYPHEN

_BLANK_RUN = re.compile(f"[{BLANKS}{_HALF_SYLLABLES}]+")  # NFKC makes the one of the other
_ZERO_WIDTH = re.compile(f"[\u180e\u200b\u200c\u200d\u2060\ufeff{_DIRECTIONS}{_SOFT_HYPHEN}]")
_UNSEEN = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    f"{_DIRECTIONS}{_SOFT_HYPHEN}{_NO_WIDTH}{_SEPARATORS}{_SIGNS_OF_PROGRAMS}{_TAGS}]"
)

_WORD = re.compile(r"[^\W\d_]+")
_LIKE_LATIN = {"CYRILLIC", "GREEK"}  # alphabets with letters that nobody can tell from Latin ones

EXCEL_CELL = 32_767  # characters in a cell, as `excel_length` counts; Microsoft, "Excel specifications and limits"
_REPLACED = "\ufffd\ufffc"  # stands for a letter, and for a picture or the like

_PLAIN_WORD = re.compile(r"[\w.:/\\-]+")  # to a shell of Windows
SUSPECT = re.compile(r"[^\x20-\x7e\n]")  # nearly all that is printed is ASCII: only the rest may act on a terminal


def normal(text: str) -> str:
    """A cell's text as it is sent: without outer blanks and invisible marks, with LF for CRLF, in NFC."""
    if text.isascii():  # NFC leaves ASCII as it is
        return text.replace("\r\n", "\n").strip(BLANKS)
    return "" if is_blank(text) else unicodedata.normalize("NFC", text.replace("\r\n", "\n").strip(_EDGES))


def is_blank(text: str) -> bool:
    """Whether a person would take the cell for empty."""
    return not text.strip(_EDGES + _HALF_SYLLABLES)


def unseen_character(text: str) -> str:
    """The first character that nobody sees, as `U+0007`; empty text if there is none.

    Control characters other than tab and line feed, halves of characters, marks for the direction of writing, soft
    hyphens, blanks without a width, separators of lines, and signs that only programs write.
    """
    match = _UNSEEN.search(_FLAGS.sub("", text))
    if match is None:
        return ""
    character = match[0]
    kinds = {
        _SOFT_HYPHEN: " (soft hyphen)",
        _DIRECTIONS: " (direction mark)",
        _NO_WIDTH: " (blank without width)",
        _SEPARATORS: " (line separator)",
    }
    name = next((name for characters, name in kinds.items() if character in characters), "")
    return f"U+{ord(character):04X}{name}"


def replaced_character(text: str) -> str:
    """A character that stands for one that a program could not read or show, as `“�” (U+FFFD)`; else empty.

    A pattern would look at each character, 3 % of a check of a long sheet; a text of ASCII is passed at once.
    """
    found = next((character for character in _REPLACED if character in text), "")
    return f"“{found}” (U+{ord(found):04X})" if found else ""


def look_alike(text: str) -> str:
    """The first letter of another alphabet in a Latin word, named in words without a full stop; empty if there is none.

    `“а” (U+0430) is a Cyrillic letter, not a Latin one`: nobody sees why “Nаme” is not “Name”.
    """
    for word in () if text.isascii() else _WORD.findall(unicodedata.normalize("NFC", text)):
        alphabets = {letter: unicodedata.name(letter, "").partition(" ")[0] for letter in word}
        if "LATIN" in alphabets.values() and (other := next((a for a in alphabets if alphabets[a] in _LIKE_LATIN), "")):
            return f"“{other}” (U+{ord(other):04X}) is a {alphabets[other].title()} letter, not a Latin one"
    return ""


def excel_length(text: str) -> int:
    """How many characters Excel counts: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def whole(text: str) -> str:
    """The text with half characters (lone surrogates), which no file and no terminal takes, spelt out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def fold(text: str) -> str:
    """What headers, choices and words are compared by: no case, single blanks, no line breaks, one Unicode form."""
    if text.isascii() and text.isprintable():  # it has one form, and no blanks but the one
        return " ".join(text.split()).lower()
    seen = _ZERO_WIDTH.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", _BLANK_RUN.sub(" ", seen).strip(" ").casefold())


def now() -> str:
    """This moment as the journal and the JSON object have it: ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(at: str) -> str:
    """A time of the journal, to the second: `2026-11-22 16:01:03 UTC`."""
    return f"{at[:10]} {at[11:19]} UTC" if len(at) >= 20 and at.endswith("Z") else at


def minute(at: str) -> str:
    """A time of the journal, to the minute: `2026-11-22 16:01 UTC`."""
    return f"{at[:10]} {at[11:16]} UTC"


def sentence(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """A text with a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def counted(count: int, things: str) -> str:
    """So many things: 1 row, 2 rows."""
    return f"{count:,} {things.removesuffix('s') if count == 1 else things}"


def listed(names: Iterable[object], more: int = 0) -> str:
    """Names in a sentence: `A`, `A and B`, `A, B and C`; with more that are not named, `A, B and 7 more`."""
    *before, last = [*map(str, names), *([f"{more:,} more"] if more > 0 else [])] or [""]
    return f"{', '.join(before)} and {last}" if before else last


def rows_listed(numbers: Sequence[int], more: int = 0) -> str:
    """Rows in a sentence: `row 4`, `rows 4 and 5`."""
    return f"row{'s' if len(numbers) + more > 1 else ''} {listed(numbers, more)}"


def likeness(one: str, other: str) -> float:
    """How like two texts are, from 0 to 1."""
    from rapidfuzz import fuzz  # late: few commands need it

    return float(fuzz.ratio(one, other)) / 100


def nearest(word: str, known: Iterable[str], at_least: float = 0.65) -> str:
    """The known word that is most like this one, compared as headers are; empty if none is close."""
    folded = fold(word)
    best = max(((likeness(folded, fold(each)), each) for each in known), key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= at_least else ""


def did_you_mean(word: str, known: Iterable[str], at_least: float = 0.65) -> str:
    """` Did you mean “terms”?`, or empty text where no known word is near.

    A letter of the word that only looks like a Latin one is named before that.
    """
    letter, near = look_alike(word), nearest(word, known, at_least)
    return (f" Its {letter}." if letter else "") + (f" Did you mean “{near}”?" if near else "")


def typed(*words: str) -> str:
    """Words as a person types them into the shell of this system."""
    if os.name == "nt":  # no file name of Windows holds a double quote
        return " ".join(word if _PLAIN_WORD.fullmatch(word) else f'"{word}"' for word in words)
    import shlex  # late: --help types nothing

    return shlex.join(words)


def visible(text: str) -> str:
    """The text with each control, format and direction character spelt out, line breaks excepted."""
    return SUSPECT.sub(lambda match: _spelt(match.group()), text)


def visible_value(value: str) -> str:
    """A value in one line: a line break in it would look like the end of the line that it stands in."""
    return visible(value).replace("\n", _spelt("\n"))


@cache
def acts(character: str) -> bool:
    """Whether a character does something instead of being seen: controls, format characters, halves of a pair."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _spelt(character: str) -> str:
    return f"[U+{ord(character):04X}]" if acts(character) else character
