"""An edit is not the person's if it is only what a program made of the present value."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sync.planning.damaged_text import CODE_PAGES
from sync.planning.losses import loss

LOSSES = {
    "leading_zeros": [("02134", "2134"), ("00501", "501"), ("000", "0"), ("0" + "1" * 30, "1" * 30),
                      ("02134", "2134.0"), ("007.0", "7"),
                      ("-05", "-5"), ("-007", "-7.0")],
    "plus_sign": [("+15550100", "15550100"), ("+049", "49")],
    "trailing_zeros": [("12.50", "12.5"), ("1.10", "1.1"), ("1,10", "1,1")],
    "digits_lost": [("1234567890123456", "1234567890123450"), ("1234567890123456", "1234567890123460"),
                    ("1234567890123456789", "1234567890123450000"), ("0012345678901234567", "12345678901234500"),
                    ("12345678901234567890", "12345678901234567000")],
    "decimals_added": [("10115", "10115.0"), ("10115", "10115.00"), ("10115", "10115,0"), ("1.5", "1.50"),
                       ("-5", "-5.0")],
    "number_from_code": [("12E5", "1200000"), ("1E3", "1000.0"), ("3e10", "30000000000"), ("1.5E2", "150")],
    "apostrophe_added": [("02134", "'02134"), ("+49 30", "’+49 30")],
    "date_from_code": [("3-4", "4-Mar"), ("3-4", "3-Apr"), ("3-4", "2026-04-03"), ("3-4", "2026-03-04"),
                       ("3/4", "2026-03-04 00:00:00"), ("MAR 24", "2024-03-01"), ("MAR 24", "Mar-24"),
                       ("MAR24", "24-Mar"), ("SEPT2", "2-Sep"), ("1-2-3", "2003-01-02"), ("10-11", "10/11/2026"),
                       ("3-4", "03/abr"), ("3-4", "4月3日"), ("1-2-3", "2003/1/2"), ("1-2-3", "2003. 01. 02."),
                       ("1-2-3", "01/02/03"), ("10.12.20", "12/10/20"),
                       ("3-4", "3. Apr"), ("3-4", "4-Mrz"), ("1-1999", "1999-01-01"), ("3-4", "46115")],
    "time_from_code": [("1:30", "01:30:00"), ("12:30", "12:30:00"), ("9:05:07", "09:05:07"), ("27:15", "27:15:00"),
                       ("5 PM", "17:00:00"), ("12 a", "00:00:00"),
                       ("1:30 p.m.", "13:30:00"),
                       ("5 A", "5:00 AM"), ("8pm", "8:00 PM"), ("10 P", "22:00"), ("1:2", "1:02"),
                       ("1:2:3", "1:02:03"),
                       ("12:30", "0.520833333333333"), ("27:15", "1.13541666666667")],
    "letters_damaged": [("Łódź", "?ód?"), ("Łódź", "£ódŸ"), ("München", "MÃ¼nchen"), ("München", "M?nchen"),
                        ("München", "M\ufffdnchen"), ("Zürich", "ZŸrich"), ("Привет", "??????"),
                        ("Привет", "Ïðèâåò"), ("Αθήνα", "ÁèÞíá"), ("München", "MÃƒÂ¼nchen"), ("Café", "CafŽ"),
                        ("São Paulo", "SÃ£o Paulo"), ("O’Neill", "Oâ€™Neill"), ("O’Neill", "O?Neill")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "before", "after"), [(kind, *pair) for kind, pairs in LOSSES.items() for pair in pairs]
)
def test_what_a_program_made_of_the_present_value_is_told_by_its_kind(kind: str, before: str, after: str) -> None:
    assert loss(before, after) == kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2134", "02134"),  # zeros put back
        ("80331.0", "80331"),  # a decimal part taken away again
        ("80331.00", "80331"),
        ("02134", "02135"),
        ("-05", "5"),
        ("-5.0", "-5"),
        ("1:30", "01:31:00"),
        ("1:30", "1:31"),
        ("1:30", "1:30 AM"),
        ("1:30 p.m.", "1:30 PM"),
        ("5 A", "5:00 PM"),
        ("10-12-20", "12-10-20"),  # a code of the same form
        ("3/4", "04/05/06"),
        ("01:30:00", "1:30"),  # the other way round is a correction
        ("5", "05:00:00"),
        ("13 PM", "13:00:00"),
        ("02134", "021340"),
        ("A0213", "213"),
        ("", "0"),
        ("123456789012345", "123456789012340"),  # 15 digits are kept
        ("1234567890123456", "1234567890123457"),
        ("Net 007", "Net 7"),
        ("1200000", "12E5"),
        ("'02134", "02134"),
        ("4-Mar", "3-4"),
        ("2024-03-01", "MAR 24"),
        ("3-4", "4-3"),
        ("2026-03-04", "2026-04-03"),
        ("MÃ¼nchen", "München"),
        ("?ód?", "Łódź"),
        ("ZŸrich", "Zürich"),
        ("£ódŸ", "Łódź"),
        ("Ïðèâåò", "Привет"),
        ("Köln", "Koln"),
        ("Zürich", "Zürich?"),
        ("Straße 3", "Straße 4"),
        ("Müller", "Möller"),
        ("Provgatan 71", "Provgatan 17"),
        ("Marktstr. 3", "Marktstr. 4"),
        ("1 April Street", "2 April Street"),
        ("Mai 5", "Mai 6"),
        ("+1 202 555 0100", "+1 202 555 0101"),
    ],
)
def test_any_other_edit_is_an_edit(before: str, after: str) -> None:
    assert loss(before, after) == ""


# --- by kind: what a program does, done to any text ---

DIGITS = st.text("0123456789", min_size=1, max_size=14)


@given(digits=DIGITS, zeros=st.integers(1, 5))
def test_any_leading_zeros_that_are_lost(digits: str, zeros: int) -> None:
    before = "0" * zeros + digits
    for after in (str(int(before)), f"{int(before)}.0"):
        assert loss(before, after) == "leading_zeros"
    assert loss(str(int(before)), before) == ""


@given(digits=st.text("0123456789", min_size=17, max_size=40))
def test_any_digits_beyond_the_fifteenth_that_are_lost(digits: str) -> None:
    before = "1" + digits
    after = before[:15] + "0" * (len(before) - 15)
    assume(after != before)
    assert loss(before, after) == "digits_lost"


@given(digits=DIGITS, places=st.integers(1, 3))
def test_any_decimal_part_that_is_added_and_taken_away_again(digits: str, places: int) -> None:
    whole = "1" + digits
    assert loss(whole, f"{whole}.{'0' * places}") == "decimals_added"
    assert loss(f"{whole}.{'0' * places}", whole) == ""


@given(mantissa=st.integers(1, 9999), exponent=st.integers(0, 20))
def test_any_code_that_is_read_as_a_number_in_e_notation(mantissa: int, exponent: int) -> None:
    code, number = f"{mantissa}E{exponent}", mantissa * 10**exponent
    assert loss(code, str(number)) == "number_from_code"
    assert loss(code, f"{number}.0") == "number_from_code"
    assert loss(str(number), code) == ""


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@given(month=st.integers(1, 12), day=st.integers(1, 28), year=st.integers(1990, 2040), separator=st.sampled_from("-/."))
def test_any_code_that_is_read_as_a_date(month: int, day: int, year: int, separator: str) -> None:
    shown = (f"{day}-{MONTHS[month - 1]}", f"{year}-{month:02}-{day:02}")
    codes = [f"{month}{separator}{day}", f"{day}{separator}{month}", f"{MONTHS[month - 1].upper()}{day}"]
    for code in codes:
        for cell in shown:
            assert loss(code, cell) == "date_from_code", (code, cell)
            assert loss(cell, code) in ("", "date_from_code")
    assert loss(f"{month}{separator}{day}", f"{year}-{month % 12 + 1:02}-28") in ("", "date_from_code")
    assert loss(f"{MONTHS[month - 1]} {year % 100:02}", f"{year}-{month:02}-01") == "date_from_code"


@given(text=st.text("0123456789+", min_size=1, max_size=12))
def test_any_apostrophe_that_is_added(text: str) -> None:
    assert loss(text, "'" + text) == "apostrophe_added"


WORDS = st.text("abcdefgABCDEFG üöäßéèçñãõåøæłńśźżőűčšžřěąęăîșțğıÜÖÄÉŁŚŽČàùâêô", min_size=1, max_size=12)


@settings(max_examples=200)
@given(word=WORDS, page=st.sampled_from(("ascii", *CODE_PAGES)))
@example(word="Łódź", page="cp1252")
def test_any_letters_that_a_code_page_lacks(word: str, page: str) -> None:
    word = "x" + word + "x"
    saved = word.encode(page, "replace").decode(page)
    assume(saved != word)
    assert loss(word, saved) == "letters_damaged"
    assert loss(saved, word) == ""


@settings(max_examples=200)
@given(word=WORDS, page=st.sampled_from(CODE_PAGES))
@example(word="München", page="cp1252")
@example(word="München", page="mac_roman")
def test_any_utf_8_that_is_read_in_a_code_page(word: str, page: str) -> None:
    word = "x" + word + "x"
    try:
        shown = word.encode("utf-8").decode(page)
    except UnicodeDecodeError:
        return
    assume(shown != word and shown == shown.strip())
    assert loss(word, shown) == "letters_damaged"
