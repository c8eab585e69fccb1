"""A server on a free port of loopback, written in bare sockets."""

import socket
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Loopback(ABC):
    """`with … as server: … server.url`. A subclass says what it does with the connections."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()

    @abstractmethod
    def _serve(self) -> None:
        """Take the connections."""
