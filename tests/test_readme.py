"""What the README and the documents name is there: commands, options, files, targets of make; and all is named."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sync.cli.commands import cli

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]


def commands(group: click.Group = cli, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its name, `mapping show` among them."""
    for name, each in group.commands.items():
        yield above + name, each
        if isinstance(each, click.Group):
            yield from commands(each, f"{above}{name} ")


COMMANDS = dict(commands())
OPTIONS = {
    name: {text for option in each.params for text in option.opts} | {"--help", "-h"} for name, each in COMMANDS.items()
}
ANY_OPTION = set().union(*OPTIONS.values()) | {"--version"}
# Of pip, containers, pytest and bench/.
FOREIGN = {"--editable", "--require-hashes", "--no-deps", "--rm", "--user", "--hostname", "--dist", "--only"}


def words_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def named_commands(text: str) -> Iterator[str]:
    """What follows `campfire-sync`, as far as it is a command's name."""
    for found in re.finditer(r"campfire-sync(?:\.exe)? ([a-z]+)(?: ([a-z]+))?\b", text):
        group, inner = found.groups()
        is_group = isinstance(COMMANDS.get(group), click.Group)
        yield f"{group} {inner}" if is_group and inner else group


def command_lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line of an example that runs the product: the command, and the rest."""
    for found in re.finditer(r"campfire-sync(?:\.exe)? ([^\n`#|]*)", text):
        words = found[1].split()
        for length in (2, 1):
            name = " ".join(words[:length])
            if name in COMMANDS:
                yield name, found[1]
                break


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_option_that_is_named_is_one(document: Path) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", words_of(document)))
    assert named - FOREIGN <= ANY_OPTION


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_is_one(document: Path) -> None:
    named = set(re.findall(r"`campfire-sync ([a-z]+)", words_of(document))) | set(named_commands_in_examples(document))
    assert named <= {name.split()[0] for name in COMMANDS} | COMMANDS.keys()


def named_commands_in_examples(document: Path) -> Iterator[str]:
    for block in re.findall(r"```[a-z]*\n(.*?)```", words_of(document), flags=re.DOTALL):
        yield from named_commands(block)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_an_option_in_an_example_is_one_of_its_command(document: Path) -> None:
    for name, rest in command_lines(words_of(document)):
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest)) <= OPTIONS[name], rest


@pytest.mark.parametrize("name", [name for name, each in COMMANDS.items() if not isinstance(each, click.Group)])
def test_the_readme_names_every_command(name: str) -> None:
    assert f"campfire-sync {name}" in words_of(README) or f"`{name}" in words_of(README)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_of_the_repository_that_is_linked_to_is_there(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", words_of(document))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_target_of_make_that_is_named_is_one(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", words_of(ROOT / "Makefile"), flags=re.MULTILINE))
    code = re.findall(r"```.*?```|`[^`\n]+`", words_of(document), flags=re.DOTALL)
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(code))) <= targets


def test_the_readme_names_every_variable_of_the_environment() -> None:
    used = set()
    for path in (ROOT / "sync").rglob("*.py"):
        used |= set(re.findall(r"\"(CAMPFIRE_[A-Z_]+)\"", words_of(path)))
    assert used >= {"CAMPFIRE_API_KEY", "CAMPFIRE_BASE_URL", "CAMPFIRE_SYNC_STATE"}
    assert [name for name in used if name not in words_of(README)] == []
