"""Run the DAG under Airflow against the local stand-in for the API: `make recipes` does.

    try_it.py BIN    the folder of Airflow's commands

Two companies: for each an export is edited by a cell; an approver signs the plans while Airflow waits for them; in the
end the stand-in must hold both edits.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import openpyxl

from sync import sandbox

DAG = Path(__file__).with_name("campfire_dag.py")
CUSTOMERS = {"north": 1001, "south": 1002}
TEST = "import runpy, sys; run = runpy.run_path(sys.argv[1])['campfire'].test(); sys.exit(str(run.state) != 'success')"


def call(*command: object, env: Mapping[str, str], cwd: Path | None = None) -> None:
    """Run a command, and end here if it fails."""
    done = subprocess.run([str(part) for part in command], env=env, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-5000:]}")


def edited_export(folder: Path, customer: int, env: Mapping[str, str]) -> None:
    """The month's sheet: an export in which one cell is edited."""
    call("campfire-sync", "export", "edits.xlsx", "--quiet", env=env, cwd=folder)
    book = openpyxl.load_workbook(folder / "edits.xlsx")
    sheet = book.active
    headers = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if str(row[0].value) == str(customer))
    row[headers.index("Notes")].value = f"Edited by {folder.name}"
    book.save(folder / "edits.xlsx")


def sign_plans(folder: Path, key: Path, env: Mapping[str, str], enough: threading.Event) -> None:
    """The approver: sign each plan that turns up."""
    while not enough.wait(0.5):
        for plan in folder.glob("*/*.plan"):
            if not Path(f"{plan}.sig").exists():
                call("campfire-sync", "approve", plan, "--key", key, env=env)


def main(airflow: Path) -> None:
    """Set everything up in a temporary folder, and run the DAG once."""
    with tempfile.TemporaryDirectory(prefix="campfire-airflow-") as name:
        folder = Path(name)
        command = folder / "bin" / "campfire-sync"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sync "$@"\n')
        command.chmod(0o755)
        (folder / "dags").mkdir()
        dag = shutil.copy(DAG, folder / "dags")
        with sandbox.start(sandbox.Setup(folder / "sandbox", fresh=True)) as api:
            env = os.environ | {
                "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(DAG.parents[2]),
                "CAMPFIRE_BASE_URL": api.base_url,
                "CAMPFIRE_API_KEY": api.key,
                "CAMPFIRE_FOLDER": str(folder),
                "CAMPFIRE_COMPANIES": " ".join(CUSTOMERS),
                "CAMPFIRE_LOOK_EVERY": "1",
                "AIRFLOW_HOME": str(folder / "airflow"),
                "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
                "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
            }
            key = folder / "approver"
            call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "approver@example.com", "-f", key, env=env)
            signer = f'approver@example.com namespaces="campfire-sync" {key.with_suffix(".pub").read_text()}'
            for company, customer in CUSTOMERS.items():
                (folder / company).mkdir()
                (folder / company / "signers").write_text(signer)
                edited_export(folder / company, customer, env)
                env[f"AIRFLOW_CONN_CAMPFIRE_{company.upper()}"] = json.dumps({"conn_type": "http", "password": api.key})
            enough = threading.Event()
            approver = threading.Thread(target=sign_plans, args=(folder, key, env, enough))
            approver.start()
            try:
                call(airflow / "airflow", "db", "migrate", env=env)
                call(airflow / "python", "-c", TEST, dag, env=env)
            finally:
                enough.set()
                approver.join()
            for company, customer in CUSTOMERS.items():
                url = f"{api.base_url}/rr/api/v1/customers/{customer}"
                request = Request(url, headers={"Authorization": f"Token {api.key}"})
                notes = json.load(build_opener(ProxyHandler({})).open(request))["notes"]
                if notes != f"Edited by {company}":
                    sys.exit(f"customer {customer} holds “{notes}”")
                print(f"{company}: previewed, approved, applied: customer {customer} is “{notes}”.")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
