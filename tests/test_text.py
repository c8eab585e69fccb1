"""Text as a person sees it: blanks, forms of the same letter, characters that nobody can see."""

import os
import shlex
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.text import (
    BLANKS,
    fold,
    is_blank,
    listed,
    look_alike,
    normal,
    rows_listed,
    typed,
    unseen_character,
    visible,
    visible_value,
)

NO_BREAK, ZERO_WIDTH, MARK = "\u00a0", "\u200b", "\ufeff"


@pytest.mark.parametrize("blank", BLANKS)
def test_blanks_at_either_end_are_not_sent(blank: str) -> None:
    assert normal(f"{blank}Example{blank}Ltd{blank}") == f"Example{normal(f'x{blank}x')[1:-1]}Ltd"


@pytest.mark.parametrize(
    "blank", [" ", "\t", "\n", NO_BREAK, ZERO_WIDTH, MARK, "\u2009", "\u3000", "\u2060", "\u3164", "\u2800"]
)
def test_a_cell_of_blanks_alone_is_empty(blank: str) -> None:
    assert is_blank(blank * 3)
    assert is_blank("")
    assert not is_blank(f"{blank}.{blank}")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1c", "\x1f", "\x7f", "\x85"])
def test_a_control_character_is_no_blank(character: str) -> None:
    assert normal(f" {character} ") == character
    assert not is_blank(character)


def test_line_breaks_are_line_feeds() -> None:
    assert normal("one\r\ntwo\nthree\r\n") == "one\ntwo\nthree"


def test_text_is_sent_in_one_unicode_form() -> None:
    assert normal("Caffe\u0300") == "Caffè"
    assert normal("ﬁ ½ Ａ") == "ﬁ ½ Ａ"  # letters that are other letters stay what they are


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a\x07b", "U+0007"),
        ("a\rb", "U+000D"),
        ("\x00", "U+0000"),
        ("\x7f", "U+007F"),
        ("\x9f", "U+009F"),
        ("\ud83d", "U+D83D"),
        ("\ufffe", "U+FFFE"),
        ("\uffff", "U+FFFF"),
        ("a\U000e0041", "U+E0041"),
        ("a\U0001d173", "U+1D173"),
        ("b\x01a\x02", "U+0001"),
    ],
)
def test_a_character_that_nobody_sees_is_named(text: str, name: str) -> None:
    assert unseen_character(text) == name


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("N\u0430me", "“\u0430” (U+0430) is a Cyrillic letter"),
        ("Zip Cod\u0435", "“\u0435” (U+0435) is a Cyrillic letter"),
        ("C\u03bfuntry", "“\u03bf” (U+03BF) is a Greek letter"),
    ],
)
def test_a_letter_that_only_looks_like_a_latin_one_is_named(text: str, letter: str) -> None:
    assert look_alike(text) == f"{letter}, not a Latin one"


@pytest.mark.parametrize("text", ["Name", "Straße", "Łódź", "Имя (Name)", "ID клиента", "Ｎame", "E-Mail", "№ 5", "µm"])
def test_words_of_one_alphabet_have_no_letter_to_name(text: str) -> None:
    assert look_alike(text) == ""


FLAG_OF_WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize("text", ["", "tab\tand\nline feed", "é – “quotes” 😀 日本", NO_BREAK, FLAG_OF_WALES])
def test_a_character_that_can_be_seen_is_not_named(text: str) -> None:
    assert unseen_character(text) == ""


def test_tags_after_another_flag_or_more_of_them_are_named() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "pay nobody else")
    assert unseen_character(f"Example \U0001f3f4{hidden}") == "U+E0070"
    assert unseen_character(f"{FLAG_OF_WALES}{hidden}") == "U+E0070"


def test_half_a_syllable_of_hangul_stays_with_the_letter_beside_it() -> None:
    assert (normal("\u115f\u1161"), normal("\u1100\u1160")) == ("\u115f\u1161", "\u1100\u1160")
    assert (normal("\u1160 \u115f"), is_blank("\u1160")) == ("", True)


MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad\u200b\u2060\ufeff"


@pytest.mark.parametrize("mark", MARKS)
def test_marks_that_nobody_sees_go_at_the_ends_and_are_named_inside(mark: str) -> None:
    assert normal(f"{mark} +49 30 1{mark}") == "+49 30 1"
    assert is_blank(f" {mark}")
    assert fold(f"{mark}Pay{mark}ment Terms") == "payment terms"
    assert unseen_character(normal(f"Ac{mark}me")).startswith(f"U+{ord(mark):04X} (")


@pytest.mark.parametrize(
    "header",
    ["Payment Terms", "PAYMENT TERMS", " payment  terms ", "Payment\nTerms", f"Payment{NO_BREAK}Terms",
     f"{MARK}Payment Terms", f"Pay{ZERO_WIDTH}ment Terms", "Ｐayment Terms", "payment\r\n terms"],
)  # fmt: skip
def test_headers_are_the_same_whatever_their_case_blanks_and_form(header: str) -> None:
    assert fold(header) == "payment terms"


def test_letters_of_two_forms_are_the_same_header() -> None:
    assert fold("Cafe\u0301") == fold("CAFÉ")
    assert fold("Straße") == fold("STRASSE")


def test_headers_that_a_person_can_tell_apart_are_not_the_same() -> None:
    assert len({fold(text) for text in ("Street 1", "Street 2", "Street", "Street1", "Stréet")}) == 5


@given(st.text())
def test_any_text_that_can_be_sent_is_in_its_normal_form_after_once(text: str) -> None:
    once = normal(text)
    if not unseen_character(once):
        assert normal(once) == once
        assert unicodedata.is_normalized("NFC", once)


@given(st.text(), st.sampled_from(BLANKS))
def test_a_text_within_blanks_is_that_text(text: str, blank: str) -> None:
    if not unseen_character(normal(text)):
        assert normal(blank + text + blank) == normal(text)
        assert is_blank(blank + text) == is_blank(text)
        assert fold(blank + text) == fold(text)


@given(st.text())
def test_folding_is_done_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


WORDS = ["plain.xlsx", "May & June (2).xlsx", "Mike's.xlsx", "$HOME", ""]


def test_words_reach_a_command_as_they_are() -> None:
    assert shlex.split(typed("campfire-sync", *WORDS)) == ["campfire-sync", *WORDS]


def test_windows_takes_double_quotes_around_all_that_its_shells_would_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        line = typed(r"C:\Close\May-26.xlsx", *WORDS[1:])
    assert line == r'''C:\Close\May-26.xlsx "May & June (2).xlsx" "Mike's.xlsx" "$HOME" ""'''


def test_a_value_is_printed_on_one_line_and_does_nothing_to_the_terminal() -> None:
    text = "Bonn\nrow 7: \x1b[2J\u202e\u2028"
    assert visible(text) == "Bonn\nrow 7: [U+001B][2J[U+202E][U+2028]"
    assert visible_value(text) == "Bonn[U+000A]row 7: [U+001B][2J[U+202E][U+2028]"


def test_names_and_rows_are_listed_as_in_a_sentence() -> None:
    assert [listed("ABC"[:n]) for n in range(4)] == ["", "A", "A and B", "A, B and C"]
    assert (listed("AB", 7), listed("AB", -1), listed([], 1_200)) == ("A, B and 7 more", "A and B", "1,200 more")
    assert [rows_listed([4]), rows_listed([4, 5])] == ["row 4", "rows 4 and 5"]
    assert rows_listed([4], 2) == "rows 4 and 2 more"
