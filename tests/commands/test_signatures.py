"""A second person signs a plan with an SSH key; the maker cannot."""

import getpass
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import wishes_for, write_sheet

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")

OPTIONS = (*FAST, "--json")
NAMESPACE = 'namespaces="campfire-sync"'


@pytest.fixture
def plan(campfire: Campfire, tmp_path: Path) -> Path:
    path = tmp_path / "month.plan"
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5)))
    assert campfire("run", sheet, "--dry-run", "--plan", path, *OPTIONS).exit_code == 0
    return path


Key = Callable[[str], Path]


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """A new key under this name."""

    def make(name: str) -> Path:
        path = tmp_path / f"id_{name}"
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
        return path

    return make


def public(key: Path) -> str:
    return " ".join(Path(f"{key}.pub").read_text(encoding="utf-8").split()[:2])


def signers(folder: Path, *lines: str) -> Path:
    path = folder / "signers"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def apply(campfire: Campfire, plan: Path, allowed: Path) -> Ran:
    return campfire("apply", plan, "--require-approval", allowed, *OPTIONS)


def test_a_plan_that_another_person_signed_is_applied_and_names_the_approver(
    server: FaultServer, campfire: Campfire, plan: Path, key: Key, tmp_path: Path
) -> None:
    approver = key("approver")
    allowed = signers(tmp_path, f"approver {NAMESPACE} {public(approver)}")
    assert campfire("approve", plan, "--key", approver).exit_code == 0
    shown = campfire("verify", plan, "--signers", allowed, "--json")
    assert (shown.exit_code, shown.json["approved_by"]) == (0, ["approver"])
    ran = apply(campfire, plan, allowed)
    assert (ran.exit_code, ran.json["approved_by"]) == (0, ["approver"])
    assert len(server.asked("PUT")) == 4


def test_the_summary_ties_the_run_to_the_plan_and_its_maker(
    server: FaultServer, campfire: Campfire, plan: Path, tmp_path: Path
) -> None:
    made = campfire("verify", plan, "--json").json
    ran = campfire("apply", plan, *OPTIONS)
    rows = openpyxl.load_workbook(ran.json["results"])["Summary"].iter_rows(values_only=True)
    about = {row[0]: row[1] for row in rows}
    assert (about["Previewed by"], about["SHA-256 of the plan"]) == (made["by"], made["sha256"])


def sealed(plan: dict[str, Any]) -> bytes:
    """A plan with the hash that belongs to it."""
    lines = ",\n".join(f'"{name}": {json.dumps(value)}' for name, value in (plan | {"sha256": "0" * 64}).items())
    text = f"{{\n{lines}\n}}\n"
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    return text.replace("0" * 64, digest, 1).encode("ascii")


def test_who_approves_is_shown_each_change_and_the_totals_in_plain_words(
    campfire: Campfire, plan: Path, key: Key
) -> None:
    shown = campfire("verify", plan).stdout
    assert "Changes:\n  row 2, customer 1" in shown
    assert "would change (" in shown
    assert " → " in shown
    assert "Totals:    USD: Total revenue " in shown
    assert "total_revenue" not in shown
    signed = campfire("approve", plan, "--key", key("approver")).stderr
    assert shown.partition("Changes:")[2].partition("Approved:")[0] in signed
    assert f"Send it along with {plan.name}" in signed


def test_the_plan_is_shown_before_it_is_signed(campfire: Campfire, plan: Path, tmp_path: Path) -> None:
    """A key that cannot be used stands for somebody who stops at the passphrase."""
    (tmp_path / "no_key").write_text("not a key")
    stopped = campfire("approve", plan, "--key", tmp_path / "no_key")
    assert stopped.exit_code == 2
    assert "Changes:" in stopped.stderr
    assert not plan.with_name(f"{plan.name}.sig").exists()


def test_a_plan_without_a_signature_says_which_file_is_missing(campfire: Campfire, plan: Path, tmp_path: Path) -> None:
    assert f"there is no {plan}.sig beside it" in apply(campfire, plan, signers(tmp_path, "approver")).stderr


def test_several_people_may_sign(campfire: Campfire, plan: Path, key: Key, tmp_path: Path) -> None:
    names = ("approver", "auditor@ledger", "controller")
    keys = {name: key(name.partition("@")[0]) for name in names}
    allowed = signers(tmp_path, *(f"{name} {public(path)}" for name, path in keys.items()))
    for path in keys.values():
        assert campfire("approve", plan, "--key", path).exit_code == 0
    assert apply(campfire, plan, allowed).json["approved_by"] == list(names)


def test_the_signatures_of_a_read_only_plan_can_be_added_to(campfire: Campfire, plan: Path, key: Key) -> None:
    """Windows replaces no read-only file."""
    plan.chmod(0o444)
    assert campfire("approve", plan, "--key", key("approver")).exit_code == 0
    signature = plan.with_name(f"{plan.name}.sig")
    assert signature.stat().st_mode & 0o666 == 0o644 or os.name == "nt"
    assert os.access(signature, os.W_OK)
    assert campfire("approve", plan, "--key", key("controller")).exit_code == 0


def test_a_signature_made_by_openssh_itself_counts(campfire: Campfire, plan: Path, key: Key, tmp_path: Path) -> None:
    approver = key("approver")
    words = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(approver), "-n", "campfire-sync", str(plan)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert apply(campfire, plan, signers(tmp_path, f"approver {public(approver)}")).exit_code == 0


@pytest.mark.parametrize("form", ["{user}", "{user}@{host}"])
def test_the_maker_cannot_approve(
    form: str, server: FaultServer, campfire: Campfire, plan: Path, key: Key, tmp_path: Path
) -> None:
    user, _, host = campfire("verify", plan, "--json").json["by"].partition("@")
    own = key("own")
    signed = campfire("approve", plan, "--key", own)
    assert signed.exit_code == 0
    assert (
        f"does not count as an approval where SIGNERS lists you under your own name, {user}@{host} or {user}."
        in signed.stderr
    )
    refused = apply(campfire, plan, signers(tmp_path, f"{form.format(user=user, host=host)} {public(own)}"))
    assert (refused.exit_code, server.asked("PUT")) == (2, [])
    assert "Somebody else has to approve it" in refused.stderr


def test_the_makers_key_under_a_second_name_or_a_pattern_does_not_count(
    server: FaultServer, campfire: Campfire, plan: Path, key: Key, tmp_path: Path
) -> None:
    own = key("own")
    campfire("approve", plan, "--key", own)
    user = _user(campfire, plan)
    for principals in ([f"somebody,{user}"], ["somebody", user], ["*"], ["some?ody"]):
        refused = apply(campfire, plan, signers(tmp_path, *(f"{names} {public(own)}" for names in principals)))
        assert (refused.exit_code, server.asked("PUT")) == (2, []), principals


def _user(campfire: Campfire, plan: Path) -> str:
    return str(campfire("verify", plan, "--json").json["by"]).partition("@")[0]


@pytest.mark.skipif(os.name == "nt", reason="a script stands for OpenSSH")
@pytest.mark.parametrize(
    ("complaint", "told"),
    [
        ("unknown option -- Y", "this OpenSSH is too old"),
        ("Unsupported operation for -Y: verify", "this OpenSSH is too old"),
        ("No user exists for uid 1000", "mount /etc/passwd"),
    ],
)
def test_what_is_wrong_with_openssh_is_not_blamed_on_the_signature(
    complaint: str,
    told: str,
    campfire: Campfire,
    plan: Path,
    key: Key,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approver = key("approver")
    assert campfire("approve", plan, "--key", approver).exit_code == 0
    allowed = signers(tmp_path, f"approver {public(approver)}")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ssh-keygen"
    program.write_text(f'#!/bin/sh\necho "{complaint}" >&2\nexit 255\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    for words in (("verify", plan, "--signers", allowed), ("approve", plan, "--key", approver)):
        refused = campfire(*words)
        assert (refused.exit_code, told in refused.stderr) == (2, True), refused.stderr
    assert told in apply(campfire, plan, allowed).stderr


@pytest.mark.skipif(os.name == "nt", reason="a script stands for OpenSSH")
def test_the_openssh_of_windows_10_can_check_signatures(
    campfire: Campfire, plan: Path, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its version 8.1 has no `find-principals`."""
    approver, stranger = key("approver"), key("stranger")
    real = shutil.which("ssh-keygen")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ssh-keygen"
    refuse = "{ echo 'Unsupported operation for -Y: \"find-principals\"' >&2; exit 255; }"
    program.write_text(f'#!/bin/sh\n[ "$2" = find-principals ] && {refuse}\nexec "{real}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    assert campfire("approve", plan, "--key", approver).exit_code == 0
    maker = _user(campfire, plan)
    for line in (f"stranger {public(stranger)}", f"{maker} {public(approver)}", f"*,approver {public(approver)}"):
        assert apply(campfire, plan, signers(tmp_path, line)).exit_code == 2, line
    ran = apply(campfire, plan, signers(tmp_path, f"stranger {public(stranger)}", f"approver {public(approver)}"))
    assert ran.json["approved_by"] == ["approver"]


def test_what_does_not_count_as_an_approval(
    server: FaultServer, campfire: Campfire, plan: Path, key: Key, tmp_path: Path
) -> None:
    approver, stranger = key("approver"), key("stranger")
    nobody = signers(tmp_path, f"approver {public(approver)}")
    unsigned = apply(campfire, plan, nobody)
    assert (unsigned.exit_code, "is not signed" in unsigned.stderr) == (2, True)
    assert f"has to sign it: campfire-sync approve {plan} --key FILE\n" in unsigned.stderr
    campfire("approve", plan, "--key", stranger)
    unknown = apply(campfire, plan, nobody)
    assert (unknown.exit_code, f"with a key that {nobody} does not have" in unknown.stderr) == (2, True)
    Path(f"{plan}.sig").unlink()
    campfire("approve", plan, "--key", approver)
    for line, why in {
        f'approver valid-before="20200101" {public(approver)}': 'is not valid now (valid-before="20200101")',
        f'approver valid-after="20900101",namespaces="campfire-sync" {public(approver)}': "is not valid now (valid-af",
        f'"approver" namespaces="file,git" {public(approver)} # key': "approver in",
        f'approver namespaces="file" {public(approver)}': "not for approvals: its namespaces are “file”",
        f"# approver {public(approver)}": "does not have",
        f"approver {public(stranger)}": "does not have",
    }.items():
        refused = apply(campfire, plan, signers(tmp_path, line))
        assert (refused.exit_code, why in refused.stderr) == (2, True), refused.stderr
    assert not server.asked("PUT")
    assert (
        apply(campfire, plan, signers(tmp_path, f'approver valid-before="20900101" {public(approver)}')).exit_code == 0
    )


def test_the_signature_of_another_plan_or_namespace_does_not_count(
    server: FaultServer, campfire: Campfire, plan: Path, key: Key, tmp_path: Path
) -> None:
    approver = key("approver")
    allowed = signers(tmp_path, f"approver {public(approver)}")
    other = tmp_path / "other.plan"
    campfire(
        "run", write_sheet(tmp_path / "other.csv", wishes_for(range(5, 9))), "--dry-run", "--plan", other, *OPTIONS
    )
    campfire("approve", other, "--key", approver)
    signature = Path(f"{plan}.sig")
    signature.write_bytes(Path(f"{other}.sig").read_bytes())
    refused = apply(campfire, plan, allowed)
    assert (refused.exit_code, "of another file" in refused.stderr) == (2, True)
    signature.unlink()
    words = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(approver), "-n", "file", str(plan)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert "for another purpose (namespace “file”)" in apply(campfire, plan, allowed).stderr
    signature.write_bytes(b"-----BEGIN SSH SIGNATURE-----\n" + b"A" * 2_000_000)
    assert apply(campfire, plan, allowed).exit_code == 2
    assert not server.asked("PUT")


def test_a_run_id_carries_no_signature(server: FaultServer, campfire: Campfire, plan: Path, tmp_path: Path) -> None:
    run = campfire("verify", plan, "--json").json["run"]
    refused = campfire("apply", run, "--require-approval", signers(tmp_path, "approver"), *OPTIONS)
    assert (refused.exit_code, server.asked("PUT")) == (2, [])
    assert "carries no signature" in refused.stderr


def test_an_altered_plan_is_not_signed(campfire: Campfire, plan: Path, key: Key) -> None:
    plan.write_bytes(plan.read_bytes() + b"\n")
    assert campfire("approve", plan, "--key", key("approver")).exit_code == 2
    assert not Path(f"{plan}.sig").exists()


def test_where_openssh_is_missing_that_is_said(
    campfire: Campfire, plan: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    approver = key("approver")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    ran = campfire("approve", plan, "--key", approver)
    assert ran.exit_code == 2
    assert "OpenSSH" in ran.stderr


def test_the_maker_is_the_account_and_not_what_the_environment_says(
    campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = getpass.getuser()
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5)))
    assert campfire("check", sheet, "--json").json["by"].startswith(f"{account}@")
