"""A real nginx in front of a server on loopback, where nginx is installed."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")

_CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {http}
  server {{
    listen 127.0.0.1:{port};
    location / {{ {inner} proxy_pass {upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    {server}
  }}
}}
"""


class Nginx:
    """`with Nginx(folder, "http://127.0.0.1:8000", inner="limit_req zone=all;", http="…") as nginx: … nginx.url`.

    Args:
        http, server, inner: directives for these blocks of its configuration; `inner` is the location that passes
            requests on.
    """

    def __init__(self, folder: Path, upstream: str, *, http: str = "", server: str = "", inner: str = "") -> None:
        assert PROGRAM is not None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder / "nginx"
        self._folder.mkdir()
        text = _CONFIGURATION.format(
            folder=self._folder, port=self.port, upstream=upstream, http=http, server=server, inner=inner
        )
        (self._folder / "nginx.conf").write_text(text, encoding="utf-8")

    def __enter__(self) -> "Nginx":
        command = [str(PROGRAM), "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                assert self._process.poll() is None, (self._folder / "error.log").read_text(encoding="utf-8")
                time.sleep(0.01)
            else:
                return self
        raise AssertionError("nginx does not listen")

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(30)
