"""The recipes do what they say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fault_server import KEY, FaultServer

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ROOT / "recipes"

needs_a_shell = pytest.mark.skipif(os.name == "nt", reason="a recipe for POSIX systems")


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """A folder with the command `campfire-sync`, as an installation has it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    shim = folder / "campfire-sync"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sync "$@"\n')
    shim.chmod(0o755)
    return folder


@needs_a_shell
@pytest.mark.parametrize(
    ("terms", "code", "told"),
    [("Net 45", 0, None), ("Net 37", 2, "could not start. Nothing was sent."), (None, 2, "could not start.")],
)
def test_cron_tells_somebody_when_a_run_did_not_go_well_and_only_then(
    server: FaultServer, tmp_path: Path, command: Path, terms: str | None, code: int, told: str | None
) -> None:
    edits, story, about, mapping = (tmp_path / name for name in ("north.csv", "told", "north.env", "our own.yaml"))
    mapping.write_text("id: Customer ID\ncolumns:\n  Terms: terms\n", encoding="utf-8")
    if terms:
        edits.write_text(f"Customer ID,Terms\n1,{terms}\n", encoding="utf-8")
    about.write_text(
        f"export CAMPFIRE_API_KEY={KEY} CAMPFIRE_BASE_URL={server.url} CAMPFIRE_SYNC_STATE='{tmp_path / 'state'}'\n"
        f"export PATH='{command}':$PATH\nEDITS='{edits}'\nMAPPING='{mapping}'\nTELL=\"cat > '{story}'\"\n"
    )
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = subprocess.run([RECIPES / "cron" / "campfire-monthly", about], env=env, capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    assert (done.stdout, done.stderr) == (b"", b"")  # cron would mail it
    assert story.exists() == bool(told)
    assert not told or told in story.read_text(encoding="utf-8")
    assert len(server.asked("PUT")) == (code == 0)


@needs_a_shell
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
def test_cron_applies_a_plan_once_somebody_else_has_signed_it(
    server: FaultServer, tmp_path: Path, command: Path
) -> None:
    plans, story, about, edits = (tmp_path / name for name in ("the plans", "told", "north.env", "north.csv"))
    plans.mkdir()
    edits.write_text("Customer ID,Payment Terms\n1,Net 45\n", encoding="utf-8")
    for name in ("approver", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    (tmp_path / "signers").write_text(f"approver@example.com {(tmp_path / 'approver.pub').read_text()}")
    about.write_text(
        f"export CAMPFIRE_API_KEY={KEY} CAMPFIRE_BASE_URL={server.url} CAMPFIRE_SYNC_STATE='{tmp_path / 'state'}'\n"
        f"export PATH='{command}':$PATH\nEDITS='{edits}'\nPLANS='{plans}'\nSIGNERS='{tmp_path / 'signers'}'\n"
        f"TELL=\"cat > '{story}'\"\n"
    )
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}

    def told(step: str) -> tuple[int, str]:
        story.unlink(missing_ok=True)
        script = [RECIPES / "cron" / "campfire-approved", step, about]
        done = subprocess.run(script, env=env, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == ("", "")  # cron would mail it
        return done.returncode, story.read_text(encoding="utf-8").partition("\n")[0] if story.exists() else ""

    def signed_by(name: str) -> None:
        words = [command / "campfire-sync", "approve", plan, "--key", tmp_path / name]
        subprocess.run(words, env=env, capture_output=True, check=True)

    code, words = told("preview")
    [plan] = plans.glob("*.plan")
    assert (code, words) == (0, f"{plan} waits for a signature. Look at {plan}.html first.")
    assert (told("preview"), told("apply")) == ((0, ""), (0, ""))
    signed_by("stranger")
    assert told("apply") == (2, f"{plan} was not applied. Nothing was sent.")
    assert (told("apply"), server.asked("PUT")) == ((0, ""), [])
    signed_by("approver")
    assert told("apply") == (0, f"{plan} was applied.")
    assert server.changed(1) == {"terms": "net_45"}
    assert (told("apply"), len(server.asked("PUT"))) == ((0, ""), 1)


@needs_a_shell
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
def test_in_ci_the_preview_and_the_apply_share_nothing_but_the_plan(
    server: FaultServer, tmp_path: Path, command: Path
) -> None:
    recipes = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    preview, apply = re.findall(r"^  script: (.*)$", recipes, flags=re.MULTILINE)
    jobs = tmp_path / "preview", tmp_path / "apply"
    for job in jobs:
        job.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    public = (tmp_path / "key.pub").read_text()
    (tmp_path / "signers").write_text(f'approver@example.com namespaces="campfire-sync" {public}')
    (jobs[0] / "edits.csv").write_text("Customer ID,Payment Terms\n1,Net 45\n", encoding="utf-8")

    def run(script: str, job: Path) -> None:
        env = {
            "PATH": f"{command}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(job),
            "CAMPFIRE_API_KEY": KEY, "CAMPFIRE_BASE_URL": server.url, "CAMPFIRE_SYNC_STATE": str(job / "state"),
            "SIGNERS": str(tmp_path / "signers"), "SIGNATURE": str(tmp_path / "month.plan.sig"),
        }  # fmt: skip
        done = subprocess.run(["/bin/sh", "-c", script], cwd=job, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    run(preview, jobs[0])
    shutil.copy(jobs[0] / "month.plan", jobs[1])
    shutil.copy(jobs[0] / "month.plan", tmp_path)  # to the approver
    run(f"campfire-sync approve '{tmp_path / 'month.plan'}' --key '{tmp_path / 'key'}'", tmp_path)
    shutil.rmtree(jobs[0])
    assert server.asked("PUT") == []
    run(apply, jobs[1])
    assert server.changed(1) == {"terms": "net_45"}


def test_the_container_copies_files_that_are_there() -> None:
    lines = (RECIPES / "container" / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
