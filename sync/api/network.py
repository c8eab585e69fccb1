"""Connections that keep a request within its time as a whole, and let go of it when the run is interrupted.

httpx bounds each wait by itself: a server that sends a byte now and then, in the headers, in a chunk's size or in
endless 103s, keeps a request going for as long as it likes. So every wait in here is short, and ends with the request's
own time. The backend and the stream are httpcore's documented interfaces for that.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

import httpcore

from sync.api.trust import not_trusted
from sync.stop import StopSignal

_GLANCE = 0.2  # seconds between two looks at the time and at the stop signal
Result = TypeVar("Result")
SocketOptions = Iterable[Any] | None


class Deadline(threading.local):
    """When the request of this thread has to be over, by the monotonic clock."""

    until = 0.0

    def __init__(self, stop: StopSignal | None = None) -> None:
        self._stop = stop

    def begin(self, seconds: float) -> None:
        """A request begins, and may take so long."""
        self.until = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """For a single wait that cannot be cut into short ones; never 0, which sockets take for "do not wait"."""
        return max(self.until - time.monotonic(), 0.001)

    def next_wait(self, too_late: type[httpcore.TimeoutException]) -> float:
        """How long to wait before the next look, in seconds.

        Raises:
            TimeoutException: of the type `too_late`, where the request's time is over or the run cannot wait for it.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise too_late("it took too long")
        if self._stop is not None and self._stop.is_overdue:
            raise too_late("the run was interrupted before the answer was complete")
        return min(left, _GLANCE)


class Backend(httpcore.NetworkBackend):
    """Connects within the request's time."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        """Look up the host, and connect to it."""
        seconds = self._deadline.seconds_left
        stream = _left_behind_when_late(
            self._deadline, lambda: self._plain.connect_tcp(host, port, seconds, local_address, socket_options)
        )
        return Stream(stream, self._deadline)


class Stream(httpcore.NetworkStream):
    """A connection whose waits end with the request's time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes, empty at the end. httpx's own `timeout` gives way to the deadline."""
        while True:
            seconds = self._deadline.next_wait(httpcore.ReadTimeout)
            try:
                return self._stream.read(max_bytes, seconds)
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send these bytes. Not in short waits: what of them was sent would be unknown after the first."""
        if not buffer:  # the end of a request, for which HTTP/1.1 has none
            return
        self._deadline.next_wait(httpcore.WriteTimeout)
        self._stream.write(buffer, self._deadline.seconds_left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection with TLS on it.

        Raises:
            NotTrusted: the server's certificate is not trusted.
        """
        seconds = self._deadline.seconds_left
        try:
            stream = _left_behind_when_late(
                self._deadline, lambda: self._stream.start_tls(ssl_context, server_hostname, seconds)
            )
        except httpcore.ConnectError as e:
            if isinstance(e.__cause__, ssl.SSLCertVerificationError):
                raise not_trusted(e.__cause__, server_hostname or "the server") from None
            raise
        return Stream(stream, self._deadline)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know of the socket."""
        return self._stream.get_extra_info(info)


def _left_behind_when_late(deadline: Deadline, connect: Callable[[], httpcore.NetworkStream]) -> httpcore.NetworkStream:
    """Do in a thread what nothing can interrupt: a look-up of a name, a TLS handshake. It closes what it opens late."""
    future: Future[httpcore.NetworkStream] = Future()

    def run() -> None:
        try:
            stream = connect()
        except BaseException as e:
            future.set_exception(e)
        else:
            future.set_result(stream)

    threading.Thread(target=run, name="connect", daemon=True).start()
    try:
        while not wait([future], deadline.next_wait(httpcore.ConnectTimeout)).done:
            pass
    except httpcore.TimeoutException:
        future.add_done_callback(_close)
        raise
    return future.result()


def _close(late: Future[httpcore.NetworkStream]) -> None:
    if late.exception() is None:
        late.result().close()
