"""Answers that are meant to break something: bodies, statuses, headers and bytes that no API should send."""

import gzip
import json

from tests.support.fault_http import WIRE as WIRE_STATUS
from tests.support.fault_records import customer

RECORD = json.dumps(customer(3)).encode()
ERRORS = {  # what a refusal may look like
    "nested": b"[" * 3000,
    "nested but whole": b'{"notes":' * 900 + b"1" + b"}" * 900,
    "half a surrogate pair": b'{"notes":["cut \\ud83d"]}',
    "a long key": b'{"' + b"9" * 5000 + b'":["no"]}',
    "a long number": b'{"notes":[' + b"9" * 5000 + b"]}",
    "control characters": b'{"notes":["\\u001b[2K\\u202e\\u0000"]}',
    "not UTF-8": b'{"notes":["M\xfcnchen"]}',
    "a byte order mark": b'\xef\xbb\xbf{"notes":["no"]}',
    "nothing": b"",
}
RECORDS = {  # what a success may look like: not JSON that can be trusted
    "NaN": RECORD[:-1] + b', "total_mrr": NaN}',
    "Infinity": RECORD[:-1] + b', "total_mrr": -Infinity}',
    "a huge exponent": RECORD[:-1] + b', "total_mrr": 1e999999999}',
    "an exponent of 20 digits": RECORD[:-1] + b', "total_mrr": 1e99999999999999999999}',
    "a long number": RECORD[:-1] + b', "total_mrr": ' + b"9" * 5000 + b"}",
    "a key twice": RECORD[:-1] + b', "notes": "another"}',
    "not UTF-8": RECORD[:-1] + b', "city": "M\xfcnchen"}',
    "half a surrogate pair": RECORD[:-1] + b', "x": "cut \\ud83d"}',
    "an id that is text": RECORD.replace(b'"id": 3,', b'"id": "3",'),
    "nested": RECORD[:-1] + b', "x": ' + b"[" * 500 + b"]" * 500 + b"}",
}
VALUES = {  # JSON, but neither a record nor a page
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a text": b'"locked by period close"',
    "an empty object": b"{}",
    "a detail": b'{"detail": "The period is closed."}',
    "a list of lists": b"[[[]]]",
    "results that are no list": b'{"count": 1, "results": {"id": 3}}',
    "results that are numbers": b'{"count": 3, "results": [1, 2, 3]}',
    "a count that is text": b'{"count": "many", "next": 7, "results": []}',
    "an id that is text": b'{"id": "3", "name": null, "contacts": "none"}',
    "an id that is true": b'{"id": true}',
}
STATUSES = (205, 206, 226, 299, 300, 304, 402, 418, 431, 451, 499, 507, 511, 599)
HEADERS = {
    "Retry-After as words": (503, {"Retry-After": "soon"}),
    "Retry-After in the past": (503, {"Retry-After": "Mon, 01 Jan 1900 00:00:00 GMT"}),
    "Retry-After below zero": (429, {"Retry-After": "-5"}),
    "Retry-After in the year 9999999999, dated so": (
        429,
        {"Retry-After": "Fri, 01 Jan 9999999999 00:00:00 GMT"},
    ),
    "Retry-After that is not a number": (429, {"Retry-After": "nan"}),
    "a packing that nobody knows": (200, {"Content-Encoding": "br"}),
    "packed, it says": (200, {"Content-Encoding": "gzip"}),
    "another alphabet": (200, {"Content-Type": "application/json; charset=utf-16"}),
    "a redirect to nowhere": (302, {"Location": "http://[::1"}),
    "a proxy that asks for a password": (407, {"Proxy-Authenticate": "Basic"}),
}
WIRE = {  # bytes in the place of an answer
    "nothing at all": b"",
    "no HTTP": b"\x16\x03\x01\x02\x00 not HTTP\r\n\r\n",
    "half a status line": b"HTTP/1.1 20",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a status below 100": b"HTTP/1.1 099 Hm\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP of another age": b"HTTP/3.7 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "headers without an end": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n",
    "a header of 200 kB": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "a header with a NUL": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    "a length below zero": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
    "a length in words": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "less than it says": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}",
    "chunks without a size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
    "chunks that break off": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "a hint, and then nothing": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
    "two answers": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "packed in two, cut": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    + gzip.compress(gzip.compress(RECORD))[:-40],
}


Answer = tuple[int, dict[str, str], bytes]  # status, headers, body, as in `FaultServer.raw`


def every_poison() -> dict[str, Answer]:
    """All of them, by name."""
    poisons: dict[str, Answer] = {}
    for status in (400, 500):
        poisons |= {f"{status}, {name}": (status, {}, body) for name, body in ERRORS.items()}
    poisons |= {f"200, {name}": (200, {}, body) for name, body in (RECORDS | VALUES).items()}
    for name, body in RECORDS.items():
        poisons[f"a page, {name}"] = 200, {}, b'{"count":1,"results":[' + body + b"]}"
    poisons |= {str(status): (status, {}, b"{}") for status in STATUSES}
    poisons |= {name: (status, headers, RECORD) for name, (status, headers) in HEADERS.items()}
    return poisons | {name: (WIRE_STATUS, {}, answer) for name, answer in WIRE.items()}
