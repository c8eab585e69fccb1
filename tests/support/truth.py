"""What a run has to have done, worked out from the server's log and state alone.

A wish is what a row of the sheet asks for. The product's own words are read from its journal only to be judged.
"""

import copy
import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.support.fault_records import WRITABLE, Record
from tests.support.fault_server import FaultServer
from tests.support.product import Ran, Told

HEADERS = {
    "name": "Customer Name",
    "terms": "Payment Terms",
    "notes": "Notes",
    "zip_code": "Zip Code",
    "is_1099": "Is 1099",
    "contacts[1].email": "Billing Contact Email",
}
Wishes = Mapping[int, Mapping[str, Any]]


def wishes_for(numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Edits of several kinds, other ones for each customer; none of them holds yet."""
    kinds: tuple[dict[str, Any], ...] = (
        {"terms": "net_45"},
        {"notes": "  a new note – with é and “quotes”  ", "terms": "net_60"},
        {"contacts[1].email": "new.contact@example.com"},
        {"zip_code": "00501", "is_1099": True},
    )
    return {number: kinds[number % len(kinds)] for number in numbers}


def write_sheet(path: Path, wishes: Wishes) -> Path:
    """A CSV that asks for these edits, a row each."""
    used = [target for target in HEADERS if any(target in edits for edits in wishes.values())]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Customer ID", *(HEADERS[target] for target in used)])
        for number, edits in wishes.items():
            writer.writerow([number, *(_cell(edits.get(target)) for target in used)])
    return path


def _cell(value: Any) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def laid_over(record: Record, edits: Mapping[str, Any]) -> Record:
    """The only right body: the writable fields of the record as read, with the edits laid over."""
    body = {name: copy.deepcopy(record[name]) for name in WRITABLE if name in record}
    for target, value in edits.items():
        value = value.strip() if isinstance(value, str) else value
        place = re.fullmatch(r"contacts\[(\d+)\]\.(\w+)", target)
        if place is None:
            body[target] = value
        elif int(place[1]) <= len(body["contacts"]):
            body["contacts"][int(place[1]) - 1][place[2]] = value
        else:
            body["contacts"].append({place[2]: value})
    return body


def holds(record: Record, edits: Mapping[str, Any]) -> bool:
    """Whether laying the edits over the record would change nothing."""
    return laid_over(record, edits) == laid_over(record, {})


def judge(server: FaultServer, wishes: Wishes, ran: Ran) -> None:
    """Whether what the run says of itself is what the server saw."""
    told = ran.told
    judge_bodies(server, wishes)
    judge_records(server, wishes)
    assert len(told) == len(wishes) == ran.json["rows"] == sum(ran.json["counts"].values())
    assert Counter(row.status for row in told) == Counter(
        {key.replace("_", " "): count for key, count in ran.json["counts"].items() if count}
    )
    for row in told:
        judge_row(server, row, wishes[row.customer or 0])
    judge_counts(server, ran)


def judge_bodies(server: FaultServer, wishes: Wishes) -> None:
    """Every PUT is the record as it had just been read, with the row's edits laid over, and nothing else."""
    read: dict[int, Record] = {}
    for asked in server.log:
        assert asked.did != "stray", f"{asked.method} {asked.path} is no call of this API"
        assert "elsewhere" not in asked.path, "a redirect was followed"
        number = asked.customer or 0
        if asked.method == "GET" and asked.shown is not None:
            read[number] = asked.shown
        if asked.method == "PUT" and asked.did not in ("reset-before-read", "half"):
            assert number in wishes, f"customer {number} is not in the sheet"
            assert number in read, f"customer {number} was not read before it was written"
            expected = laid_over(read[number], wishes[number])
            assert asked.body == expected, f"customer {number}: sent {asked.body}, and {expected} was expected"


def judge_records(server: FaultServer, wishes: Wishes) -> None:
    """Nothing but what was asked for has changed on the server, or what another writer did."""
    for number in server.records:
        others = {name for drift in server.drift.get(number, ()) for name in drift.fields}
        asked_for = {target.partition("[")[0] for target in wishes.get(number, {})}
        changed = server.changed(number)
        assert changed.keys() <= others | asked_for, f"customer {number}: {changed}"
        if "contacts" in changed and "contacts" not in others:
            assert changed["contacts"] == laid_over(server.at_first[number], wishes[number])["contacts"]


def judge_row(server: FaultServer, row: Told, edits: Mapping[str, Any]) -> None:
    """Whether the row's status is true."""
    number = row.customer or 0
    puts = server.asked("PUT", number)
    applied = any(asked.applied for asked in puts)
    held = number in server.records and holds(server.records[number], edits)
    assert row.attempts == len(puts), f"customer {number}: {row} and {len(puts)} PUTs"
    if row.status == "updated":
        assert applied, f"customer {number} is claimed and was not done"
        assert held or server.drift.get(number), f"customer {number} is claimed and does not hold"
    elif row.status in ("unchanged", "invalid", "would update", "not sent"):
        assert not applied, f"customer {number} was changed and is called {row.status}"
    elif row.status == "failed" and "may have arrived" in row.message:
        assert puts
    else:
        assert not (applied and held), f"customer {number} was changed and is called {row.status}: {row.message}"


def judge_counts(server: FaultServer, ran: Ran) -> None:
    """Whether the requests that are claimed are those that came. `retries` has no counterpart in the log."""
    said = ran.json["requests"]
    throttled = sum(asked.status == 429 for asked in server.log)
    assert (said["GET"], said["PUT"], said["throttled"]) == (
        len(server.asked("GET")),
        len(server.asked("PUT")),
        throttled,
    )
