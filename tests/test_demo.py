"""`make demo` shows what it promises: the samples are sent, and two people's edits survive each other."""

import os
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.processes import Starter
from tests.support.product import ROOT


@pytest.fixture
def demo(starter: Starter, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The demo, whose commands are started as the other tests start them."""
    spec = spec_from_file_location("demo", ROOT / "samples" / "demo.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "campfire_sync", lambda *words: starter.run(*words, env=dict(os.environ)).returncode)
    for name in ("CAMPFIRE_BASE_URL", "CAMPFIRE_API_KEY", "CAMPFIRE_SYNC_STATE"):
        monkeypatch.setenv(name, "the demo sets it")
    return module


def test_the_demo_ends_well(demo: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(tmp_path / "demo") == 0
    assert "# Both edits are there." in capsys.readouterr().out
    assert (tmp_path / "demo" / "results.xlsx").exists()
