"""What a run changed, put back where the record still holds it; the rest is left and named."""

from dataclasses import replace

from sync.model import MISSING, Change, ChangeKind, Record
from sync.planning.comparison import are_both_empty
from sync.planning.items import id_of, item_by_id, live_items, value_in
from sync.planning.replay import Replay, is_before, values_of
from sync.planning.update import PlannedUpdate
from sync.planning.wording import UNDOING

LEFT = "Changed by somebody since the run, so it is left as it is: "
UNKNOWN = "The run did not see what the record held before, so it is left as it is: "


def build_undo(replay: Replay) -> PlannedUpdate:
    """What puts back the changes of a run."""
    return _Undo(replay).update()


class _Undo:
    """An undo of one record in the making."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._record = replay.record
        self._body = replay.body()
        self._undone: list[Change] = []
        self._left: list[Change] = []
        self._removed: list[Record] = []  # items of the record

    def update(self) -> PlannedUpdate:
        """The update that undoes."""
        for change in self._replay.fields():
            self._put_back(change)
        for index, changes in self._replay.by_item(ChangeKind.NEW_ITEM).items():
            self._remove(changes, index)
        self._restore_removed_items()
        return PlannedUpdate(self._body.fields, tuple(self._undone), conflict=self._why_left())

    def _put_back(self, change: Change) -> None:
        item = self._replay.item(change)
        present = value_in(self._record, change.target, item)
        if is_before(change, present) and present is not MISSING:
            return
        if self._can_be_put_back(change, item) and self._replay.holds_what_was_written(change, present):
            before = None if change.before is MISSING else change.before
            item_id = id_of(item, self._replay.nested) if item is not None else None
            self._undone.append(Change(change.field, present, before, item_id))
            self._body.put(change.target, before, item)
        elif not are_both_empty(change.before, present):
            self._left.append(change)

    def _can_be_put_back(self, change: Change, item: Record | None) -> bool:
        """A field that the record did not have at all cannot be taken out again by a PUT."""
        return item is not None if change.target.index else change.before is not MISSING

    def _remove(self, changes: list[Change], index: int) -> None:
        """Take an item that was appended out again, where nobody has added anything to it since."""
        item = self._appended_item(changes)
        if item is not None and self._replay.is_just(item, values_of(changes)):
            self._body.remove(item)
            self._removed.append(item)
            item_id = id_of(item, self._replay.nested)
            self._undone += [Change(c.field, c.after, None, item_id, ChangeKind.REMOVED_ITEM) for c in changes]
        elif item is not None or self._may_be_there(changes, index):
            self._left += changes

    def _appended_item(self, changes: list[Change]) -> Record | None:
        """The item that was appended: by its id, or where that is not known by all that was sent for it."""
        nested = self._replay.nested
        if (item := item_by_id(self._record, nested, changes[0].item_id)) is not None:
            return item
        items = (item for item in live_items(self._record, nested) or [] if not any(item is r for r in self._removed))
        return next((item for item in items if self._replay.is_just(item, values_of(changes))), None)

    def _may_be_there(self, changes: list[Change], index: int) -> bool:
        """Whether an item that was not recognised may still be there, changed by somebody."""
        if live_items(self._record, self._replay.nested) is None:
            return True  # the record does not show its list
        return changes[0].item_id is None and self._replay.changed_since(index) is not None

    def _restore_removed_items(self) -> None:
        """Append again what an undo took out, unless it is there."""
        groups = self._replay.by_item(ChangeKind.REMOVED_ITEM)
        live = live_items(self._record, self._replay.nested) if groups else []
        if live is None:  # a list with this item alone would replace the one that the record does not show
            self._left += [change for changes in groups.values() for change in changes]
            return
        number = len(live)
        for changes in groups.values():
            values = {change.target.item: change.before for change in changes}
            if any(self._replay.is_just(item, values) for item in live):
                continue
            number += 1
            for change in changes:
                target = replace(change.target, index=number)
                self._body.put(target, change.before)
                self._undone.append(Change(str(target), MISSING, change.before, kind=ChangeKind.NEW_ITEM))

    def _why_left(self) -> str:
        """Why fields are left as they are; nobody is blamed for what the run itself wrote."""
        own = [change for change in self._left if self._is_own(change)]
        others = [change for change in self._left if change not in own]
        reasons = self._replay.reasons(others, LEFT, UNDOING)
        reasons += [UNKNOWN + self._replay.named(own, UNDOING)] if own else []
        return " ".join(reasons)

    def _is_own(self, change: Change) -> bool:
        if change.kind is ChangeKind.NEW_ITEM or change.before is not MISSING:
            return False
        present = self._replay.present(change)
        return present is MISSING or self._replay.holds_what_was_written(change, present)
