"""A server that answers a byte now and then, for as long as the client listens."""

import itertools
import threading
import time

from tests.support.loopback import Loopback

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = b"\x1f\x8b\x08\x08\0\0\0\0\0\0"  # a file's name follows, as long as one likes
DRIPS = {  # what comes at once, and what comes again and again
    "silence": (b"", b""),
    "headers": (HEAD + b"X-Slow: ", b"a"),
    "header lines": (HEAD, b"X-More: 1\r\n"),
    "endless 103s": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"),
    "a body": (HEAD + b"Content-Length: 100000\r\n\r\n{", b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "a chunk's size": (CHUNKED, b"0"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-T: 1\r\n"),
    "a packed body": (
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 99999\r\n\r\n" + GZIP,
        b"n",
    ),
}


class DripServer(Loopback):
    """`with DripServer("headers") as server: … server.url`. It drips until the client goes."""

    def __init__(self, what: str, every: float = 0.02) -> None:
        self._at_once, self._again = DRIPS[what]
        self._every = every
        self.asked = threading.Event()
        self.dripping = threading.Event()  # for a while, or silent for good
        self.left = threading.Event()  # the client has gone

    def _serve(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return  # nobody came
        with client:
            client.recv(65536)
            self.asked.set()
            try:
                client.sendall(self._at_once)
                for drops in itertools.count() if self._again else ():
                    client.sendall(self._again)
                    time.sleep(self._every)
                    if drops == 20:
                        self.dripping.set()
                self.dripping.set()
                while client.recv(4096):
                    pass
            except OSError:
                pass
            self.left.set()
