"""A proxy on loopback that takes CONNECT. It resolves every host to loopback, so that a test needs no network."""

import base64
import socket
import threading

from tests.support.loopback import Loopback


class ProxyServer(Loopback):
    """`with ProxyServer() as proxy: … proxy.url`. `asked` has the head of each request that it got.

    Args:
        auth: the name and password that it wants, as `name:password`.
    """

    def __init__(self, auth: str = "") -> None:
        self.asked: list[str] = []
        self._wanted = f"Basic {base64.b64encode(auth.encode()).decode()}" if auth else ""

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # it is closed
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (piece := client.recv(4096)):
            head += piece
        text = head.decode()
        self.asked.append(text)
        if self._wanted and f"proxy-authorization: {self._wanted}".lower() not in text.lower():
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        port = int(text.split()[1].rpartition(":")[2])
        server = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=_copy, args=(server, client), daemon=True).start()
        _copy(client, server)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        pass
    finally:
        source.close()
        target.close()
