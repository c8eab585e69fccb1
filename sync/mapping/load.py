"""A mapping file → a Mapping, checked against its resource."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sync.contract.load import CUSTOMERS, is_path
from sync.contract.load import load as load_resource
from sync.contract.mapping import CLEAR, Column, Mapping
from sync.contract.resource import Field, Resource
from sync.contract.rules import convert, details, fault
from sync.errors import MappingRefused
from sync.files import opened
from sync.mapping.spellings import wrong_clear_word, wrong_spelling
from sync.mapping.yaml_tree import Mistakes, Node, is_null, line_of, pairs, parse, text_of, texts_of
from sync.model import Target
from sync.problems import CATALOGUE, unknown_kinds
from sync.text import did_you_mean, fold

KEYS = ("resource", "id", "sheet", "columns", "verify", "constants", "ignore", "blank", "clear", "accept")
ID_KEYS = ("column", "match")
COLUMN_KEYS = ("field", "values", "blank")
NO_FIELD = "“{}” is not a field of the API."
BLANK = {"keep": False, "clear": True}
VERIFIABLE = ("string", "choice", "integer")  # types of fields whose value a cell can repeat


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
        MappingRefused: it cannot be read, or has mistakes; the text has a line for each.
    """
    content = _content(path)
    mistakes = Mistakes(path)
    root = parse(path, content)
    if not isinstance(root, yaml.MappingNode):
        raise MappingRefused(f"{path}: a mapping file begins with lines like “id: Customer ID” and “columns:”.")
    parts = dict(pairs(root, mistakes, KEYS))
    for key in ("id", "columns"):
        if key not in parts:
            mistakes.missing(key, root, content)
    resource = _resource(path, parts)
    sha256 = hashlib.sha256(content + resource.text.encode("utf-8")).hexdigest()
    mapping = _Reader(resource, mistakes, parts).mapping(sha256)
    mistakes.raise_if_any()
    return mapping


def resource_of(path: Path) -> Resource:
    """What the mapping in this file is for, whatever else is wrong with it.

    Raises:
        MappingRefused: the file, or the resource that it names, cannot be read.
    """
    root = parse(path, _content(path))
    parts = pairs(root, Mistakes(path), KEYS) if isinstance(root, yaml.MappingNode) else ()
    return _resource(path, dict(parts))


def _content(path: Path) -> bytes:
    try:
        with opened(path) as file:
            return file.read()
    except OSError as e:
        raise MappingRefused(f"the mapping file {path} cannot be read: {e.strerror or e}.") from e


def _resource(path: Path, parts: dict[str, Node]) -> Resource:
    """What the mapping is for: a name, or the path of a .yaml file relative to the mapping file."""
    if "resource" not in parts:
        return load_resource(CUSTOMERS)
    node, mistakes = parts["resource"], Mistakes(path)
    name = text_of(node, mistakes)
    mistakes.raise_if_any()
    try:
        return load_resource(str((path.parent / name).absolute()) if is_path(name) else name)
    except MappingRefused as e:
        raise MappingRefused(f"{path}, line {line_of(node)}: {e}") from e


@dataclass(slots=True)
class _Reader:
    """The parts of one file, read one after the other."""

    resource: Resource
    mistakes: Mistakes
    parts: dict[str, Node]
    targets: dict[Target, int] = field(default_factory=dict)  # mapped so far: the line
    headers: dict[str, int] = field(default_factory=dict)

    def mapping(self, sha256: str) -> Mapping:
        clear = self.text("clear", CLEAR)
        blank_clears = self.blank(self.parts["blank"]) if "blank" in self.parts else False
        id_header, match = self.id()
        columns = tuple(self.columns(clear, blank_clears))
        fields = (self.resource.field_of(column.target) for column in columns)
        if "clear" in self.parts and (mistake := wrong_clear_word(clear, fields)):
            self.mistakes.add(self.parts["clear"], mistake)
        return Mapping(
            path=self.mistakes.path,
            resource=self.resource,
            id_header=id_header,
            columns=columns,
            match=match,
            verify=dict(self.verify()),
            sheet=self.text("sheet", ""),
            constants=dict(self.constants(clear)),
            ignore=tuple(self.ignored()),
            clear=clear,
            accept=frozenset(self.accepted()),
            sha256=sha256,
        )

    def text(self, key: str, default: str) -> str:
        return text_of(self.parts[key], self.mistakes) if key in self.parts else default

    def id(self) -> tuple[str, str]:
        """The header of the id column, and the field that it holds where that is not the id itself."""
        node = self.parts.get("id")
        if node is None:
            return "", ""
        parts = dict(pairs(node, self.mistakes, ID_KEYS)) if isinstance(node, yaml.MappingNode) else {"column": node}
        if "column" not in parts:
            self.mistakes.add(node, "“id:” has no “column:”.")
            return "", ""
        header = text_of(parts["column"], self.mistakes)
        if header:
            self.headers[fold(header)] = line_of(parts["column"])
        return header, self.match(parts["match"]) if "match" in parts else ""

    def match(self, node: Node) -> str:
        """The text field by which records are looked up."""
        name = text_of(node, self.mistakes)
        texts = [name for name, f in self.resource.fields.items() if f.type == "string"]
        if name in texts or not name:
            return name
        if name in self.resource.fields:
            self.mistakes.add(node, f"“{name}” is not a text field, and “match:” needs one.")
        else:
            self.mistakes.add(node, f"{NO_FIELD.format(name)}{did_you_mean(name, texts)}")
        return ""

    def verify(self) -> Iterator[tuple[str, str]]:
        """Headers, each with the field whose present value the cell must repeat."""
        for header, node in pairs(self.parts["verify"], self.mistakes) if "verify" in self.parts else ():
            self.header(header, node)
            name = text_of(node, self.mistakes)
            known = [name for name, f in self.resource.fields.items() if f.type in VERIFIABLE]
            if name in known:
                yield header, name
            elif name:
                hint = did_you_mean(name, known)
                is_field = name in self.resource.fields
                self.mistakes.add(
                    node, f"“{name}” cannot be verified." if is_field else f"{NO_FIELD.format(name)}{hint}"
                )

    def blank(self, node: Node) -> bool:
        word = text_of(node, self.mistakes)
        if word and word not in BLANK:
            self.mistakes.add(node, f"“{word}” is not known here: an empty cell can “keep” or “clear” the field.")
        return BLANK.get(word, False)

    def columns(self, clear: str, blank_clears: bool) -> Iterator[Column]:
        for header, node in pairs(self.parts["columns"], self.mistakes) if "columns" in self.parts else ():
            self.header(header, node)
            parts = {"field": node}
            if isinstance(node, yaml.MappingNode):
                parts = dict(pairs(node, self.mistakes, COLUMN_KEYS))
                if "field" not in parts:
                    self.mistakes.add(node, f"“{header}” has no “field:”.")
                    continue
            target = self.target(parts["field"])
            if target is None:
                continue
            own_blank = self.blank(parts["blank"]) if "blank" in parts else blank_clears
            values = dict(self.values(parts["values"], target, clear)) if "values" in parts else {}
            yield Column(header, target, values, own_blank, line_of(node))

    def header(self, header: str, node: Node) -> None:
        if not fold(header):
            self.mistakes.add(node, "a header is expected before the colon.")
        elif fold(header) in self.headers:
            self.mistakes.add(node, f"the column “{header}” is already in line {self.headers[fold(header)]}.")
        else:
            self.headers[fold(header)] = line_of(node)

    def target(self, node: Node) -> Target | None:
        """The field that a column writes; None, with a mistake noted, if there is no such field."""
        name = text_of(node, self.mistakes)
        if not name:
            return None
        target = Target.parse(name)
        reason = self.why_not(name, target)
        if reason or target is None:
            self.mistakes.add(node, reason)
            return None
        if target in self.targets:
            self.mistakes.add(node, f"“{name}” is mapped twice (line {self.targets[target]} has it too).")
            return None
        self.targets[target] = line_of(node)
        return target

    def why_not(self, name: str, target: Target | None) -> str:
        """Why nothing can be mapped to this name; empty if something can."""
        outer = self.resource.fields.get(target.field) if target else None
        if target is None or outer is None or bool(target.index) != (outer.type == "list"):
            hint = did_you_mean(name, self.resource.targets)
            if outer is not None and outer.type == "list":
                example = next(name for name in self.resource.targets if name.startswith(f"{outer.name}[1]."))
                hint = f" A {outer.noun.one}'s field is written like {example}."
            return f"{NO_FIELD.format(name)}{hint}"
        if target.index and target.item not in outer.items:
            hint = did_you_mean(target.item, [name for name, f in outer.items.items() if f.mappable])
            return f"“{target.item}” is not a field of a {outer.noun.one}.{hint}"
        field_ = self.resource.field_of(target)
        if field_.read_only:
            return f"“{name}” is read-only: the API returns it and does not take it."
        return "" if field_.mappable else f"“{name}” cannot be mapped: the API does not say what its values look like."

    def values(self, node: Node, target: Target, clear: str) -> Iterator[tuple[str, Any]]:
        """The spellings of a column, folded, each with the API's value."""
        field_ = self.resource.field_of(target)
        for spelling, value_node in pairs(node, self.mistakes):
            value = self.value(value_node, field_, clear)
            if mistake := wrong_spelling(spelling, value, field_, clear):
                self.mistakes.add(value_node, mistake)
            yield fold(spelling), value

    def value(self, node: Node, field_: Field, clear: str) -> Any:
        """A value of the field as the API takes it, from the text in the mapping file."""
        if is_null(node):
            text = getattr(node, "value", "")
            hint = f"write '{clear}' to empty the field, or put the text in quotes."
            self.mistakes.add(node, f"“{text}” is not clear: {hint}")
            return None
        text = text_of(node, self.mistakes)
        if not text:
            return None
        if fold(text) == fold(clear):
            if not field_.nullable:
                self.mistakes.add(node, f"“{field_.name}” cannot be emptied.")
            return None
        rule = fault(field_, text)
        if rule:
            kind = CATALOGUE[rule]
            words = {"value": text, **details(field_, text, clear)}
            self.mistakes.add(node, f"{kind.problem.format(**words)} {kind.remedy.format(**words)}")
            return None
        return convert(field_, text)

    def constants(self, clear: str) -> Iterator[tuple[str, Any]]:
        for name, node in pairs(self.parts["constants"], self.mistakes) if "constants" in self.parts else ():
            target = Target.parse(name)
            reason = self.why_not(name, target)
            if reason or target is None:
                self.mistakes.add(node, reason)
            elif target.index:
                noun = self.resource.fields[target.field].noun.one
                self.mistakes.add(node, f"a field of a {noun} cannot be a constant.")
            elif target in self.targets:
                self.mistakes.add(node, f"“{name}” is mapped twice (line {self.targets[target]} has it too).")
            else:
                yield name, self.value(node, self.resource.field_of(target), clear)

    def ignored(self) -> Iterator[str]:
        if "ignore" in self.parts:
            for header, node in texts_of(self.parts["ignore"], self.mistakes, "[Comments, Checked by]"):
                self.header(header, node)
                yield header

    def accepted(self) -> Iterator[str]:
        """Kinds of warnings that are meant."""
        if "accept" in self.parts:
            for kind, node in texts_of(self.parts["accept"], self.mistakes, "[hidden_rows, hidden_column]"):
                if mistake := unknown_kinds([kind]):
                    self.mistakes.add(node, mistake)
                else:
                    yield kind
