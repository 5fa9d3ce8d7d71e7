"""One connection to a mailbox, and what is said when it cannot be."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from channels_inbox.adapters.email.imap import Account, Connection
from channels_inbox.adapters.email.troubles import WORDS, Trouble
from channels_inbox.models import Encryption

pytestmark = pytest.mark.servers


def account(mail_server, **facts) -> Account:
    standard = {
        "host": "127.0.0.1", "port": mail_server.imap_port, "encryption": Encryption.NONE, "user": "plain", "secret": "pw"
    }  # fmt: skip
    return Account(**standard | facts)


def trouble(wrong: Account, folder: str = "INBOX") -> str:
    with pytest.raises(Trouble) as raised, Connection(wrong) as inbox:
        inbox.choose(folder)
    assert raised.value.words == WORDS[raised.value.code]
    assert "pw" not in raised.value.detail
    return raised.value.code


@contextmanager
def answering(words: bytes) -> Iterator[int]:
    """A server that says one thing to whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _address = server.accept()
            with caller:
                caller.sendall(words)
                caller.recv(100)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def trusted(mail_server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.certificate))


@pytest.mark.parametrize("encryption", Encryption)
def test_it_signs_in_by_each_kind_of_encryption(mail_server, trusted, encryption):
    port = mail_server.imaps_port if encryption == Encryption.TLS else mail_server.imap_port
    with Connection(account(mail_server, encryption=encryption, port=port)) as inbox:
        inbox.choose("INBOX")
        assert inbox.tells
        assert "INBOX" in inbox.folders()


def test_names_outside_ascii_are_folders_too(mail_server):
    mail_server.put("folders", b"Subject: x\r\n\r\n", folder="Kunden & Bestellungen")
    with Connection(account(mail_server, user="folders")) as inbox:
        inbox.client.create(b'"&BkUGSAYnBkEGQgYp-"')
        assert {"Kunden & Bestellungen", "موافقة"} <= set(inbox.folders())
        inbox.choose("موافقة")


def test_a_password_outside_ascii_is_tried(mail_server):
    assert trouble(account(mail_server, secret="كلمة")) == "password"


def test_no_such_host(mail_server):
    assert trouble(account(mail_server, host="nowhere.invalid")) == "host"


@pytest.mark.parametrize("host", ["", "a b", ".", "a..b", "x" * 300])
def test_what_is_no_host_name(mail_server, host):
    assert trouble(account(mail_server, host=host)) in {"host", "port"}


def test_nothing_listens(mail_server):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert trouble(account(mail_server, port=port)) == "port"


def test_the_certificate_is_not_trusted(mail_server):
    wrong = account(mail_server, encryption=Encryption.TLS, port=mail_server.imaps_port)
    assert trouble(wrong) == "certificate"


def test_the_certificate_is_for_another_name(mail_server, trusted, monkeypatch):
    found = socket.getaddrinfo("127.0.0.1", mail_server.imaps_port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    wrong = account(
        mail_server, host="imap.shop.example", encryption=Encryption.TLS, port=mail_server.imaps_port
    )
    assert trouble(wrong) == "certificate"


def test_no_tls_on_this_port(mail_server):
    assert trouble(account(mail_server, encryption=Encryption.TLS)) == "no-tls"


def test_no_starttls(mail_server):
    with answering(b"* OK [CAPABILITY IMAP4rev1] ready\r\n") as port:
        assert trouble(account(mail_server, port=port, encryption=Encryption.STARTTLS)) in {
            "no-starttls",
            "not-imap",
        }


@pytest.mark.parametrize(
    "greeting", [b"220 mail.example ESMTP\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"* BYE\r\n"]
)
def test_something_else_answers(mail_server, greeting):
    with answering(greeting) as port:
        assert trouble(account(mail_server, port=port)) == "not-imap"


def test_a_wrong_password(mail_server):
    assert trouble(account(mail_server, secret="wrong")) == "password"


def test_no_such_folder(mail_server):
    assert trouble(account(mail_server), folder="Elsewhere") == "folder"


def test_inside_our_network(mail_server, settings):
    settings.HOSTED = True
    assert trouble(account(mail_server)) == "forbidden"
