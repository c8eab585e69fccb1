"""The product's source as trees, for the tests that read it.

Parsed when the tests are collected: in Python 3.11 a test that runs into the recursion limit can make a later
`ast.parse` of the same process fail.
"""

import ast
from pathlib import Path

SYNC = Path(__file__).resolve().parents[2] / "sync"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SYNC.rglob("*.py"))}
