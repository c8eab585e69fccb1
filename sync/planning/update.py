"""Edits × the record as it is now → what would change: the plan. Pure: nothing is read or sent here.

The body of a PUT is built anew from the planned changes when it is sent, in `replay`.

The body is the record's writable fields as read, with the constants and the edits laid over. So a field that the sheet
does not name is sent as it is, whichever way the API treats fields that are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.contract.display import Display, quoted
from sync.contract.resource import Field, Resource
from sync.model import MISSING, REPLACED, Change, ChangeKind, Edit, Problem, Record, Target
from sync.planning.body import Body, writable
from sync.planning.comparison import has_nothing, is_held, is_the_same
from sync.planning.items import counted_items, id_of, item_at, item_by_id, live_items, value_in
from sync.planning.losses import loss
from sync.planning.wording import EXPORTED, HeaderLookup, header_of, quoted_value, verifying
from sync.problems import problem
from sync.text import fold


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """What would be sent for a row, given its record as it is now."""

    body: Record
    changes: tuple[Change, ...] = ()  # what the record would hold otherwise than now; none: nothing to send
    problems: tuple[Problem, ...] = ()  # any: nothing is sent
    conflict: str = ""  # what of the record is not as it was left, for a person
    # Of a conflict: what the record holds for each edit, by target; `contacts[1]`: its id, None where there is none.
    present: Mapping[str, Any] = field(default_factory=dict)
    left_alone: tuple[str, ...] = ()  # targets that somebody has changed since the export, and the person has not
    undecided: tuple[str, ...] = ()  # fields that are changed while the record says the same in another field too


def build_update(
    edit: Edit, record: Record, resource: Resource, constants: Mapping[str, Any], lookup: HeaderLookup
) -> PlannedUpdate:
    """A row's edits, laid over its record.

    Where the sheet remembers what was exported, a field that somebody has changed since is a conflict.
    """
    row = _Row(edit, record, resource, lookup)
    problems = (*mismatches(edit, record, resource, lookup), *row.out_of_reach(), *row.losses())
    if problems:
        return PlannedUpdate({}, problems=problems)
    conflicts, left_alone = list(row.conflicts()), tuple(row.left_alone())
    if conflicts:
        reason = "Changed in Campfire since the export, so it is not overwritten: " + "; ".join(conflicts) + "."
        return PlannedUpdate({}, conflict=reason, present=row.present(), left_alone=left_alone)
    body = Body(record, resource, writable(record, resource) | dict(constants))
    changes = tuple(row.lay_over(body))
    lacking = tuple(_lacking(edit.row, body.fields, resource)) if changes else ()
    if not changes or lacking:
        return PlannedUpdate(body.fields, problems=lacking, left_alone=left_alone)
    changes += tuple(_by_constants(record, constants))
    return PlannedUpdate(body.fields, changes, left_alone=left_alone, undecided=tuple(row.undecided(changes)))


def mismatches(edit: Edit, record: Record, resource: Resource, lookup: HeaderLookup) -> Iterator[Problem]:
    """Columns that are to tell whether a row is for the right record, and do not match it."""
    for name, shown in edit.verify.items():
        present = record.get(name, MISSING)
        text = "" if has_nothing(present) else Display(resource).value(name, present)
        spellings = [text] if has_nothing(present) else [text, str(present)]
        is_choice = bool(resource.fields[name].choices) or isinstance(present, bool)
        if any(is_held(shown, each) or (is_choice and fold(shown) == fold(each)) for each in spellings):
            continue
        header, _ = lookup(verifying(name))
        yield problem("not_verified", edit.row, header, shown, shown=quoted(shown), present=quoted(text))


def build_unread_update(
    edit: Edit, resource: Resource, constants: Mapping[str, Any], lookup: HeaderLookup
) -> PlannedUpdate:
    """A row's edits alone, for --no-read: nothing is known of the record."""
    nested = resource.nested
    noun = {"one": nested.noun.one, "many": nested.noun.many} if nested else {}
    values = _by_target(edit.values)
    unread = [problem("list_unread", edit.row, *lookup(str(t)), **noun) for t in values if t.index]
    unread += [problem("verify_unread", edit.row, *lookup(verifying(name))) for name in edit.verify]
    body = dict(constants) | {target.field: value for target, value in values.items() if not target.index}
    problems = (*unread, *_lacking(edit.row, body, resource)) if values else ()
    return PlannedUpdate(body, tuple(Change(str(t), MISSING, v) for t, v in values.items()), problems)


def _by_target(texts: Mapping[str, Any]) -> dict[Target, Any]:
    return {target: value for text, value in texts.items() if (target := Target.parse(text))}


def _by_constants(record: Record, constants: Mapping[str, Any]) -> Iterator[Change]:
    """What the constants change. Where the API does not show the field there is nothing to compare."""
    for name, value in constants.items():
        if name in record and not is_held(value, record[name]):
            yield Change(name, record[name], value, kind=ChangeKind.CONSTANT)


def _lacking(row: int, body: Record, resource: Resource) -> Iterator[Problem]:
    """Fields that every PUT must hold, and that this body does not."""
    for needed in resource.needed:
        if needed.name not in body:
            yield problem("required_missing", row, label=needed.label, field=needed.name)


class _Row:
    """A row's edits beside its record."""

    def __init__(self, edit: Edit, record: Record, resource: Resource, lookup: HeaderLookup) -> None:
        self._edit = edit
        self._values = _by_target(edit.values)
        self._exported = _by_target(edit.exported)
        self._record = record
        self._resource = resource
        self._lookup = lookup
        indexes = {target.index for target in (*self._values, *self._exported) if target.index}
        self._items = {index: self._item(index) for index in sorted(indexes)}
        # The edits that the record does not hold to the letter: what else there is asks for nothing.
        self._open = {t: v for t, v in self._values.items() if not is_the_same(v, self._present(t))}

    @property
    def _nested(self) -> Field:
        assert self._resource.nested is not None  # a mapping has no column for an item otherwise
        return self._resource.nested

    def _exported_id(self, index: int) -> Any:
        """The item's id when the sheet was exported; None where there was no such item, MISSING where nobody knows."""
        was_exported = any(target.index == index for target in self._exported)
        return self._edit.items.get(f"{self._nested.name}[{index}]", None if was_exported else MISSING)

    def _item(self, index: int) -> Record | None:
        """The item of this number; None if it does not exist. One that was exported is known by its id."""
        exported = self._exported_id(index)
        if exported is not MISSING and exported is not None:
            return item_by_id(self._record, self._nested, exported)
        return item_at(self._record, self._nested, index)

    def _present(self, target: Target) -> Any:
        """What the record holds for a target."""
        return value_in(self._record, target, self._items[target.index] if target.index else None)

    def present(self) -> dict[str, Any]:
        """What the record holds for each edit, and the ids of the items.

        An item that has gone keeps its id where another one has taken its place: that one is not meant.
        """
        values = {str(target): self._present(target) for target in self._values}
        ids: dict[str, Any] = {}
        replaced: dict[str, Record] = {}
        for n in sorted({target.index for target in self._values if target.index}):
            item, here, name = self._items[n], item_at(self._record, self._nested, n), f"{self._nested.name}[{n}]"
            ids[name] = id_of(item, self._nested) if item is not None else self._exported_id(n) if here else None
            if here is not None and self._has_gone(n):
                others = [target for target in self._values if target.index == n]
                replaced[name] = {name: id_of(here, self._nested)} | {str(t): here.get(t.item) for t in others}
                if self._exported_id(n) is None:  # it was added since
                    ids[name], values = None, values | dict.fromkeys(map(str, others))
        present = {name: None if value is MISSING else value for name, value in (values | ids).items()}
        return present | {REPLACED: replaced} if replaced else present

    def out_of_reach(self) -> Iterator[Problem]:
        """Items that cannot be filled in: the list is not shown, or an item before them is missing."""
        targets = sorted((target for target in self._open if target.index), key=lambda target: target.index)
        if not targets:
            return
        one, many = self._nested.noun.one, self._nested.noun.many
        if live_items(self._record, self._nested) is None:
            for target in targets:
                yield problem("list_unknown", self._edit.row, *self._lookup(str(target)), one=one, many=many)
            return
        reach = count = len(counted_items(self._record, self._nested))
        for target in targets:
            if self._asks_for_nothing(target) or self._exported_id(target.index) not in (MISSING, None):
                continue
            if target.index > reach + 1:
                header, text = self._lookup(str(target))
                place = {"counted": self._nested.noun.counted(count), "index": target.index, "next": reach + 1}
                yield problem("item_gap", self._edit.row, header, text, one=one, **place)
            reach = max(reach, target.index)

    def losses(self) -> Iterator[Problem]:
        """Edits that are not the person's: the new value is what a program made of the present one."""
        for target, value in self._open.items():
            present = self._present(target)
            if self._resource.field_of(target).type != "string":
                continue
            if isinstance(value, str) and isinstance(present, str) and (kind := loss(present, value)):
                header, _ = self._lookup(str(target))
                yield problem(kind, self._edit.row, header, value, before=present)

    def left_alone(self) -> Iterator[str]:
        """The cells that nobody has touched in the sheet, while somebody has changed the field."""
        for target, exported in self._exported.items():
            if target not in self._values and not _is_same(exported, self._present(target)):
                yield str(target)

    def conflicts(self) -> Iterator[str]:
        """Edits of what somebody has changed since the export, each with its three values."""
        if not self._exported and not self._edit.items:
            return
        for target, value in self._open.items():
            present = self._present(target)
            if is_held(value, present) or self._asks_for_nothing(target):
                continue
            if target.index and (gone := self._has_gone(target.index)):
                yield f"{header_of(target, self._resource, self._lookup)}: {gone}{self._instead(target)}"
            elif target in self._exported and not _is_same(self._exported[target], present):
                yield self._three_values(target, value, present)

    def _three_values(self, target: Target, value: Any, present: Any) -> str:
        header = header_of(target, self._resource, self._lookup)
        was, wanted, is_now = (
            quoted_value(each, target, self._resource) for each in (self._exported[target], value, present)
        )
        return EXPORTED.format(header=header, before=was, after=wanted, present=is_now)

    def _has_gone(self, index: int) -> str:
        """Words for an item that is another one than in the export; empty where it is the same."""
        exported, item, one = self._exported_id(index), self._items[index], self._nested.noun.one
        if exported is MISSING or (exported is None) == (item is None):
            return ""
        return f"the {one} of the export has been deleted" if item is None else f"{one} {index} was added since"

    def _instead(self, target: Target) -> str:
        """Who stands in the place of an item that has gone, or came since."""
        here = item_at(self._record, self._nested, target.index)
        if here is None:
            return ""
        holds = quoted_value(here.get(target.item, MISSING), target, self._resource)
        another = (
            f", and {self._nested.noun.one} {target.index} is another one now"
            if here is not self._items[target.index]
            else ""
        )
        return f"{another}, with {holds}"

    def _asks_for_nothing(self, target: Target) -> bool:
        """Emptying a field of an item that does not exist asks for nothing."""
        return bool(target.index) and self._values[target] is None and self._items[target.index] is None

    def lay_over(self, body: Body) -> Iterator[Change]:
        """Put the edits into the body; what differs from the record is a change."""
        for target in sorted(self._open, key=lambda target: target.index):
            value, present = self._open[target], self._present(target)
            if is_held(value, present) or self._asks_for_nothing(target):
                continue
            item = self._items[target.index] if target.index else None
            body.put(target, value, item)
            if target.index and item is None:
                yield Change(str(target), MISSING, value, kind=ChangeKind.NEW_ITEM)
            else:
                yield Change(str(target), present, value, id_of(item, self._nested) if item else None)

    def undecided(self, changes: Iterable[Change]) -> Iterator[str]:
        """Fields that are changed while the record says the same in another field, which the row does not edit."""
        for change in changes:
            beside = self._resource.field_of(change.target).beside if change.kind is ChangeKind.EDIT else ""
            if beside and Target(beside) not in self._values and not has_nothing(self._record.get(beside)):
                yield change.field


def _is_same(exported: Any, present: Any) -> bool:
    """Whether the record still holds what was exported. A sheet does not tell an empty text from no value."""
    return is_held(exported, present) or (has_nothing(exported) and has_nothing(present))
