"""The product's command as a process of its own, without the second that its imports take. Used by `processes`.

One process imports everything, and forks for each command. Its standard input is a socket, over which orders come: a
line of JSON (`{"argv", "env", "cwd", "code"}`), with the descriptors of the command's three streams and of a pipe for
the answers: the command's process id, and in the end its wait status, a line each. The command ends as every Python
process does: its exit hooks run, and its streams are flushed.
"""

import atexit
import gc
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn


def warm_up() -> None:
    """Import what a command needs, by running some."""
    from click.testing import CliRunner

    import sync.api.client
    import sync.cli.terminal
    import sync.commands.apply
    import sync.commands.resume
    import sync.commands.undo
    import sync.execution.send_updates
    import sync.export  # noqa: F401
    from sync.cli.commands import cli

    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "edits.csv"
        sheet.write_text("Customer ID,Notes,Payment Terms\n1,x,net_30\n2,x,no\n", encoding="utf-8")
        CliRunner(env={"CAMPFIRE_SYNC_STATE": folder}).invoke(cli, ["check", str(sheet), "--out", f"{folder}/out.xlsx"])
    gc.freeze()  # what was imported stays shared with the forks


def take_over(order: dict[str, Any], streams: list[int]) -> None:
    """Become the command: its streams, environment, folder and arguments."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # type: ignore[misc]  # noqa: SIM115
        2, "w", buffering=1, errors="backslashreplace", closefd=False
    )
    os.environ.clear()
    os.environ.update(order["env"])
    tempfile.tempdir = None  # the environment names another one
    os.chdir(order["cwd"])
    sys.argv = ["campfire-sync", *order["argv"]]


def run(code: str) -> NoReturn:
    """Run the command, or this code, and end as Python does.

    Only what was imported is not taken apart: in a fork that takes three times as long as the command itself.
    """
    end = 0
    try:
        if code:
            exec(code, {"__name__": "__main__"})
        else:
            from sync.cli import main

            main()
    except SystemExit as e:
        end = e.code if isinstance(e.code, int) else int(e.code is not None)
    except BaseException:
        traceback.print_exc()
        end = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            end = 120
        except ValueError:  # it was closed
            pass
    os._exit(end)


def serve(order: dict[str, Any], streams: list[int], answers: int) -> None:
    """Fork for one order, and wait for the command's end. In the command's own process, run it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(answers)
        take_over(order, streams)
        run(order["code"])
    for stream in streams:
        os.close(stream)
    os.write(answers, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(answers, f"{status}\n".encode())
    os._exit(0)


def main() -> None:
    """Serve until the process that started this one closes the socket."""
    warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait for the commands
    orders = socket.socket(fileno=os.dup(0))
    while True:
        text, descriptors, _, _ = socket.recv_fds(orders, 1 << 20, 4)
        while text and not text.endswith(b"\n"):
            text += orders.recv(1 << 20)
        if not text:
            return
        if os.fork() == 0:
            orders.close()
            serve(json.loads(text), descriptors[:3], descriptors[3])
            return
        for descriptor in descriptors:
            os.close(descriptor)


if __name__ == "__main__":
    main()
