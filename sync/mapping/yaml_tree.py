"""A mapping file as a tree of texts with line marks, and the list of its mistakes.

So `No`, `60` and `012` are what was written, a key given twice is noticed, and every mistake is named with its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from sync.errors import MappingRefused
from sync.text import did_you_mean, fold, normal

Node = yaml.nodes.Node


@dataclass(slots=True)
class Mistakes:
    """The mistakes of a file, collected so that a person sees them all at once."""

    path: Path
    lines: list[tuple[int, str]] = field(default_factory=list)

    def add(self, node: Node, text: str) -> None:
        """One more mistake, where this part of the file begins."""
        self.lines.append((line_of(node), text))

    def missing(self, key: str, root: Node, content: bytes) -> None:
        """One more mistake: a key is not there. In a draft it may be there as a comment."""
        text = content.decode("utf-8")
        comment = re.search(rf"(?m)^[ \t]*#[ \t]*{key}:", text)
        if comment is None:
            self.add(root, f"“{key}:” is missing.")
        else:
            line = 1 + text.count("\n", 0, comment.start())
            self.lines.append((line, f"“{key}:” is missing. Take the # away from this line, and correct the line."))

    def raise_if_any(self) -> None:
        """Refuse the file if it has mistakes.

        Raises:
            MappingRefused: with a line for each, in the order of the file.
        """
        if self.lines:
            in_order = sorted(self.lines, key=lambda line: line[0])
            raise MappingRefused("\n".join(f"{self.path}, line {line}: {text}" for line, text in in_order))


def line_of(node: Node) -> int:
    """The line of the file on which this part begins, from 1."""
    return int(node.start_mark.line) + 1


def parse(path: Path, content: bytes) -> Node | None:
    """The tree of a file's content; None for a file without any.

    Raises:
        MappingRefused: it is not UTF-8 or not YAML, or uses aliases.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        events = yaml.parse(text, Loader=yaml.SafeLoader) if "*" in text else ()
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            raise MappingRefused(f"{path}: aliases (*name) cannot be used in a mapping file. Write the text out.")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as e:
        raise MappingRefused(f"{path} is not UTF-8 text. Save it as UTF-8.") from e
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise MappingRefused(f"{path}{where}: this is not YAML: {e.problem or e.context}.") from e
    except (yaml.YAMLError, RecursionError) as e:
        raise MappingRefused(f"{path} is not YAML: {str(e).splitlines()[0]}.") from e


def pairs(node: Node, mistakes: Mistakes, known: tuple[str, ...] = ()) -> Iterator[tuple[str, Node]]:
    """A node's keys and values. Keys given twice, or not among the known ones, are mistakes."""
    if not isinstance(node, yaml.MappingNode):
        mistakes.add(node, "lines like “name: value” are expected here.")
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            mistakes.add(key, "a name is expected before the colon.")
        elif fold(key.value) in lines:
            mistakes.add(key, f"“{key.value}” is given twice (line {lines[fold(key.value)]} has it too).")
        elif known and key.value not in known:
            mistakes.add(key, f"“{key.value}” is not known here.{did_you_mean(key.value, known)}")
        else:
            lines[fold(key.value)] = line_of(key)
            yield key.value, value


def text_of(node: Node, mistakes: Mistakes) -> str:
    """The text of a node; anything else is a mistake."""
    if isinstance(node, yaml.ScalarNode) and normal(node.value):
        return normal(node.value)
    mistakes.add(node, "a text is expected here.")
    return ""


def texts_of(node: Node, mistakes: Mistakes, example: str) -> Iterator[tuple[str, Node]]:
    """The texts of a list, or the one text that stands in its place, each with its node."""
    if isinstance(node, yaml.ScalarNode):
        node = yaml.SequenceNode("", [node], node.start_mark, node.end_mark)
    if not isinstance(node, yaml.SequenceNode):
        mistakes.add(node, f"a list like {example} is expected here.")
        return
    for item in node.value:
        text = text_of(item, mistakes)
        if text:
            yield text, item


def is_null(node: Node) -> bool:
    """Whether this is YAML's null: nothing at all, `~` or `null` without quotes."""
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ("", "~", "null", "Null", "NULL")
