"""The process that `sync.sandbox.start` starts: it writes where it is as a line of JSON, and ends with its parent."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from sync.errors import CampfireSyncError
from sync.sandbox import RunningSandbox, Setup, serve


def main() -> None:
    """Serve until stdin ends."""
    setup = _setup()
    # A Ctrl-C reaches the whole terminal; the parent still wants answers to what is in flight, and then closes stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        serve(0, setup, _tell)
    except CampfireSyncError as error:
        sys.exit(str(error))


def _setup() -> Setup:
    parser = argparse.ArgumentParser(prog="sync.sandbox")
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--throttle", required=True)
    parser.add_argument("--resource", required=True)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--fresh", action="store_true")
    return Setup(**vars(parser.parse_args()))


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def _tell(sandbox: RunningSandbox) -> None:
    sys.stdout.write(json.dumps({"base_url": sandbox.base_url, "keys": dict(sandbox.keys)}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
