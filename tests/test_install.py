"""What is installed: all that the package reads at run time is in the wheel, and nothing that it does not need."""

import importlib.util
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from sync import __version__

ROOT = Path(__file__).resolve().parent.parent
DATA = ("sync/contract/customers.yaml", "sync/mappings/customers.yaml", "sync/samples/sandbox_customers.json")

needs_hatchling = pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling is not installed")


def build(what: str, folder: Path) -> Path:
    """The distribution that Hatch makes, in this folder."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", what, "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is installed."""
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@needs_hatchling
def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    here = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sync").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here <= inside
    assert set(DATA) <= inside


@needs_hatchling
def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"sync", f"campfire_sync-{__version__}.dist-info"}


@needs_hatchling
def test_the_installed_package_works_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(place)
    edits = tmp_path / "edits.csv"
    edits.write_text("Customer ID,Payment Terms\n1,Net 45\n2,Net 37\n", encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    done = subprocess.run(
        [sys.executable, "-m", "sync", "check", "edits.csv", "--out", "results.xlsx"],
        cwd=tmp_path,
        env=env | {"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "row 3, Payment Terms: “Net 37” is not one of the choices." in done.stdout
    assert (tmp_path / "results.xlsx").exists()


@needs_hatchling
def test_the_installed_stand_in_of_the_api_has_its_customers(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(place)
    code = (
        "from pathlib import Path; from sync.sandbox import Setup, start; import urllib.request as u\n"
        "with start(Setup(Path('state'), fresh=True)) as r:\n"
        "    q = u.Request(r.base_url + '/rr/api/v1/customers/1001', headers={'Authorization': 'Token ' + r.key})\n"
        "    print(u.build_opener(u.ProxyHandler({})).open(q).status)"
    )
    env = os.environ | {"PYTHONPATH": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("200", 0), done.stderr


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build("sdist", folder)) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"campfire_sync-{__version__}"


@needs_hatchling
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a git checkout")
def test_the_sdist_holds_all_that_git_has(sdist: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name for name in listed.splitlines() if (ROOT / name).exists() and not (sdist / name).exists()} == set()


@needs_hatchling
@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(["-k", "test_contract or test_arrows"], id="some"),
        pytest.param([], id="all", marks=pytest.mark.sweep),
    ],
)
def test_the_tests_pass_from_the_sdist(chosen: list[str], sdist: Path) -> None:
    """All are collected; the ordinary suite runs some of them. Not these here, which would do so without end."""
    options = ["-q", "-n", "0", "--assert", "plain", "-p", "no:cacheprovider", "-m", "not sweep"]
    options += ["--ignore", "tests/test_install.py"]
    command = [sys.executable, "-m", "pytest", *options, *chosen]
    env = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    env["PYTHONPATH"] = str(sdist)
    done = subprocess.run(command, cwd=sdist, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_package_says_that_it_is_typed(wheel: Path) -> None:
    assert "sync/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_what_the_package_needs_is_bounded_above() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    unbounded = [
        need for need in [*about["dependencies"], *about["optional-dependencies"]["sandbox"]] if "<" not in need
    ]
    assert unbounded == []


def test_the_lock_file_has_a_version_and_hashes_for_everything_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line[0].isspace() and not line.startswith("#")]
    assert len(entries) > 20
    assert all("==" in line for line in entries)
    assert text.count("--hash=sha256:") >= len(entries)
    assert "://" not in text
    assert "index-url" not in text


def test_the_lock_file_has_all_that_the_package_needs() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [*about["dependencies"], *(need for extra in about["optional-dependencies"].values() for need in extra)]
    names = {need.partition(">")[0].partition("[")[0].strip().lower() for need in needs} - {"campfire-sync"}
    locked = {
        line.partition("==")[0].lower()
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    }
    assert names <= locked
