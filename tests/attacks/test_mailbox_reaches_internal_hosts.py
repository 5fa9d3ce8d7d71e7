"""Eve, an administrator of a hosted desk, types hosts of our own network: by number, by name, by redirect, by a name
whose answer changes."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from channels_inbox import hosts
from channels_inbox.adapters.email.oauth import redeem
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Registration

INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "142.250.1.108", "2a00:1450:4001:801::200e", "::ffff:8.8.8.8"]


@pytest.fixture
def hosted(settings) -> None:
    settings.HOSTED = True


@pytest.fixture
def listener() -> Iterator[int]:
    """A service inside, which must not be touched."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        yield server.getsockname()[1]
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside(address):
    assert hosts.is_inside(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_outside(address):
    assert not hosts.is_inside(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "::1", "::ffff:127.0.0.1"]
)
def test_however_it_is_written_it_is_refused(hosted, listener, host):
    with pytest.raises(OSError):
        hosts.connect(host, listener, 1)


def test_a_name_with_one_foot_inside_is_refused(hosted, monkeypatch, listener):
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, listener)) for one in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(hosts.ForbiddenHost):
        hosts.connect("mail.evil.example", listener)


def test_a_name_is_asked_for_once_so_that_its_second_answer_changes_nothing(hosted, monkeypatch):
    """DNS rebinding: public when it is checked, ours when it is connected to."""
    asked, reached = [], []

    def answer(host, port, **kwargs):
        asked.append(host)
        address = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: reached.append(address))
    hosts.connect("rebind.evil.example", 993).close()
    assert (asked, reached) == (["rebind.evil.example"], [("8.8.8.8", 993)])


class _Redirect(BaseHTTPRequestHandler):
    target = ""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.target)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def redirecting(listener) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Redirect)
    _Redirect.target = f"http://127.0.0.1:{listener}/latest/meta-data/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_redirect_to_the_inside_is_not_followed(redirecting, listener):
    with hosts.http_client() as client:
        answer = client.get(f"http://127.0.0.1:{redirecting}/")
    assert answer.status_code == 302


def test_a_redirect_that_is_followed_is_checked_like_the_first_address(settings, redirecting, monkeypatch):
    """The first host is let through as if it were public; the second must be refused all the same."""
    settings.HOSTED = True
    public = {("127.0.0.1", redirecting)}
    checked = hosts.resolve
    monkeypatch.setattr(
        hosts,
        "resolve",
        lambda host, port: (
            [(socket.AF_INET, (host, port))] if (host, port) in public else checked(host, port)
        ),
    )
    with pytest.raises(hosts.Unanswered, match="ConnectError") as raised, hosts.http_client() as client:
        client.get(f"http://127.0.0.1:{redirecting}/", follow_redirects=True)
    assert isinstance(_first_cause(raised.value), hosts.ForbiddenHost)


def _first_cause(error: BaseException) -> BaseException:
    before = error.__cause__ or error.__context__
    return error if before is None else _first_cause(before)


def test_self_hosted_the_private_network_is_where_mail_servers_are(settings):
    settings.HOSTED = False
    with socket.create_server(("127.0.0.1", 0)) as server:
        hosts.connect("127.0.0.1", server.getsockname()[1]).close()


@pytest.mark.django_db
def test_a_provider_inside_is_not_asked(hosted, oauth_server, admin, orders):
    """Whoever could change where a provider is would have the desk post its secrets inside."""
    registration = Registration(provider="google")
    registration.change(admin, client_id="id", secret="secret")
    with pytest.raises(Trouble, match="provider"):
        redeem(registration, "http://127.0.0.1/", "code", "verifier")
    assert oauth_server.asked == []
