"""What a command reads is a file. A pipe or a device may give nothing for ever, or never end."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.commands.plan_file import read_plan
from sync.commands.same_file import sha256
from sync.contract.load import load as load_resource
from sync.errors import CannotStart
from sync.export.selection import ids_of
from sync.mapping import load
from sync.sheet import read

READERS: dict[str, Callable[[Path], Any]] = {
    "edits.csv": read,
    "edits.xlsx": read,
    "mapping.yaml": load.load,
    "resource.yaml": lambda path: load_resource(str(path)),
    "ids.txt": lambda path: ids_of(path, load.load(load.default_path())),
    "month.plan": read_plan,
    "hashed": sha256,
    "without an ending": read,
}


@pytest.mark.skipif(os.name == "nt", reason="a device has no name in a folder there")
@pytest.mark.parametrize("name", READERS)
def test_a_device_is_refused_in_the_same_sentence_whatever_reads_it(name: str, tmp_path: Path) -> None:
    (tmp_path / name).symlink_to(os.devnull)
    with pytest.raises(CannotStart) as refused:
        READERS[name](tmp_path / name)
    sentence = "is a pipe or a device. Save what it gives in a file, and name that."
    assert str(refused.value) == f"{tmp_path / name} {sentence}"
