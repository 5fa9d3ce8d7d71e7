"""Eve, an administrator of a hosted desk or the owner of a mail server, tries what a mailbox's settings and answers
can do: reach inside, speak other commands, take a stored password, fill the memory."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse

from channels_inbox.adapters.email.imap import LARGEST, Account, Connection
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Channel, Mailbox

FACTS = {
    "encryption": "none",
    "user": "eve",
    "password": "pw",
    "folder": "INBOX",
    "afterwards": "read",
    "begin": "now",
}


@pytest.fixture
def channel(orders) -> Channel:
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


@contextmanager
def server(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A mail server of Eve's own: greets, and answers each line with the next of `answers`, `%s` being its tag."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def serve() -> None:
            try:
                caller, _address = listener.accept()
                with caller, caller.makefile("rwb") as lines:
                    lines.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                    lines.flush()
                    for answer in answers:
                        heard.append(lines.readline())
                        lines.write(answer.replace(b"%s", heard[-1].split(b" ")[0]))
                        lines.flush()
                    heard.append(lines.readline())
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join(5)


CAPABLE = b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "::1", "169.254.169.254", "0.0.0.0"]
)
def test_a_hosted_desk_is_not_led_inside_by_its_settings(client, admin, channel, settings, host):
    settings.HOSTED = True
    client.force_login(admin)
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.2)
        facts = FACTS | {"host": host, "port": inside.getsockname()[1]}
        answer = client.post(reverse("mailbox", args=[channel.pk]), facts)
        with pytest.raises(TimeoutError):
            inside.accept()
    assert answer.status_code == 422
    assert "host" in answer.context["form"].errors
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("facts", [{"user": 'x"\r\nA1 DELETE INBOX'}, {"secret": "x\r\nA1 DELETE INBOX"}])
def test_a_line_break_in_a_setting_is_no_command(facts):
    with server(CAPABLE) as (port, heard):
        account = Account(
            **{"host": "127.0.0.1", "port": port, "encryption": "none", "user": "e", "secret": "p"} | facts
        )
        with pytest.raises(Trouble) as refused:
            Connection(account)
    assert refused.value.code == "password"
    assert not any(b"DELETE" in line for line in heard)


def test_a_server_that_announces_gigabytes_is_left():
    announced = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % (LARGEST * 100)
    with server(CAPABLE, b"%s OK done\r\n", CAPABLE, announced) as (port, _heard):
        inbox = Connection(Account("127.0.0.1", port, "none", "e", "p"))
        inbox.client.state = "SELECTED"
        with pytest.raises(inbox.client.abort):
            inbox.raw_of(1)
        inbox.client.shutdown()
