"""Draws docs/pictures/terminal.svg: a real run against the stand-in for the API, on a terminal of its own.

python docs/pictures/draw_terminal.py docs/pictures/terminal.svg
"""

import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sync.sandbox import Setup, start

COLUMNS = 100
EDITS = """\
Customer ID,Payment Terms,Zip Code,Notes
1001,Net 45,,
1002,Net 60,,Agreed by telephone
1004,,,N/A
1011,,5401,
1012,Net 37,,
"""
FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # fonts that the picture would fetch


def on_a_terminal(folder: Path, environment: dict[str, str], words: list[str], answer: str) -> str:
    """What a command shows, with its question answered."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sync", *words], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = ""
    while True:
        try:
            shown += os.read(ours, 4096).decode(errors="replace")
        except OSError:  # the command has ended
            break
        if shown.endswith("[y/N]: "):
            os.write(ours, f"{answer}\n".encode())
    process.wait()
    return re.sub(r"[^\n]*\r(?!\n)", "", shown.replace("\r\n", "\n"))  # a progress bar that was drawn over itself


def main(picture: Path) -> None:
    """Run the command, and draw what it showed."""
    with tempfile.TemporaryDirectory() as name, start(Setup(Path(name) / "sandbox", fresh=True)) as sandbox:
        folder = Path(name)
        (folder / "november.csv").write_text(EDITS, encoding="utf-8")
        environment = {variable: value for variable, value in os.environ.items() if variable != "NO_COLOR"} | {
            "CAMPFIRE_BASE_URL": sandbox.base_url,
            "CAMPFIRE_API_KEY": sandbox.key,
            "CAMPFIRE_SYNC_STATE": str(folder / "state"),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "COLUMNS": str(COLUMNS),
            "TERM": "xterm-256color",
        }
        shown = on_a_terminal(folder, environment, ["run", "november.csv", "--rate", "50"], "y")
    shown = shown.replace(sandbox.base_url, "https://api.meetcampfire.com").replace(f"{folder}/", "")
    shown = re.sub(r"\S*/mappings/", "mappings/", shown)
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    console.print(Text("$ campfire-sync run november.csv\n") + Text.from_ansi(shown))
    svg = FROM_ELSEWHERE.sub("", console.export_svg(title="campfire-sync"))
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL).replace("Fira Code", "ui-monospace, Menlo, Consolas")
    picture.write_text(re.sub(r"terminal-\d+", "terminal", svg), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
