"""TLS with a company's own certificate authority, and a proxy in between. All of it real, and on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.api.client import Client
from sync.api.proxy import proxy_for
from sync.api.response import Outcome
from sync.api.transport import ProxyRefused
from sync.api.trust import NotTrusted, tls_context
from sync.contract.load import load
from sync.errors import CannotStart
from sync.settings import Secret
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer
from tests.support.proxy_server import ProxyServer
from tests.support.tls import Authority

HOST = "api.campfire.example.com"
Open = Callable[..., Client]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def tls_server(authority: Authority) -> Iterator[FaultServer]:
    """The API under its own name, with a certificate of the company's authority."""
    with FaultServer([customer(n) for n in range(1, 6)], tls=authority.server_context(HOST)) as running:
        yield running


@pytest.fixture
def open_client() -> Iterator[Open]:
    opened: list[Client] = []

    def call(url: str, **environ: object) -> Client:
        variables = {name: str(value) for name, value in environ.items()}
        opened.append(Client(url, Secret(KEY), load(), timeout=60, environ=variables))
        return opened[-1]

    yield call
    for client in opened:
        client.close()


def test_a_certificate_of_the_companys_own_authority_is_trusted_where_ssl_cert_file_names_it(
    tls_server: FaultServer, authority: Authority, open_client: Open
) -> None:
    with ProxyServer() as proxy:
        client = open_client(f"https://{HOST}:{tls_server.port}", SSL_CERT_FILE=authority.file, HTTPS_PROXY=proxy.url)
        assert client.get(3).outcome is Outcome.OK
        assert client.put(3, "{}").http_status == 400


def test_a_certificate_that_is_not_trusted_is_not_retried_and_names_the_remedy(
    tls_server: FaultServer, open_client: Open
) -> None:
    with ProxyServer() as proxy:
        client = open_client(f"https://{HOST}:{tls_server.port}", HTTPS_PROXY=proxy.url)
        with pytest.raises(NotTrusted, match=rf"{HOST}.*SSL_CERT_FILE.*IT"):
            client.put(3, "{}")
        assert len(proxy.asked) == 1
    assert tls_server.log == [], "nothing may be sent to a server that is not trusted"


def test_a_certificate_of_another_host_is_not_trusted(
    tls_server: FaultServer, authority: Authority, open_client: Open
) -> None:
    with ProxyServer() as proxy:
        url = f"https://other.example.com:{tls_server.port}"
        client = open_client(url, SSL_CERT_FILE=authority.file, HTTPS_PROXY=proxy.url)
        with pytest.raises(NotTrusted, match="Check the base URL"):
            client.get(3)


def test_a_certificate_that_has_expired_points_to_the_clock(authority: Authority, open_client: Open) -> None:
    context = authority.server_context("old.example.com", expired=True)
    with FaultServer([customer(3)], tls=context) as server, ProxyServer() as proxy:
        url = f"https://old.example.com:{server.port}"
        client = open_client(url, SSL_CERT_FILE=authority.file, HTTPS_PROXY=proxy.url)
        with pytest.raises(NotTrusted, match="clock"):
            client.get(3)


def test_the_proxy_is_asked_to_connect_and_sees_neither_key_nor_path(
    tls_server: FaultServer, authority: Authority, open_client: Open
) -> None:
    with ProxyServer() as proxy:
        url = f"https://{HOST}:{tls_server.port}"
        open_client(url, SSL_CERT_FILE=authority.file, HTTPS_PROXY=proxy.url).get(3)
        [head] = proxy.asked
    assert head.startswith(f"CONNECT {HOST}:{tls_server.port} ")
    assert KEY not in head
    assert "/rr/api" not in head


def test_a_proxy_that_wants_a_password_gets_it(
    tls_server: FaultServer, authority: Authority, open_client: Open
) -> None:
    with ProxyServer(auth="nadia:s3cret pass") as proxy:
        named = f"http://nadia:s3cret%20pass@127.0.0.1:{proxy.port}"
        url = f"https://{HOST}:{tls_server.port}"
        assert open_client(url, SSL_CERT_FILE=authority.file, HTTPS_PROXY=named).get(3).outcome is Outcome.OK


def test_a_proxy_that_refuses_the_password_stops_at_once_and_it_is_not_printed(
    tls_server: FaultServer, open_client: Open
) -> None:
    with ProxyServer(auth="nadia:s3cret") as proxy:
        named = f"http://nadia:wr0ng-one@127.0.0.1:{proxy.port}"
        client = open_client(f"https://{HOST}:{tls_server.port}", HTTPS_PROXY=named)
        with pytest.raises(ProxyRefused) as raised:
            client.get(3)
    assert "HTTPS_PROXY" in str(raised.value)
    assert (
        "wr0ng-one"
        not in f"{raised.value} {raised.value!r} {proxy_for('https://example.com', {'HTTPS_PROXY': named})!r}"
    )


def test_loopback_never_goes_through_a_proxy(server: FaultServer, open_client: Open) -> None:
    with ProxyServer() as proxy:
        client = open_client(server.url, HTTPS_PROXY=proxy.url, HTTP_PROXY=proxy.url, ALL_PROXY=proxy.url)
        assert client.get(3).outcome is Outcome.OK
        assert proxy.asked == []


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example.com:8080"}, "http://proxy.example.com:8080"),
        ({"https_proxy": "proxy.example.com:3128"}, "http://proxy.example.com:3128"),
        ({"ALL_PROXY": "http://proxy.example.com"}, "http://proxy.example.com:80"),
        ({"HTTPS_PROXY": "https://proxy.example.com"}, "https://proxy.example.com:443"),
        ({"HTTP_PROXY": "http://proxy.example.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example.com", "NO_PROXY": "example.org,.meetcampfire.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example.com", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://proxy.example.com", "NO_PROXY": "campfire.com"}, "http://proxy.example.com:80"),
        ({"HTTPS_PROXY": " "}, None),
    ],
)
def test_which_proxy_the_environment_names(environ: dict[str, str], proxy: str | None) -> None:
    found = proxy_for("https://api.meetcampfire.com", environ)
    assert (str(found) if found else None) == proxy


@pytest.mark.parametrize(
    "text", ["socks5://u:s3cret@proxy.example.com", "http://u:s3cret@:80", "http://u:s3cret@h:99999"]
)
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(CannotStart, match="HTTPS_PROXY") as raised:
        proxy_for("https://api.meetcampfire.com", {"HTTPS_PROXY": text})
    assert "s3cret" not in str(raised.value)


def test_a_file_of_certificates_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for name, words in (("no.pem", "no certificates"), ("missing.pem", "no such file")):
        with pytest.raises(CannotStart, match=words):
            tls_context({"SSL_CERT_FILE": str(tmp_path / name)})
