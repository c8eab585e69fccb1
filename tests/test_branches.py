"""Branch coverage is measured by the tests themselves, and a floor that is missed fails them."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.branches import WANTED
from tests.support.product import ROOT


def test_a_missed_floor_fails_the_run_and_the_last_line_is_still_pytests_own(tmp_path: Path) -> None:
    """One file of tests covers little of the package."""
    few = ROOT / "tests" / "planning" / "test_summary.py"
    env = os.environ | {WANTED: "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", few]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    *_, verdict, last = done.stdout.splitlines()
    assert done.returncode == 1, done.stdout
    assert re.fullmatch(r"FAILED\. Coverage of sync/, lines and branches: \d\.\d\d % \(floor .*\)\.", verdict)
    assert re.fullmatch(r"\d+ passed in .*", last)
    report = (tmp_path / "coverage.txt").read_text(encoding="utf-8")
    assert "sync/planning/update.py" in report
    assert "sync/planning/summary.py" not in report, "all of it is covered, so it is not listed"
