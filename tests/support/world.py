"""A server as hard as the world, and what is true of it: contacts in changing order, replicas that lag behind, other
people who edit the same records at every step. It keeps each record's whole history, by which a schedule is judged.
"""

import copy
import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.fault_http import Asked
from tests.support.fault_records import CONTACT, WRITABLE, Record, contact, now, put
from tests.support.fault_server import FaultServer

Key = tuple[Any, ...]  # ("terms",), ("contact", 71, "email"), ("contact", 71): that the contact is there
Facts = dict[Key, Any]
OTHER_TERMS = ["net_5", "net_7", "net_10", "net_15", "net_20", "net_90", "net_105", "net_120"]


def facts_of(record: Record) -> Facts:
    """All that a PUT could change of a record; deleted contacts are not there."""
    facts: Facts = {(name,): record[name] for name in WRITABLE if name != "contacts" and name in record}
    for each in record["contacts"]:
        if not each["is_deleted"]:
            facts["contact", each["id"]] = True
            facts |= {("contact", each["id"], item): each[item] for item in CONTACT}
    return facts


@dataclass(frozen=True)
class Event:
    """A record has changed, or was shown."""

    kind: str  # put, outside, deleted, shown
    chain: int  # the number of the run, with its apply and its resumes; an undo is another one
    number: int
    before: Facts
    after: Facts
    is_old: bool = False  # what was shown is not the record as it is


@dataclass
class Odds:
    """How often something happens, from 0 to 1."""

    outside: float = 0.15  # an outside edit, before a record is read and after it was written
    deletion: float = 0.01  # of a whole record
    stale: float = 0.3  # a write that the next readings do not show yet


class KeyedDefault(dict[int, random.Random]):
    """Makes what it does not have yet of its key."""

    def __init__(self, make: Callable[[int], random.Random]) -> None:
        self._make = make
        super().__init__()

    def __missing__(self, key: int) -> random.Random:
        self[key] = self._make(key)
        return self[key]


class World(FaultServer):
    """The fault server with other people in it."""

    def __init__(self, records: Iterable[Record], chance: random.Random, odds: Odds) -> None:
        first = chance.random()
        # Each record has its own chance, so that the order in which threads come changes nothing.
        self.chances: dict[int, random.Random] = KeyedDefault(lambda number: random.Random(f"{first} {number}"))
        self.odds = odds
        self.chain = 0
        self.events: list[Event] = []
        self._old: dict[int, list[Record]] = {}  # what the next readings of a record show instead of it
        self._word = 0
        super().__init__(records)
        self._lock = threading.RLock()

    # --- other people ---

    def somebody_edits(self, number: int) -> None:
        """One outside edit of a record, of any kind, with a value that nobody else writes."""
        if number not in self.records:
            return
        before = copy.deepcopy(self.records[number])
        chance = self.chances[number]
        if chance.random() < self.odds.deletion:
            self.deleted[number] = self.records.pop(number) | {"is_deleted": True, "deleted_at": now()}
            self.events.append(Event("deleted", self.chain, number, facts_of(before), {}))
            return
        self._word += 1
        record = self.records[number]
        self._edit(record, f"outside {self._word}", chance)
        record["last_modified_at"] = now()
        self.events.append(Event("outside", self.chain, number, facts_of(before), facts_of(record)))

    def _edit(self, record: Record, word: str, chance: random.Random) -> None:
        live = [each for each in record["contacts"] if not each["is_deleted"]]
        kind = chance.choice(["terms", "notes", "city", "zip_code", "dba", "email", "email", "add", "delete"])
        if kind == "terms":
            record["terms"] = chance.choice([terms for terms in OTHER_TERMS if terms != record["terms"]])
        elif kind == "email" and live:
            chance.choice(live)["email"] = f"{word.replace(' ', '')}@example.com"
        elif kind == "delete" and live:
            chance.choice(live)["is_deleted"] = True
        elif kind == "add":
            record["contacts"].append(contact(800_000 + self._word, email=f"{word.replace(' ', '')}@example.com"))
        elif kind in ("notes", "zip_code", "dba"):
            record[kind] = word
        else:
            record["city"] = word

    def maybe_somebody_edits(self, number: int) -> None:
        """Perhaps an outside edit, perhaps none."""
        if self.chances[number].random() < self.odds.outside:
            self.somebody_edits(number)

    # --- requests ---

    def apply(self, asked: Asked, ignored: tuple[str, ...] = ()) -> tuple[int, Any]:
        """Do what the API does, with other people before a reading and after a write."""
        with self._lock:
            number = asked.customer
            if number is None:
                if "include_deleted=true" not in asked.path:
                    for each in list(self.records):
                        self.maybe_somebody_edits(each)
                status, page = super().apply(asked)
                page["results"] = [self._shown(record) for record in page["results"]]
                return status, page
            if asked.method == "GET":
                self.maybe_somebody_edits(number)
                status, answer = super().apply(asked)
                return status, self._shown(answer) if status == 200 else answer
            return self._write(asked, number)

    def _write(self, asked: Asked, number: int) -> tuple[int, Any]:
        record = self.records.get(number)
        if record is None:
            return 404, {"detail": "No Customer matches the given query."}
        before = copy.deepcopy(record)
        after, errors = put(record, asked.body)
        if errors:
            return 400, errors
        after["contacts"] += self._kept_deleted(before, after)
        for each in after["contacts"]:
            each["email"] = each["email"] and each["email"].lower()  # as it may store addresses
        self.records[number] = after
        asked.applied = True
        self.events.append(Event("put", self.chain, number, facts_of(before), facts_of(after)))
        if asked.did == "ok" and self.chances[number].random() < self.odds.stale:
            self._old[number] = [before] * self.chances[number].randint(1, 3)
        answer = self._shuffled(after)
        self.maybe_somebody_edits(number)
        return 200, answer

    def _kept_deleted(self, before: Record, after: Record) -> list[Record]:
        """Soft deletes: what is left out of a list stays in it as deleted. What is deleted and sent lives again."""
        sent = {each["id"] for each in after["contacts"]}
        for each in after["contacts"]:
            each["is_deleted"] = False
        return [dict(each, is_deleted=True) for each in before["contacts"] if each["id"] not in sent]

    def _shown(self, record: Record) -> Record:
        old = self._old.get(record["id"])
        shown = old.pop() if old else record
        facts = facts_of(shown)
        self.events.append(Event("shown", self.chain, record["id"], facts, facts, shown is not record))
        return self._shuffled(shown)

    def _shuffled(self, record: Record) -> Record:
        shown = copy.deepcopy(record)
        self.chances[record["id"]].shuffle(shown["contacts"])
        return shown


Wishes = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class RowAsked:
    """What a row asks for, and what its person knew of the record."""

    wish: dict[str, Any]  # by target; empty for a row that nobody has touched
    sight: Facts | None = None  # None: what the run sees first
    since: int = 0  # the place of that sight among the world's events
    keys: Facts | None = None  # what the wish comes to; None: as it does at that sight
    has_gone: bool = False  # a contact that is meant had gone by that sight, so a conflict is one still


@dataclass(frozen=True)
class _Claim:
    """What there is to judge a row's status by."""

    here: list[Event]  # since the sight, all of them
    puts: list[Event]  # of this run
    keys: Facts  # what is wanted
    due: Facts  # the same without what the record held at the sight, and somebody may have changed by now
    wrote: bool  # whether the PUTs changed anything


@dataclass
class Judge:
    """Finds what a schedule has done that nobody meant, and what was claimed and is not so."""

    world: World
    wrong: list[str] = field(default_factory=list)

    def run(self, chain: int, rows: dict[int, RowAsked], statuses: dict[int, str], messages: dict[int, str]) -> None:
        """Judge a run with its apply and resumes. `rows` are those that are not invalid."""
        for number, asked in rows.items():
            events = [event for event in self.world.events[asked.since :] if event.number == number]
            here = [event for event in events if event.chain == chain or asked.sight is not None]
            shown = (event.after for event in here if event.kind == "shown" and not event.is_old)
            sight = (next(shown, None) if asked.sight is None else asked.sight) or {}
            keys = wanted(asked.wish, sight) if asked.keys is None else asked.keys
            puts = [event for event in here if event.kind == "put" and event.chain == chain]
            written = {key for event in puts for key in self._of_put(event, keys, sight)}
            text = f"{number} {statuses[number]} {asked.wish} {messages[number]}"
            due = {key: value for key, value in keys.items() if sight.get(key) != value}
            claim = _Claim(here, puts, keys, due, bool(written))
            stays = asked.has_gone and statuses[number] == "conflict" and not written
            if not (stays or self._is_true(number, statuses[number], claim)):
                self.wrong.append(f"not so: {text}")
        sent = {event.number for event in self.world.events if event.kind == "put" and event.chain == chain}
        if sent - rows.keys():
            self.wrong.append(f"sent, and not asked for: {sent - rows.keys()}")

    def nothing_sent(self, chain: int) -> None:
        """Judge a preview."""
        if any(event.kind == "put" and event.chain == chain for event in self.world.events):
            self.wrong.append("a preview has sent something")

    def last_sight(self, number: int) -> tuple[Facts, int]:
        """What of a record was shown last, and the place of that among the events."""
        events = enumerate(self.world.events)
        at = max((n for n, event in events if (event.kind, event.number) == ("shown", number)), default=-1)
        return self.world.events[at].after if at >= 0 else {}, at + 1

    def _of_put(self, event: Event, wanted: Facts, sight: Facts) -> set[Key]:
        """What a PUT has changed; each has to be wanted, and to be as it was at first sight."""
        changed = {
            key for key in event.before.keys() | event.after.keys() if event.before.get(key) != event.after.get(key)
        }
        new = {key[1] for key in event.after if len(key) == 2 and key not in event.before}
        for key in changed:
            if len(key) > 1 and key[1] in new:
                if key[2:] and event.after[key] != wanted.get(("new", *key[2:])):
                    self.wrong.append(f"{event.number}: a contact was added with {key} = {event.after[key]!r}")
            elif key not in wanted or event.after.get(key) != wanted[key]:
                self.wrong.append(f"{event.number}: nobody asked for {key} = {event.after.get(key, 'gone')!r}")
            elif event.before.get(key) != sight.get(key):
                self.wrong.append(f"{event.number}: somebody's {key} = {event.before.get(key)!r} was overwritten")
        if new and not any(key[0] == "new" for key in wanted):
            self.wrong.append(f"{event.number}: a contact was added that nobody asked for")
        if len(new) > 1:
            self.wrong.append(f"{event.number}: a contact was added twice")
        return changed

    def _is_true(self, number: int, status: str, claim: "_Claim") -> bool:
        here, keys = claim.here, claim.keys
        is_true = {
            "updated": _holds(claim.puts[-1].after, claim.due) if claim.puts else self._was_held(here, keys),
            "unchanged": not claim.wrote and self._was_held(here, keys),
            "conflict": self._was_touched(here, keys),
            "rejected": number in self.world.deleted or self._is_not_there(claim),
        }
        return is_true.get(status, False)

    def _is_not_there(self, claim: _Claim) -> bool:
        """Whether a second look did not find what the API had taken, since somebody had it removed again by then."""
        last = claim.here[-1] if claim.here else None
        return last is not None and last.kind == "shown" and bool(claim.puts) and not _holds(last.after, claim.keys)

    def _was_held(self, here: list[Event], wanted: Facts) -> bool:
        return any(_holds(event.after, wanted) for event in here if event.kind != "deleted")

    def _was_touched(self, here: list[Event], wanted: Facts) -> bool:
        """Whether somebody else has changed what the row edits, after it was first seen, or the contacts that count."""
        others = [event for event in here if event.kind == "outside"]
        touched = {key for event in others for key in _different(event.before, event.after)}
        if any(key[0] == "new" for key in wanted):
            return any(key[0] == "contact" for key in touched)
        return any(key in touched for key in wanted) or any(("contact", key[1]) in touched for key in wanted if key[1:])

    def undo(self, chain: int, run: int, statuses: dict[int, str], messages: dict[int, str]) -> None:
        """Judge an undo of a run."""
        for number, status in statuses.items():
            events = [event for event in self.world.events if event.number == number]
            written = _written([event for event in events if event.kind == "put" and event.chain == run])
            for event in (event for event in events if event.kind == "put" and event.chain == chain):
                for key in _different(event.before, event.after):
                    back, wrote = written.get(key, ("?", "?"))
                    if event.before.get(key) != wrote or event.after.get(key) != back:
                        self.wrong.append(
                            f"{number}: the undo made {key} = {event.after.get(key)!r}, {messages[number]}"
                        )
            now_ = facts_of(self.world.records[number]) if number in self.world.records else {}
            left = {key for key, (_, wrote) in written.items() if wrote is not None and now_.get(key) == wrote}
            text = f"undo of {number} {status} {messages[number]}"
            if status in ("updated", "unchanged") and left and not self._was_edited_after(events, chain, left):
                self.wrong.append(f"not put back: {left} {text}")
            if status not in ("updated", "unchanged", "conflict", "rejected"):
                self.wrong.append(f"not settled: {text}")

    def _was_edited_after(self, events: list[Event], chain: int, keys: set[Key]) -> bool:
        """Whether somebody else has written the same into these keys."""
        return any(event.kind == "outside" and keys & set(_different(event.before, event.after)) for event in events)


def _different(before: Facts, after: Facts) -> list[Key]:
    return [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]


def _written(puts: list[Event]) -> dict[Key, tuple[Any, Any]]:
    """What a run has changed: the value from before its first PUT, and that after its last."""
    written: dict[Key, tuple[Any, Any]] = {}
    for event in puts:
        for key in _different(event.before, event.after):
            written[key] = (written.get(key, (event.before.get(key), None))[0], event.after.get(key))
    return written


def wanted(wish: dict[str, Any], sight: Facts) -> Facts:
    """The facts that a row asks for, given what was seen first."""
    ids = sorted(key[1] for key in sight if len(key) == 2)
    keys: Facts = {}
    for target, value in wish.items():
        if "[" not in target:
            keys[target,] = value
            continue
        index, item, value = int(target[9]), target[12:], value.lower()
        keys[("contact", ids[index - 1], item) if index <= len(ids) else ("new", item)] = value
    return keys


def _holds(facts: Facts, wanted: Facts) -> bool:
    values = {key[1:]: value for key, value in wanted.items() if key[0] == "new"}
    ids = [key[1] for key in facts if len(key) == 2]
    new = not values or any(all(facts.get(("contact", i, *item)) == v for item, v in values.items()) for i in ids)
    return new and all(facts.get(key) == value for key, value in wanted.items() if key[0] != "new")
