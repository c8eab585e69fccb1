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

    def campfire_sync(*words: str) -> int:
        done = starter.run(*words, env=dict(os.environ))
        module.say(done.stderr)
        return done.returncode

    monkeypatch.setattr(module, "campfire_sync", campfire_sync)
    for name in ("CAMPFIRE_BASE_URL", "CAMPFIRE_API_KEY", "CAMPFIRE_SYNC_STATE"):
        monkeypatch.setenv(name, "the demo sets it")
    return module


def test_the_demo_ends_as_its_story_goes(demo: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(tmp_path / "demo") == 0
    told = capsys.readouterr().out
    assert "# Both edits are there." in told
    assert "1 cell was changed in Campfire since the export and is left alone: Payment Terms of customer 1020." in told
    assert (tmp_path / "demo" / "results.xlsx").exists()
