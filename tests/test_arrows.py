"""The arrows between the modules: data goes one way, and each foreign library comes in at one door.

The imports are read, not run. A module at the left may import what is named at the right, and nothing else of this
package; a new arrow is a line here, and so a decision.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.source import SYNC, TREES

ROOT = Path(__file__).resolve().parent.parent

# The rooms, from top to bottom. A room may import those of the floors below it and none of its own floor.
FLOORS = [
    {"cli", "library"},
    {"app"},
    {"commands"},
    {"execution", "export", "report"},
    {"planning", "validation", "mapping", "sheet", "api", "sandbox"},
    {"journal", "xlsx", "contract"},
]
# The words that everybody shares: the modules that lie flat. They import each other in this order, and no room.
SHARED = [
    "text",
    "errors",
    "status",
    "model",
    "problems",
    "progress",
    "keychain",
    "settings",
    "stop",
    "files",
    "scratch",
]

# Who alone may import a library.
DOORS = {
    "httpx": {"api"},
    "tenacity": {"api"},
    "pandera": {"validation"},
    "pandas": {"validation", "library"},
    "filelock": {"journal"},
    "platformdirs": {"settings"},
    "keyring": {"keychain"},
    "httpcore": {"api"},
    "truststore": {"api"},
    "sqlite3": {"journal", "sandbox"},
    "openpyxl": {"report", "export", "xlsx"},
    "yaml": {"contract", "mapping"},
    "rich": {"cli"},
    "click": {"cli"},
    "starlette": {"app"},
    "uvicorn": {"app"},
    "jinja2": {"app"},
    "django": {"sandbox"},
    "rest_framework": {"sandbox"},
    "knox": {"sandbox"},
    "waitress": {"sandbox"},
}
# What `--help` imports, and so what each of these may import at once.
LIGHT = {
    "click",
    "sync.__version__",
    "sync.cli",
    "sync.cli.commands",
    "sync.cli.group",
    "sync.cli.invocation",
    "sync.cli.options",
    "sync.cli.past_commands",
    "sync.cli.run_commands",
    "sync.cli.setup_commands",
    "sync.cli.sheet_commands",
    "sync.cli.streams",
    "sync.cli.tool_commands",
    "sync.cli.masking",
    "sync.cli.welcome",
    "sync.errors",
    "sync.stop",
    "sync.text",
}


@dataclass(frozen=True)
class Import:
    """One import: in which file and line, of what, and whether it is done when the file is."""

    path: Path
    line: int
    module: str
    names: tuple[str, ...]
    at_once: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def owner(path: Path) -> str:
    """The module of `sync`, or the folder, that a file belongs to."""
    return path.relative_to(SYNC).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[Import]:
    tree = TREES[path]
    for_types = {id(node) for test in ast.walk(tree) if _is_type_checking(test) for node in ast.walk(test)}
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, (), id(node) in top)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            if node.module == "sync":
                yield from (Import(path, node.lineno, f"sync.{name}", (), id(node) in top) for name in names)
            else:
                yield Import(path, node.lineno, node.module or "", names, id(node) in top)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


FILES = list(TREES)
LARGE = 10  # modules of a room


@cache
def all_imports() -> list[Import]:
    return [found for path in FILES for found in imports(path)]


def own(module: str) -> set[str]:
    """The modules of `sync` that this one imports."""
    return {name for each in all_imports() if owner(each.path) == module for name in _names(each)} - {module}


def test_every_module_has_its_place() -> None:
    places = {owner(path) for path in FILES} - {"__init__", "__main__"}
    assert places == set().union(*FLOORS, SHARED)


@pytest.mark.parametrize("room", sorted(set().union(*FLOORS)))
def test_a_room_lists_all_of_its_modules_or_none_and_a_large_one_all(room: str) -> None:
    text = ast.get_docstring(TREES[SYNC / room / "__init__.py"], clean=False) or ""
    lines = re.findall(r"^    (\w+(?:, \w+)*) {2,}\S", text, re.M)
    listed = sorted(name for line in lines for name in line.split(", "))
    modules = sorted(path.stem for path in (SYNC / room).glob("*.py") if path.stem != "__init__")
    assert listed == modules or (not listed and len(modules) <= LARGE)


def test_the_shared_words_import_only_those_before_them() -> None:
    for place, module in enumerate(SHARED):
        assert own(module) <= set(SHARED[:place]), module


@pytest.mark.parametrize(("floor", "room"), [(n, room) for n, floor in enumerate(FLOORS) for room in sorted(floor)])
def test_a_room_imports_only_the_floors_below(floor: int, room: str) -> None:
    below = set().union(*FLOORS[floor + 1 :], SHARED)
    assert own(room) <= below


@pytest.mark.parametrize("library", DOORS)
def test_a_library_comes_in_at_its_door(library: str) -> None:
    found = [found for found in all_imports() if found.module.split(".")[0] == library]
    assert {owner(each.path) for each in found} <= DOORS[library], [str(each) for each in found]


def test_no_two_modules_import_each_other() -> None:
    modules = {path: _module(path) for path in FILES}
    arrows = {
        name: {each.module for each in all_imports() if each.path == path and each.at_once}
        for path, name in modules.items()
    }
    left = {name: targets & set(modules.values()) - {name} for name, targets in arrows.items()}
    while left:
        free = {name for name, targets in left.items() if not targets & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {name: targets for name, targets in left.items() if name not in free}


def test_the_stand_in_of_the_api_is_imported_where_it_is_started_and_nowhere_else() -> None:
    found = {owner(each.path) for each in all_imports() if "sandbox" in _names(each)}
    assert found <= {"sandbox", "commands", "cli"}


def test_the_command_line_imports_nothing_heavy_at_once() -> None:
    found = [each for each in all_imports() if _module(each.path) in LIGHT | {"sync", "sync.__main__"} and each.at_once]
    standard = {each for each in found if each.module.partition(".")[0] in sys.stdlib_module_names}
    assert [str(each) for each in found if each not in standard and each.module not in LIGHT] == []


def test_only_the_sender_puts() -> None:
    putting = {owner(path) for path in FILES for node in ast.walk(TREES[path]) if _calls(node, "api", "put")}
    assert putting == {"execution"}


def test_nothing_prints_but_the_command_line_and_the_console() -> None:
    printing = {owner(path) for path in FILES for node in ast.walk(TREES[path]) if _speaks(node)}
    assert printing <= {"cli", "sandbox"}
    sandbox = [path for path in FILES if owner(path) == "sandbox" and any(map(_speaks, ast.walk(TREES[path])))]
    assert [path.name for path in sandbox] in ([], ["__main__.py"])  # a process of its own, which says where it is


def test_no_name_with_an_underscore_is_taken_from_another_module() -> None:
    inner = [
        f"{each}: {name}"
        for each in all_imports()
        for name in each.names
        if name.startswith("_") and each.module[:4] == "sync"
    ]
    assert [said for said in inner if not said.endswith("__")] == []


def _names(found: Import) -> set[str]:
    """The module of `sync` that is imported, if it is one."""
    parts = found.module.split(".")
    return {parts[1]} - {"__version__"} if parts[0] == "sync" and len(parts) > 1 else set()


def _module(path: Path) -> str:
    """A file's name as it is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _calls(node: ast.AST, of: str, name: str) -> bool:
    """Whether this is a call like `self._with.api.put(…)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != name:
        return False
    value = node.func.value
    return of in (getattr(value, "attr", ""), getattr(value, "id", ""))


def _speaks(node: ast.AST) -> bool:
    """Whether this prints: `print(…)`, `click.echo(…)`, `sys.stdout.write(…)`."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "print"
    if not isinstance(node.func, ast.Attribute):
        return False
    value = node.func.value
    of = getattr(value, "attr", "") or getattr(value, "id", "")
    return (of, node.func.attr) in {("click", "echo"), ("click", "secho"), ("stdout", "write"), ("stderr", "write")}
