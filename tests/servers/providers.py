"""The APIs of mail providers, as their documents describe them, on one port: they take mail, refuse it, or say nothing.

What they took is in `taken`. `verdict(call)` says what becomes of a call: (status, headers, body), or `HANG` to be
silent until the other side gives up. None takes it. Below `/sns` lie the certificate that signs reports of Amazon's,
and the address by which a subscription is confirmed.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import HTTP, default
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.core.cache import cache

HANG = "hang"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
Verdict = tuple[int, dict[str, str], Any] | str | None


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes

    @cached_property
    def provider(self) -> str:
        return self.path.split("/")[1]

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)

    @cached_property
    def form(self) -> dict[str, list[bytes]]:
        """Of multipart/form-data, by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found: dict[str, list[bytes]] = {}
        for part in message_from_bytes(head + self.body, policy=HTTP).iter_parts():
            name = part["Content-Disposition"].params["name"]
            content = part.get_payload(decode=True)
            if content is None:
                content = part.get_payload(0).as_bytes()
            found.setdefault(name, []).append(content)
        return found

    @cached_property
    def recipients(self) -> list[str]:
        """Whom it goes to, as written."""
        if self.provider == "ses":
            return [one for listed in self.json["Destination"].values() for one in listed]
        if self.provider == "mailgun":
            return [one.decode() for one in self.form["to"]]
        if self.provider == "postmark":
            listed = [self.json.get("To", ""), self.json.get("Cc", "")]
            return [one.strip() for some in listed for one in some.split(",") if one.strip()]
        (personal,) = self.json["personalizations"]
        return [one["email"] for kind in ("to", "cc") for one in personal.get(kind, [])]

    @cached_property
    def mail(self) -> EmailMessage:
        """The mail as it came, of those who take whole ones."""
        raw = base64.b64decode(self.json["Content"]["Raw"]["Data"]) if self.provider == "ses" else None
        return message_from_bytes(raw or self.form["message"][0], policy=default)

    @cached_property
    def named(self) -> dict[str, str]:
        """Headers that were asked for, by name in lower case."""
        if self.provider in ("ses", "mailgun"):
            return {name.lower(): str(value) for name, value in self.mail.items()}
        if self.provider == "postmark":
            known = {one["Name"].lower(): one["Value"] for one in self.json["Headers"]}
            return known | {"reply-to": self.json["ReplyTo"], "from": self.json["From"]}
        (reply_to,) = self.json["reply_to_list"]
        known = {name.lower(): value for name, value in self.json["headers"].items()}
        sender = self.json["from"]
        return known | {"reply-to": reply_to["email"], "from": f"{sender['name']} <{sender['email']}>"}


@dataclass
class Providers:
    port: int = 0
    verdict: Callable[[Call], Verdict] = lambda call: None
    taken: list[Call] = field(default_factory=list)
    asked: list[Call] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def answer(self, call: Call) -> Verdict:
        self.asked.append(call)
        said = self.verdict(call)
        if said is None:
            self.taken.append(call)
            return 200, {}, self._yes(call)
        return said

    def _yes(self, call: Call) -> Any:
        number = len(self.taken)
        if call.provider == "ses":
            return {"MessageId": f"0102-{number}"}
        if call.provider == "mailgun":
            return {"id": call.named["message-id"], "message": "Queued. Thank you."}
        if call.provider == "postmark":
            to = call.json.get("To", "")
            return {"ErrorCode": 0, "Message": "OK", "MessageID": f"pm-{number}", "To": to}
        return ""

    @cached_property
    def certificate(self) -> bytes:
        name, today = x509.Name([]), datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1, today, today + timedelta(days=1))
        return made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def signed(self, *, key: rsa.RSAPrivateKey | None = None, **message: str) -> dict[str, str]:
        """A message of SNS."""
        facts = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Message": "",
            "Timestamp": "2026-11-22T09:00:00.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
        } | message
        names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        words = "".join(f"{name}\n{facts[name]}\n" for name in names if name in facts).encode()
        how = hashes.SHA256() if facts["SignatureVersion"] == "2" else hashes.SHA1()
        made = (key or self.key).sign(words, padding.PKCS1v15(), how)
        return facts | {"Signature": base64.b64encode(made).decode()}


def _handler(providers: Providers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            providers.fetched.append(self.path)
            self._say(200, {}, providers.certificate if self.path.endswith(".pem") else b"<ok/>")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = providers.answer(Call(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if isinstance(said, str):
                providers.ended.wait(30)
                return
            assert said is not None
            status, headers, content = said
            self._say(status, headers, json.dumps(content).encode() if content != "" else b"")

        def _say(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def providers(settings: Any) -> Iterator[Providers]:
    """Outlets that send by a provider send by these."""
    ours = Providers()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(ours))
    server.daemon_threads = True
    ours.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = ("ses", "mailgun", "postmark", "sendgrid", "sns")
    settings.MAIL_API_URLS = {name: f"http://127.0.0.1:{ours.port}/{name}" for name in names}
    settings.EMAIL_TIMEOUT = 1
    cache.clear()
    yield ours
    ours.ended.set()
    server.shutdown()
    server.server_close()
