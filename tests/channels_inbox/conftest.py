"""A mail channel, the gateway on a port of its own, and mails as customers write them."""

import asyncio
import smtplib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from channels_inbox.adapters.email.gateway import Doorkeeper, serve
from channels_inbox.models import Channel, Parcel, Registration
from tests.drain import drain
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET
from tickets.models import Message

CARE = "care@shop.example"


@pytest.fixture
def channel(orders) -> Channel:
    return Channel.objects.create(
        kind="email", name="Care", team=orders, address=CARE, from_name="Fanoos Coffee"
    )


def letter(text: str = "Hello, the lid arrived cracked.", **headers: str) -> EmailMessage:
    """A mail from Dora to us; headers by name with underscores (`In_Reply_To`), None leaves one out."""
    mail = EmailMessage()
    standard = {"From": "Dora <dora@customer.example>", "To": CARE, "Subject": "Cracked lid"}
    standard["Message-ID"] = make_msgid(domain="customer.example")
    for name, value in (
        standard | {name.replace("_", "-"): value for name, value in headers.items()}
    ).items():
        if value is not None:
            mail[name] = value
    mail.set_content(text)
    return mail


@pytest.fixture
def drop(channel):
    """Mails are in, as after the gateway's 250, and are worked on."""

    def drop(*mails, to: str = CARE, sender: str = "dora@customer.example") -> Message:
        for mail in mails:
            Parcel.accept(channel, mail.as_bytes(), {"from": sender, "to": [to]})
        drain()
        return Message.objects.filter(kind="customer").latest("pk")

    return drop


@pytest.fixture
def desk(client, admin):
    """The settings' pages, as an administrator sees them."""
    client.force_login(admin)
    return client


@pytest.fixture
def registration(admin) -> Registration:
    """The company's app at Google."""
    registration = Registration(provider="google")
    registration.change(admin, client_id=CLIENT_ID, secret=CLIENT_SECRET)
    return registration


@dataclass
class RunningGateway:
    port: int
    doorkeeper: Doorkeeper

    def client(self, **options) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=10, **options)

    def take(
        self, *mails: EmailMessage | bytes, sender: str = "dora@customer.example", to: str = CARE
    ) -> None:
        """Send each by SMTP, as the customer's own server would."""
        with self.client() as client:
            for mail in mails:
                raw = mail if isinstance(mail, bytes) else mail.as_bytes()
                client.sendmail(sender, [to], raw)


@pytest.fixture
def start_gateway(transactional_db) -> Iterator[Callable[..., RunningGateway]]:
    """Starts gateways in this process, on free ports; ends them all afterwards."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started = []

    def start(**options) -> RunningGateway:
        doorkeeper = Doorkeeper(**options)
        server = asyncio.run_coroutine_threadsafe(serve("127.0.0.1", 0, doorkeeper), loop).result(10)
        started.append((server, doorkeeper))
        return RunningGateway(server.sockets[0].getsockname()[1], doorkeeper)

    yield start
    for server, doorkeeper in started:
        loop.call_soon_threadsafe(server.close)
        doorkeeper.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def gateway(start_gateway, channel) -> RunningGateway:
    return start_gateway()


@pytest.fixture
def arrive(gateway) -> Callable[..., None]:
    """Mails come by SMTP and are worked on."""

    def arrive(*mails: EmailMessage | bytes, **envelope: str) -> None:
        gateway.take(*mails, **envelope)
        drain()

    return arrive
