"""Outlets of every provider."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels_inbox.models import Channel, Outlet
from tests.servers.providers import TOPIC

DORA, EMIL, FAY = "dora@customer.example", "emil@customer.example", "fay@customer.example"
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    """As SendGrid shows it: base64 of DER."""
    shapes = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return "".join(key.public_key().public_bytes(*shapes).decode().splitlines()[1:-1])


OUTLETS: dict[str, dict[str, Any]] = {
    "ses": {"user": "AKIDEXAMPLE", "secret": "ses secret", "region": "eu-west-1", "hook_secret": TOPIC},
    "mailgun": {
        "secret": "mailgun key",
        "domain": "mg.shop.example",
        "region": "eu",
        "hook_secret": "signing key",
    },
    "postmark": {"secret": "postmark token", "hook_secret": "hook password"},
    "sendgrid": {"secret": "sendgrid key", "hook_secret": _public(SENDGRID_KEY)},
}
NAMES = list(OUTLETS)


def sends_by(channel: Channel, name: str) -> Outlet:
    """From now on the channel sends by that provider."""
    outlet = Outlet.of(Channel.objects.get(pk=channel.pk))
    outlet.change(None, way=name, **OUTLETS[name])
    return outlet


@pytest.fixture(params=NAMES)
def outlet(request, channel, providers) -> Outlet:
    """One of each."""
    return sends_by(channel, request.param)
