"""A workbook's shared texts lie on disk, and each is found in whatever order the cells ask for them."""

import random

import pytest

from sync.scratch import Spool
from sync.xlsx.reading import cell, shared_strings
from sync.xlsx.reading.cell import Numbers
from sync.xlsx.reading.number_format import follow
from sync.xlsx.reading.shared_strings import SharedTexts

WORDS = [f"text {number} \ud800 ü\0" for number in range(1000)]


@pytest.fixture(params=[1, 7, 100, 1000])
def texts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SharedTexts:
    """A thousand texts, taken some at a time, of which few are held."""
    monkeypatch.setattr(shared_strings, "_MOST_HELD", 90)
    texts = SharedTexts()
    for start in range(0, len(WORDS), request.param):
        texts.add(WORDS[start : start + request.param])
    return texts


def test_every_text_is_found_in_order(texts: SharedTexts) -> None:
    assert [texts[str(position)] for position in range(1000)] == WORDS


def test_every_text_is_found_in_any_order(texts: SharedTexts) -> None:
    shuffled = random.Random(7).choices(range(1000), k=5000)
    assert [texts[str(position)] for position in shuffled] == [WORDS[position] for position in shuffled]
    assert max(len(texts), len(texts._before)) <= 90 + 100 + 1


def test_a_position_with_zeros_before_it_is_that_position(texts: SharedTexts) -> None:
    assert texts["007"] == WORDS[7]


@pytest.mark.parametrize("position", ["1000", "", "-1", "x", "1.0", "99999999999999999999"])
def test_there_is_no_other_text(texts: SharedTexts, position: str) -> None:
    with pytest.raises(KeyError):
        texts[position]


def test_texts_in_order_are_fetched_group_by_group(texts: SharedTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    get = Spool.__getitem__

    def counted(spool: Spool[list[str]], number: int) -> list[str]:
        fetched.append(number)
        return get(spool, number)

    monkeypatch.setattr(Spool, "__getitem__", counted)
    monkeypatch.setattr(shared_strings, "_MOST_HELD", 250)
    for position in range(1000):
        texts[str(position)]
        assert texts["7"] == WORDS[7]  # cells ask for it again and again
    assert fetched == list(range(1000 // 100))


def test_of_a_column_of_numbers_only_the_last_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "_MOST_HELD", 90)
    numbers = Numbers(follow("General"), since_1904=False)
    assert [numbers[str(number)] for number in range(1000)] == [str(number) for number in range(1000)]
    assert len(numbers) <= 90 + 1
