"""The help texts, and what they cost."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sync import __version__
from sync.cli.commands import cli
from sync.cli.welcome import WELCOME
from tests.support.command import Command, offline
from tests.support.product import ROOT


def commands(group: click.Group = cli, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, and every group of them."""
    yield above
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from commands(each, (*above, name))
        else:
            yield (*above, name)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_a_help_text(words: tuple[str, ...], command: Command) -> None:
    done = command(*words, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: " + " ".join(["campfire-sync", *words]))
    assert command(*words, "-h").stdout == done.stdout


def test_every_option_has_a_help_text() -> None:
    for words in commands():
        command: click.Command = cli
        for word in words:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        assert command.help
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{words}: {option.name}"


HEAVY = (
    "pandas",
    "numpy",
    "pandera",
    "httpx",
    "openpyxl",
    "rich",
    "django",
    "rest_framework",
    "yaml",
    "sqlite3",
    "tenacity",
    "pathlib",
    "shlex",
)


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("sandbox", "--help"), ("--version",)], ids=" ".join)
def test_help_imports_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import sync.cli\n"
        "try: sync.cli.main()\n"
        "except SystemExit: pass\n"
        f"sys.exit(' '.join(name for name in {HEAVY} if name in sys.modules.keys() - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=offline(tmp_path), check=False
    )
    assert done.stdout
    assert done.stderr.strip() == ""


def test_the_end_of_a_command_does_not_take_its_memory_apart(tmp_path: Path) -> None:
    code = (
        "import atexit, gc, sync.cli\n"
        "atexit.register(lambda: print('set aside:', gc.get_freeze_count() > 10_000))\n"  # the first to come is last
        "sync.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"], capture_output=True, text=True, env=offline(tmp_path), check=False
    )
    assert done.stdout.endswith("set aside: True\n")


def test_the_module_is_the_command(command: Command, tmp_path: Path) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts["campfire-sync"].partition(":")
    code = f"import sys; sys.argv[0] = 'campfire-sync'; from {module} import {function}; {function}()"
    for words in (["--help"], ["run", "--help"], ["--version"], ["check", "none.csv"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, env=offline(tmp_path), check=False
        )
        same = command(*words)
        assert (done.returncode, done.stdout, done.stderr) == (same.returncode, same.stdout, same.stderr)


def test_the_version_is_that_of_the_package(command: Command) -> None:
    assert command("--version").stdout.strip() == f"campfire-sync, version {__version__}"


def test_the_welcome_names_three_things_to_do_and_only_commands_that_exist() -> None:
    assert re.findall(r"^  (\d)\. ", WELCOME, re.MULTILINE) == ["1", "2", "3"]
    assert set(re.findall(r"campfire-sync ([a-z]+)", WELCOME)) - {"brings"} <= set(cli.commands)
    assert max(map(len, WELCOME.splitlines())) <= 80


@pytest.mark.skipif(os.name == "nt", reason="terminals as POSIX has them")
def test_without_a_command_a_person_is_welcomed_and_a_script_gets_the_usage(command: Command, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-m", "sync"], stdout=theirs, env=offline(tmp_path), cwd=ROOT, check=False)
    os.close(theirs)
    shown = os.read(ours, 65536).decode().replace("\r\n", "\n")
    os.close(ours)
    assert (done.returncode, shown.strip()) == (0, WELCOME)
    assert command().returncode == 2
