"""What `make demo` does:

previews and sends samples/customer_edits.xlsx to the stand-in of the API, and says what came of it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parent
COMMON = ["--sandbox", "--rate", "50", "--yes"]


def campfire_sync(*words: str) -> int:
    """Run a command as a person would, after showing it."""
    print(f"\n$ campfire-sync {' '.join(words)}", flush=True)
    return subprocess.run([sys.executable, "-m", "sync", *words], check=False).returncode


def main(folder: Path) -> int:
    """Preview, run, and list what was run. Exit code 1 of `run` is meant: the samples have rows to fix."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    edits, state = folder / "customer_edits.xlsx", ["--state-dir", str(folder / "state")]
    shutil.copy(SAMPLES / "customer_edits.xlsx", edits)
    codes = [
        campfire_sync("check", str(edits)),
        campfire_sync("run", str(edits), "--dry-run", *COMMON, *state),
        campfire_sync("run", str(edits), *COMMON, "--out", str(folder / "results.xlsx"), *state),
        campfire_sync("runs", *state),
    ]
    print(f"\nThe results workbook is {(folder / 'results.xlsx').resolve()}")
    return 0 if codes == [1, 1, 1, 0] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
