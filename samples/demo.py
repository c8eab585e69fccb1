"""What `make demo` does, against the sandbox:

first a sheet of edits is checked, previewed and sent; then an exported sheet is edited while a colleague changes
something else in Campfire, and both changes survive.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

from sync.sandbox import RunningSandbox, Setup, start

SAMPLES = Path(__file__).parent
FAST = ["--rate", "50", "--yes"]


def campfire_sync(*words: str) -> int:
    """Run a command as a person would, after showing it."""
    print(f"\n$ campfire-sync {' '.join(words)}", flush=True)
    return subprocess.run([sys.executable, "-m", "sync", *words], check=False).returncode


def say(text: str) -> None:
    """What happens besides the commands."""
    print(f"\n# {text}", flush=True)


def a_sheet_of_edits(folder: Path) -> bool:
    """Check, preview and send the samples. Exit code 1 is meant: they have rows to fix."""
    edits = str(folder / "customer_edits.xlsx")
    shutil.copy(SAMPLES / "customer_edits.xlsx", edits)
    say("A month's edits: checked, previewed against the live records, sent.")
    codes = [
        campfire_sync("check", edits),
        campfire_sync("run", edits, "--dry-run", *FAST),
        campfire_sync("run", edits, *FAST, "--out", str(folder / "results.xlsx")),
        campfire_sync("runs"),
    ]
    return codes == [1, 1, 1, 0]


def an_export_that_remembers(folder: Path, sandbox: RunningSandbox) -> bool:
    """Edit one cell of an export while somebody else edits another record. Both edits must survive."""
    sheet = folder / "customers.xlsx"
    say("An export, to be edited. It remembers what each cell held.")
    codes = [campfire_sync("export", str(sheet), "--rate", "50")]
    colleague = sandbox.edit(1020, terms="net_60")
    say(f"Meanwhile a colleague sets the Payment Terms of {colleague['name']} (1020) to Net 60 in Campfire.")
    _type_into(sheet, customer=1001, header="Notes", text="Checked in the demo.")
    say("You type a note for customer 1001, save, and run the sheet, in which 1020 still has its old terms.")
    codes.append(campfire_sync("run", str(sheet), *FAST))
    colleague, mine = sandbox.edit(1020), sandbox.edit(1001)
    survived = (colleague["terms"], mine["notes"]) == ("net_60", "Checked in the demo.")
    say(f"In Campfire now: 1020 has the Payment Terms {colleague['terms']}, 1001 has the Notes “{mine['notes']}”")
    say("Both edits are there." if survived else "One of the edits is lost. That must not happen.")
    return codes == [0, 0] and survived


def _type_into(sheet: Path, customer: int, header: str, text: str) -> None:
    workbook = load_workbook(sheet)
    rows = workbook.worksheets[0]
    column = next(cell.column for cell in rows[1] if cell.value == header)
    row = next(row[0].row for row in rows.iter_rows(min_row=2) if str(row[0].value) == str(customer))
    rows.cell(row, column).value = text
    workbook.save(sheet)


def main(folder: Path) -> int:
    """Start the sandbox, and show both."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    state = folder.absolute() / "state"
    with start(Setup(state / "sandbox", fresh=True)) as sandbox:
        os.environ |= {
            "CAMPFIRE_BASE_URL": sandbox.base_url,
            "CAMPFIRE_API_KEY": sandbox.key,
            "CAMPFIRE_SYNC_STATE": str(state),
        }
        say(f"The sandbox is at {sandbox.base_url}: a stand-in for the API, with made-up customers.")
        went_well = a_sheet_of_edits(folder) and an_export_that_remembers(folder, sandbox)
    print(f"\nThe results workbook is {(folder / 'results.xlsx').resolve()}")
    command = Path(sys.executable).with_name("campfire-sync")
    print("The sandbox has stopped, so the runs above can't be undone any more.")
    print(f"To try it yourself: {command} app, with “Try it with the sandbox”.")
    return 0 if went_well else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
