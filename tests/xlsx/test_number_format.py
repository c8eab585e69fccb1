"""Number formats: what is shown of a number or a text, or that it cannot be told."""

from decimal import Decimal

import pytest

from sync.xlsx.reading.dates import BadDate
from sync.xlsx.reading.format_section import CannotFollow
from sync.xlsx.reading.number_format import BUILT_IN, follow


def shown(code: str, number: str) -> str:
    return follow(code).shown(Decimal(number))


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("#,##0.00;@", "-1250.5", "-1,250.50"),  # the section with @ is for texts, so one is left for all numbers
        ("0;-0;;@", "-5", "-5"),
        ("0.0;(0.0)", "-5", "(5.0)"),
        ("0;-0;0.00", "0", "0.00"),
        ("General;-General", "-1.5", "-1.5"),
        ("$#,##0.00", "1234.5", "$1,234.50"),
        ('"$"#,##0.00', "-1234.5", "-$1,234.50"),
        ('"$"#,##0_);\\("$"#,##0\\)', "-1234", "($1,234)"),
        ("[$€-407] #,##0.00", "1234.5", "€ 1,234.50"),
        ("#,##0.00\\ [$€-1]", "1234.5", "1,234.50 €"),
        ("[$EUR] 0.00", "2", "EUR 2.00"),
        ('#,##0 "CHF"', "2000", "2,000 CHF"),
        ("0\\ %", "0.5", "50 %"),
        ("(000) 000-0000", "2125550100", "(212) 555-0100"),
        ('_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', "0", "-"),
        ("0.00000000E+00", "0", "0.00000000E+00"),
        ("0.0E+0", "0.000123", "1.2E-4"),
    ],
)
def test_what_can_be_followed_is_shown_as_excel_shows_it(code: str, number: str, text: str) -> None:
    assert shown(code, number) == text


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ('[<0]"";0%', "-5"),
        ('[=1]"yes";[=0]"no";0', "0"),
        ("0;[Red][>100]0", "5"),
        ("0;[Red]0", "-5"),  # red is the only sign
        ("0;;", "-5"),
        ('"yes";"no"', "1"),
        ("0/0", "0.5"),
        ("# ??/??", "0.5"),
        ("##0.0E+0", "12345"),
        ("0.0E-0", "12345"),
        ('"C-"00000', "115"),
        ('0" kg"', "5"),
        ("*-0", "5"),
        ("[DBNum1]0", "5"),
        ("0;0;0;0;0", "5"),
        ('@" Ltd"', "5"),
        ("0.0.0", "5"),
        ("0,", "5000"),
    ],
)
def test_what_cannot_be_told_is_never_guessed(code: str, number: str) -> None:
    with pytest.raises(CannotFollow):
        shown(code, number)


@pytest.mark.parametrize(
    ("code", "serial", "text"),
    [
        ("yyyy", "45000.5", "2023"),
        ("yy", "45000", "23"),
        ("mm-yyyy", "45000", "03-2023"),
        ("d.m.", "45000", "15.3."),
        ("dddd, mmmm dd, yyyy", "45000", "2023-03-15"),
        ('d" de "mmmm" de "yyyy', "45000", "2023-03-15"),
        ('yyyy"年"m"月"d"日"', "45000", "2023-03-15"),
        ("[$-F800]dddd\\, mmmm dd\\, yyyy", "45000", "2023-03-15"),
        ("[$-x-sysdate]d/m/yyyy", "45000", "2023-03-15"),
        ("dd/mm/yyyy hh:mm", "45000.5217", "2023-03-15T12:31:00"),
        ("yyyy\\-mm\\-dd\\Thh:mm:ss.000", "45000.123456", "2023-03-15T02:57:46.598"),
        ("h:mm", "0.52170", "12:31:00"),
        ("h:mm:ss", "0.999999999", "00:00:00"),
        ("h:mm AM/PM", "0.75", "18:00:00"),
        ("mm:ss", "0.5217", "31:15"),
        ("mm:ss.0", "0.52170", "31:14.9"),
        ("[h]:mm:ss", "1.5", "36:00:00"),
        ("[h]:mm", "1.51", "36:14"),
        ("[hh]:mm:ss;@", "0.1", "02:24:00"),
        ("[mm]:ss", "0.1", "144:00"),
        ("[s]", "0.1", "8640"),
    ],
)
def test_dates_are_read_whole_as_iso_and_in_parts_as_they_are_shown(code: str, serial: str, text: str) -> None:
    assert shown(code, serial) == text
    assert follow(code).is_date


@pytest.mark.parametrize(
    "code",
    ["mmm-yy", "d-mmm", "mmmm", "dddd", "m/yyyy", '"Due "d-mmm-yyyy', "d-mmm-yyyy h", '[h]" hours"', "h AM/PM", "ge"],
)
def test_a_part_of_a_date_that_depends_on_excels_language_or_hides_words_is_not_guessed(code: str) -> None:
    with pytest.raises(CannotFollow):
        shown(code, "45000.25")


@pytest.mark.parametrize(
    ("code", "serial"), [("[h]:mm:ss;@", "-1.2"), ("h:mm", "-0.1"), ("yyyy", "0"), ("d/m/yy", "60")]
)
def test_a_date_that_excel_does_not_have_is_bad(code: str, serial: str) -> None:
    with pytest.raises(BadDate):
        shown(code, serial)


ACCOUNTING = r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)'


@pytest.mark.parametrize("code", ["General", "@", "0.00", "0;-0;;@", ACCOUNTING, "yyyy"])
def test_most_formats_show_a_text_as_it_is(code: str) -> None:
    assert follow(code).shows_texts_as_they_are
    assert follow(code).shown_text("two words") == "two words"


@pytest.mark.parametrize(("code", "text"), [("\\(@\\)", "(x)"), ('@" Ltd"', "x Ltd"), ('0;0;0;"Mr "@', "Mr x")])
def test_a_text_section_shows_its_words_too(code: str, text: str) -> None:
    assert not follow(code).shows_texts_as_they_are
    assert follow(code).shown_text("x") == text


@pytest.mark.parametrize("code", [";;;", '0;0;0;"hidden"', "0;0;0;[Red]"])
def test_a_text_that_its_format_hides_cannot_be_told(code: str) -> None:
    with pytest.raises(CannotFollow):
        follow(code).shown_text("x")


@pytest.mark.parametrize(("code", "pads"), [("00000", True), ("000-00-0000", True), ("0", False), ("0.00", False)])
def test_leading_zeros_are_told(code: str, pads: bool) -> None:
    assert follow(code).pads_with_zeros == pads


def test_every_built_in_format_is_followed_or_said_not_to_be() -> None:
    for code in BUILT_IN.values():
        for number in "0", "1.5", "45000", "-1":
            try:
                assert shown(code, number).strip() or number == "0"
            except (CannotFollow, BadDate):
                continue
