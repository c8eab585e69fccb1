"""Texts of other code pages, read as Windows-1252: what gives them away.

Each rule is a letter or sign where no word of a language that Windows-1252 serves has it, and where bytes of another
code page put it: Windows-1250 (Central Europe) makes ³ of ł and £ of Ł, Mac Roman makes Ÿ of ü, and the code pages 437
and 850 (DOS) make ” of ö. Not every such text can be told: “Kšln” may be a name. Hence the warning that quotes the
words of every file that is read as Windows-1252.
"""

import re
from collections.abc import Iterator

_LOWER = "a-zß-öø-ÿœšž"
_LETTER = f"A-Z{_LOWER}À-ÖØ-ÞŒŠŽŸ"
_ACCENTED = "À-ÖØ-öø-ÿ"
_CONSONANT = "bcdfghjklmnpqrstvwxz"

_FOREIGN = re.compile(
    "|".join(
        [
            # Signs between two letters, or right after one.
            f"[{_LETTER}][¥£¿¡¾¼½‡†‰‹›¤¢§¬¶„“™][{_LETTER}]",
            f"[{_LETTER}][¿¡„‚¬]",
            f"[{_LETTER}][ƒˆ˜¨¯¸]|[ƒˆ˜¨¯¸][{_LETTER}]",
            f"[{_LETTER}][•”][{_LOWER}]|[†™][{_LOWER}]",
            # Superscripts after words, and before letters: ł and ą. Units (m³, km³) and digits may have them.
            f"[{_LETTER}]{{4,}}[³¹]|[{_LETTER}][³¹][{_LETTER}]|(?<![0-9{_LETTER}/])[³¹][{_LOWER}]",
            f"[{_LOWER}À-ÿ][³¹](?![0-9])(?<!m[³¹])(?<!m²)",
            # £ and € that begin a word: Ł, Ä. What counts a sum may follow them.
            f"[£€](?!(?:uro|bn|mn|mln|mio|mrd|per|k|m)(?![{_LETTER}]))[{_LOWER}]{{2,}}",
            f"£[{_ACCENTED}]",
            # Capitals inside words.
            f"Ÿ[{_LOWER}]|[{_LOWER}]Ÿ|[{_LETTER}][ŠŽŒŸ][{_LOWER}]|[{_LOWER}][ŠŽŒŸ]",
            # œ where no French word has it: ś.
            f"[aeiouyêñó]œ|œ[æêóbfhjkpqvwxz]|Œ[{_LOWER}](?<!Œ[unidstcl])",
            # ñ before a consonant: ń. ø beside an accented vowel: ř. ì before consonants, but not those of Gaelic: ě.
            f"ñ[{_CONSONANT}]|ø[áíéýúìù]|[áíéýúìù]ø|[{_LETTER}]ì[bcdfjklmpvz]",
            # Words of accented letters alone, and signs in a row: Cyrillic, Greek, Hebrew, Arabic, Chinese.
            f"(?![ÄÖÜäöüß]{{4}})[{_ACCENTED}]{{4}}|[ß-öø-ÿ][À-ÖØ-Þ]|[±¾©®¦¤¼½¬]{{2}}",
            # Signs that begin a word: Ž and Š of ISO 8859-2 and 8859-15.
            f"(?<![{_LETTER}0-9])[¦®][{_LOWER}]{{3}}",
        ]
    )
)
_WORD = re.compile(r"\S*[^\x00-\x7f]\S*")
_EDGES = "()[]{}<>.,;:!?\"'“”„‘’‚«»‹›-–—"


def foreign_word(text: str) -> str:
    """The first word that no language has; empty text if every word is plausible."""
    match = _FOREIGN.search(text)
    if match is None:
        return ""
    start = text.rfind(" ", 0, match.start() + 1) + 1
    end = text.find(" ", match.end() - 1)
    return text[start : len(text) if end < 0 else end].strip("()[]<>.,;:!?'")


def words_to_check(text: str) -> Iterator[str]:
    """The words with letters or signs beyond ASCII."""
    for match in _WORD.finditer(text):
        word = match[0].strip(_EDGES)
        yield match[0] if word.isascii() else word
