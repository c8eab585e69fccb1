"""Cells as XML: text is always text and comes back as it was, numbers keep their digits."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.xlsx.columns import letters_at
from sync.xlsx.writing.cells import (
    all_plain,
    cut,
    fits,
    is_number,
    number_bodies,
    number_body,
    number_cell,
    text_bodies,
    text_body,
    text_cell,
    text_lines,
    usual_number,
)

ANY_TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("_x0041F\r\n\t <&>\ud800\ufffe\x07"), max_size=30
)


def unescaped(text: str) -> str:
    """What Excel makes of a stored text."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


@given(ANY_TEXT)
@example("_x0041\x07")  # a reader would take this for an escape, once the second half has become one
@example("_x0041_x0042_")
@example("\x07x0041_")
def test_any_text_comes_back_as_it_was(text: str) -> None:
    """Lone surrogates, control characters and what only looks like an escape among it."""
    inner = ElementTree.fromstring(f"<row>{text_cell('A1', 0, text)}</row>".encode()).findtext(".//t") or ""
    assert unescaped(inner) == text


@given(st.lists(ANY_TEXT | st.just(""), min_size=1, max_size=4))
@example(["a ", "b"])
@example(["a", " b"])
@example(["a\nb"])
def test_plain_texts_need_no_care(texts: list[str]) -> None:
    """What `all_plain` lets through is written as it stands, so a cell of its own must look the same."""
    if all_plain(texts):
        for text in filter(None, texts):
            assert text_cell("A1", 0, text) == f'<c r="A1" s="0" t="inlineStr"><is><t>{text}</t></is></c>'
            assert "\n" not in text  # it would have to be wrapped


@given(st.lists(ANY_TEXT | st.just(""), max_size=4))
@example(["plain", "", "a & b"])
@example(["short", "x" * 20_000, "😀" * 17_000])
def test_texts_that_are_looked_at_together_become_the_same_cells_as_each_alone(texts: list[str]) -> None:
    assert text_bodies(7, texts) == [text_body(7, text) for text in texts]


@given(st.lists(st.decimals().map(str) | st.integers().map(str) | ANY_TEXT, max_size=4))
@example(["12.5", "", "12.5", "1234567890123456"])
@example(["1", "2 3"])
@example(["1", "0.0000000000000012345"])
def test_numbers_that_are_looked_at_together_become_the_same_cells_as_each_alone(numbers: list[str]) -> None:
    assert number_bodies(1, numbers, 2) == [number_body(1, number, 2) for number in numbers]


def test_many_texts_that_each_fit_into_a_cell_are_plain_together() -> None:
    assert all_plain(["x" * 10_000] * 5)


def test_usual_texts_are_plain() -> None:
    assert all_plain(["1001", "", "Muster & Söhne KG".replace("&", "und"), "+49 221 555 0108", "=1+1"])


@pytest.mark.parametrize("text", ["a<b", "a & b", "]]>", "_x0041_", " a", "a ", "a\tb", "a\nb", "a\x07", "x" * 20_000])
def test_a_text_that_needs_care_is_not_plain(text: str) -> None:
    assert not all_plain(["b", text, "c"])


@pytest.mark.parametrize("text", [" a", "a ", "\ta", "a\n"])
def test_blanks_at_either_end_are_kept_by_every_program(text: str) -> None:
    assert 'xml:space="preserve"' in text_cell("A1", 0, text)


@pytest.mark.parametrize(("line_feeds", "whole"), [(253, True), (254, False), (5_000, False)])
def test_a_text_has_at_most_as_many_line_feeds_as_excel_takes(line_feeds: int, whole: bool) -> None:
    """Microsoft, "Excel specifications and limits": 253 in a cell."""
    text = "a\n" * line_feeds + "end"
    assert fits(text) is whole
    assert cut(text).count("\n") <= 253
    assert (cut(text) == text) is whole
    if not whole:
        assert cut(text).endswith(f"… [cut: {line_feeds + 1:,} lines, the whole text is in the journal]")


@pytest.mark.parametrize(
    ("text", "kept"),
    [("123456789012345", True), ("1234567890123456", False), ("0.1", True), ("-12.345", True), ("1E3", True),
     ("NaN", False), ("", False), ("1,5", False), ("0.0000000000000012345", True)],
)  # fmt: skip
def test_a_number_is_a_number_as_long_as_excel_keeps_its_digits(text: str, kept: bool) -> None:
    assert is_number(text) is kept
    if usual_number(text):
        assert kept


def test_a_number_that_excel_would_round_becomes_a_text() -> None:
    assert number_cell("A1", 1, "12.5", 2) == '<c r="A1" s="1"><v>12.5</v></c>'
    assert 's="2" t="inlineStr"' in number_cell("A1", 1, "1234567890123456", 2)


def test_a_chinese_or_korean_letter_is_as_wide_as_two() -> None:
    assert text_lines("字" * 60, 42) == text_lines("ab" * 60, 42) == 3
    assert text_lines("é" * 60, 42) == text_lines("a" * 60, 42) == 2


def test_columns_are_named_as_in_excel() -> None:
    assert [letters_at(n) for n in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
