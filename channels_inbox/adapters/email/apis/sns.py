"""Amazon SNS, by which SES reports: its messages are signed with a key whose certificate lies at Amazon's.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. Anybody can have SNS write to us, with
a right signature: only messages of the one topic that an administrator named are heard.
"""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from channels_inbox import hosts
from channels_inbox.adapters.email.apis import TOPIC, NotGenuine

DAY = 24 * 3600
MOST_BYTES = 20_000

_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_HASHES: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - theirs


def checked(request: HttpRequest, topic: str) -> dict[str, Any]:
    """The message, signed by SNS and of that topic. Raises NotGenuine, or Unanswered when the certificate cannot
    be had now."""
    try:
        message = json.loads(request.body)
        named = str(message["TopicArn"])
        signed = _signed(message)
        signature, algorithm = base64.b64decode(message["Signature"]), _HASHES[message["SignatureVersion"]]
        address = str(message["SigningCertURL"])
    except (ValueError, TypeError, LookupError) as error:
        raise NotGenuine("It is no message of SNS.") from error
    if not (TOPIC.fullmatch(topic) and constant_time_compare(named, topic)):
        raise NotGenuine("It is of another topic.")
    key = _key_at(address, topic)
    try:
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise NotGenuine("It is not signed by SNS.") from error
    return message


def confirm(message: dict[str, Any]) -> None:
    """Say yes to being written to by the topic. Raises Unanswered when that fails; SNS asks again."""
    _get(_amazons(str(message["SubscribeURL"]), message["TopicArn"]))


def notification(message: dict[str, Any]) -> dict[str, Any]:
    """What SES wrote into it; nothing where it is something else, such as the topic's first word."""
    if message["Type"] != "Notification":
        return {}
    try:
        told = json.loads(message["Message"])
    except ValueError:
        return {}
    return told if isinstance(told, dict) and ("eventType" in told or "notificationType" in told) else {}


def _signed(message: dict[str, Any]) -> bytes:
    """Names and values, each on a line, in the order of the alphabet."""
    names = [name for name in _SIGNED[message["Type"]] if name in message or name != "Subject"]
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode()


def _key_at(address: str, topic: str) -> rsa.RSAPublicKey:
    address = _amazons(address, topic)
    if not urlsplit(address).path.endswith(".pem"):
        raise NotGenuine("It names no certificate.")
    name = f"sns-{hashlib.sha256(address.encode()).hexdigest()}"
    pem = cache.get(name)
    if pem is None:
        pem = _get(address)
        cache.set(name, pem, DAY)
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError as error:
        raise NotGenuine("What it names is no certificate.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotGenuine("Its certificate holds a key of another kind.")
    return key


def _amazons(address: str, topic: str) -> str:
    """The address, if it leads to SNS in the topic's region. Raises NotGenuine."""
    found = TOPIC.fullmatch(topic)
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise NotGenuine("It leads nowhere.") from error
    host = f"sns.{found[2]}.amazonaws.com{'.cn' if found[1] == 'aws-cn' else ''}" if found else ""
    if not host or parts.scheme != "https" or parts.netloc != host:
        raise NotGenuine("It leads elsewhere than to Amazon.")
    return address


def _get(address: str) -> bytes:
    """What lies there. Raises Unanswered."""
    if base := settings.MAIL_API_URLS.get("sns"):
        address = urlunsplit((*urlsplit(base)[:2], *urlsplit(address)[2:]))
    with hosts.http_client() as client, client.stream("GET", address) as answer:
        answer.raise_for_status()
        content = b""
        for part in answer.iter_bytes():
            content += part
            if len(content) > MOST_BYTES:
                raise hosts.Unanswered("More than a certificate would be.")
    return content
