"""A mapping file → a Mapping, checked against the contract.

The YAML is taken as a tree of texts with line marks, so that `No`, `60` and `012` are what was written, a key given
twice is seen, and every mistake can be named with its line. Mistakes are collected, not raised one by one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sync.contract.load import CUSTOMERS
from sync.contract.load import load as load_resource
from sync.contract.mapping import Column, Mapping
from sync.contract.resource import Field, Resource
from sync.contract.rules import convert, details, fault
from sync.errors import MappingRefused
from sync.model import Target
from sync.problems import CATALOGUE
from sync.text import fold, nearest, normal

KEYS = ("resource", "id", "sheet", "columns", "constants", "ignore", "blank", "clear")
COLUMN_KEYS = ("field", "values", "blank")
BLANK = {"keep": False, "clear": True}

Node = yaml.nodes.Node


@dataclass(slots=True)
class _Notes:
    """The mistakes found so far."""

    path: Path
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, node: Node, said: str) -> None:
        self.found.append((line_of(node), said))

    def raise_if_any(self) -> None:
        if self.found:
            lines = [f"{self.path}, line {line}: {said}" for line, said in sorted(self.found, key=lambda f: f[0])]
            raise MappingRefused("\n".join(lines))


def line_of(node: Node) -> int:
    """The line of the file on which this part begins, from 1."""
    return int(node.start_mark.line) + 1


def _hint(word: str, known: list[str]) -> str:
    """` Did you mean “terms”?`, or nothing where no word is near."""
    near = nearest(word, known)
    return f" Did you mean “{near}”?" if near else ""


def default_path() -> Path:
    """The mapping of this folder where there is one, else the one installed with the package."""
    here = Path("mappings/customers.yaml")
    if here.exists():
        return here
    installed = Path(str(files("sync").joinpath("mappings", "customers.yaml")))
    return installed if installed.exists() else Path(__file__).parents[2] / here


def load(path: Path) -> Mapping:
    """The mapping in this file.

    Raises:
        MappingRefused: it can't be read, or has mistakes; the text has a line for each.
    """
    notes = _Notes(path)
    content = _read(path)
    root = _compose(path, content)
    if not isinstance(root, yaml.MappingNode):
        raise MappingRefused(f"{path}: a mapping file begins with lines like “id: Customer ID” and “columns:”.")
    parts = dict(_pairs(root, notes, KEYS))
    for key in ("id", "columns"):
        if key not in parts:
            notes.add(root, f"“{key}:” is missing.")
    mapping = _Reader(_resource(path, parts, notes), notes, parts).mapping()
    notes.raise_if_any()
    return replace(mapping, sha256=hashlib.sha256(content).hexdigest())


def _resource(path: Path, parts: dict[str, Node], notes: _Notes) -> Resource:
    """What the mapping is for: a name, or the path of a .yaml file relative to the mapping file."""
    node = parts.get("resource")
    if node is None:
        return load_resource(CUSTOMERS)
    if not isinstance(node, yaml.ScalarNode):
        raise MappingRefused(f"{path}, line {line_of(node)}: the name of a resource is expected here.")
    name = normal(node.value)
    try:
        return load_resource(str((path.parent / name).absolute()) if name.endswith((".yaml", ".yml")) else name)
    except MappingRefused as e:
        raise MappingRefused(f"{path}, line {line_of(node)}: {e}") from e


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise MappingRefused(f"the mapping file {path} can't be read: {e.strerror or e}.") from e


def _compose(path: Path, content: bytes) -> Node | None:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        events = yaml.parse(text, Loader=yaml.SafeLoader) if "*" in text else ()
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            raise MappingRefused(f"{path}: aliases (*name) have no place in a mapping file. Write the text out.")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as e:
        raise MappingRefused(f"{path} is not UTF-8 text. Save it as UTF-8.") from e
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise MappingRefused(f"{path}{where}: this is not YAML: {e.problem or e.context}.") from e
    except (yaml.YAMLError, RecursionError) as e:
        raise MappingRefused(f"{path} is not YAML: {str(e).splitlines()[0]}.") from e


def _pairs(node: Node, notes: _Notes, known: tuple[str, ...] = ()) -> Iterator[tuple[str, Node]]:
    """A node's keys and values; keys given twice, or not among those known, are mistakes."""
    if not isinstance(node, yaml.MappingNode):
        notes.add(node, "lines like “name: value” are expected here.")
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            notes.add(key, "a name is expected before the colon.")
        elif fold(key.value) in seen:
            notes.add(key, f"“{key.value}” is given twice (line {seen[fold(key.value)]} has it too).")
        elif known and key.value not in known:
            notes.add(key, f"“{key.value}” is not known here.{_hint(key.value, list(known))}")
        else:
            seen[fold(key.value)] = line_of(key)
            yield key.value, value


@dataclass(slots=True)
class _Reader:
    """The parts of one file, read one after the other."""

    resource: Resource
    notes: _Notes
    parts: dict[str, Node]
    targets: dict[Target, int] = field(default_factory=dict)  # mapped so far: the line
    headers: dict[str, int] = field(default_factory=dict)

    def mapping(self) -> Mapping:
        clear = self.text("clear", "<clear>")
        blank_clears = self.blank(self.parts["blank"]) if "blank" in self.parts else False
        id_header = self.text("id", "")
        if id_header:
            self.headers[fold(id_header)] = line_of(self.parts["id"])
        return Mapping(
            path=self.notes.path,
            resource=self.resource,
            id_header=id_header,
            columns=tuple(self.columns(clear, blank_clears)),
            sheet=self.text("sheet", ""),
            constants=dict(self.constants(clear)),
            ignore=tuple(self.ignored()),
            clear=clear,
        )

    def text(self, key: str, otherwise: str) -> str:
        return self.scalar(self.parts[key]) if key in self.parts else otherwise

    def scalar(self, node: Node) -> str:
        if isinstance(node, yaml.ScalarNode) and normal(node.value):
            return normal(node.value)
        self.notes.add(node, "a text is expected here.")
        return ""

    def blank(self, node: Node) -> bool:
        said = self.scalar(node)
        if said and said not in BLANK:
            self.notes.add(node, f"“{said}” is not known here: an empty cell can “keep” or “clear” the field.")
        return BLANK.get(said, False)

    def columns(self, clear: str, blank_clears: bool) -> Iterator[Column]:
        if "columns" not in self.parts:
            return
        for header, node in _pairs(self.parts["columns"], self.notes):
            self.header(header, node)
            if isinstance(node, yaml.MappingNode):
                about = dict(_pairs(node, self.notes, COLUMN_KEYS))
                if "field" not in about:
                    self.notes.add(node, f"“{header}” has no “field:”.")
                    continue
            else:
                about = {"field": node}
            target = self.target(about["field"])
            if target is None:
                continue
            own_blank = self.blank(about["blank"]) if "blank" in about else blank_clears
            values = dict(self.values(about["values"], target, clear)) if "values" in about else {}
            yield Column(header, target, values, own_blank, line_of(node))

    def header(self, header: str, node: Node) -> None:
        if not fold(header):
            self.notes.add(node, "a header is expected before the colon.")
        elif fold(header) in self.headers:
            self.notes.add(node, f"the column “{header}” is already in line {self.headers[fold(header)]}.")
        else:
            self.headers[fold(header)] = line_of(node)

    def target(self, node: Node) -> Target | None:
        """The field that a column or a constant is for, if it is one that can be written."""
        said = self.scalar(node)
        if not said:
            return None
        target = Target.parse(said)
        wrong = self.unfit(said, target)
        if wrong:
            self.notes.add(node, wrong)
            return None
        assert target is not None
        if target in self.targets:
            self.notes.add(node, f"“{said}” is mapped twice (line {self.targets[target]} has it too).")
            return None
        self.targets[target] = line_of(node)
        return target

    def unfit(self, said: str, target: Target | None) -> str:
        """Why nothing can be mapped to this; empty if something can."""
        outer = self.resource.fields.get(target.field) if target else None
        if target is None or outer is None or bool(target.index) != (outer.type == "list"):
            hint = _hint(said, list(self.resource.targets))
            if outer is not None and outer.type == "list":
                example = next(name for name in self.resource.targets if name.startswith(f"{outer.name}[1]."))
                hint = f" A {outer.noun.one}'s field is written like {example}."
            return f"“{said}” is not a field of the API.{hint}"
        if target.index and target.item not in outer.items:
            near = _hint(target.item, [name for name, f in outer.items.items() if f.mappable])
            return f"“{target.item}” is not a field of a {outer.noun.one}.{near}"
        about = self.resource.field_of(target)
        if about.read_only:
            return f"“{said}” is read-only: the API returns it and does not take it."
        return "" if about.mappable else f"“{said}” can't be mapped: the API does not say what its values look like."

    def values(self, node: Node, target: Target, clear: str) -> Iterator[tuple[str, Any]]:
        about = self.resource.field_of(target)
        for spelling, value in _pairs(node, self.notes):
            yield fold(spelling), self.value(value, about, clear)

    def value(self, node: Node, about: Field, clear: str) -> Any:
        """A value of the field as the API takes it, from the text in the mapping file."""
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ("", "~", "null", "Null", "NULL"):
            self.notes.add(
                node, f"“{node.value}” is not clear: write '{clear}' to empty the field, or put the text in quotes."
            )
            return None
        said = self.scalar(node)
        if not said:
            return None
        if fold(said) == fold(clear):
            if not about.nullable:
                self.notes.add(node, f"“{about.name}” can't be emptied.")
            return None
        wrong = fault(about, said)
        if wrong:
            kind = CATALOGUE[wrong]
            words = {"value": said, **details(about, said)}
            near = _hint(said, [*about.choices, *about.choices.values()])
            self.notes.add(node, f"{kind.problem.format(**words)} {kind.remedy.format(**words)}{near}")
            return None
        return convert(about, said)

    def constants(self, clear: str) -> Iterator[tuple[str, Any]]:
        if "constants" not in self.parts:
            return
        for name, node in _pairs(self.parts["constants"], self.notes):
            target = Target.parse(name)
            wrong = self.unfit(name, target)
            if wrong or target is None or target.index:
                noun = self.resource.nested.noun.one if self.resource.nested else "list"
                self.notes.add(node, wrong or f"a field of a {noun} cannot be a constant.")
            elif target in self.targets:
                self.notes.add(node, f"“{name}” is mapped twice (line {self.targets[target]} has it too).")
            else:
                yield name, self.value(node, self.resource.field_of(target), clear)

    def ignored(self) -> Iterator[str]:
        node = self.parts.get("ignore")
        if node is None:
            return
        if isinstance(node, yaml.ScalarNode):
            node = yaml.SequenceNode("", [node], node.start_mark, node.end_mark)
        if not isinstance(node, yaml.SequenceNode):
            self.notes.add(node, "a list like [Comments, ValidatedRow by] is expected here.")
            return
        for item in node.value:
            header = self.scalar(item)
            if header:
                self.header(header, item)
                yield header
