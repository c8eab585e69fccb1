"""The word lists that come with the package."""

from pathlib import Path

import pytest
import yaml

from sync.contract import words
from tests.support.product import ROOT

LISTS = (("contract", "words.yaml"), ("mapping", "synonyms.yaml"))


@pytest.mark.parametrize(("folder", "name"), LISTS)
def test_the_parser_in_c_reads_the_word_lists_as_the_one_in_python_does(folder: str, name: str) -> None:
    text = Path(ROOT, "sync", folder, name).read_text(encoding="utf-8")
    assert words.word_lists(folder, name) == yaml.load(text, yaml.BaseLoader)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this build of PyYAML has no parser in C")
@pytest.mark.parametrize(("folder", "name"), LISTS)
def test_the_parser_in_python_which_is_slow_is_not_used_for_them(
    folder: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(yaml.reader.Reader, "forward")
    words.word_lists.cache_clear()
    assert words.word_lists(folder, name)
