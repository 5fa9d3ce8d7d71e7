"""An encoded word in an address decodes to a name at most, never to another address or another domain."""

import pytest

from customers.models import Customer
from tests.channels_inbox.conftest import CARE, letter

TRICKS = [
    "=?utf-8?q?dora=40customer.example=3E=00?=@evil.example",
    "=?utf-8?q?dora=40customer.example?= <eve@evil.example>",
    "=?utf-8?b?ZG9yYUBjdXN0b21lci5leGFtcGxl?=@evil.example",
    '"dora@customer.example" <eve@evil.example>',
    "=?utf-8?q?=3Cdora=40customer.example=3E?= <eve@evil.example>",
    "dora@customer.example@evil.example",
    "<dora@customer.example>eve <eve@evil.example>",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_the_writer_is_never_taken_for_dora(arrive, dora, trick):
    raw = letter(From=None).as_bytes()
    arrive(b"From: " + trick.encode() + b"\r\n" + raw, sender="eve@evil.example", to=CARE)
    assert not dora.messages.exists()
    assert Customer.objects.of_identity("email", "dora@customer.example") == dora
    for customer in Customer.objects.exclude(pk=dora.pk):
        assert all(one.domain == "evil.example" for one in customer.identities.all())
