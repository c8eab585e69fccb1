"""`make demo` shows what it promises: the samples are sent, and two people's edits survive each other."""

import subprocess
import sys
from pathlib import Path

from tests.support.product import ROOT


def test_the_demo_ends_well(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "samples" / "demo.py"), str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# Both edits are there." in done.stdout
    assert (tmp_path / "demo" / "results.xlsx").exists()
