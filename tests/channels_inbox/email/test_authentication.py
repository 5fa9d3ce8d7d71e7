"""SPF, DKIM and DMARC are believed of our own receiving servers, and of nobody else."""

import pytest

from channels_inbox.adapters.email.authentication import is_suspect, results
from channels_inbox.models import Parcel
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Message

OURS = ["mx.shop.example"]


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("mx.shop.example; spf=fail smtp.mailfrom=x.example; dkim=none", {"spf": "fail", "dkim": "none"}),
        ("MX.Shop.Example 1; DMARC=FAIL (p=reject; dis=none) header.from=x.example", {"dmarc": "fail"}),
        ("mx.shop.example; none", {}),
        ("mx.shop.example; dkim=fail header.d=a.example; dkim=pass header.d=b.example", {"dkim": "pass"}),
        ("mx.shop.example; spf=pass; spf=fail", {"spf": "pass"}),
        ("mx.evil.example; spf=pass; dkim=pass; dmarc=pass", {}),
        ("mx.shop.example.evil.example; dmarc=pass", {}),
        ("evil.example (; mx.shop.example; dmarc=pass)", {}),
        ('x="mx.shop.example"; dmarc=pass', {}),
        ("", {}),
        ("; ; ;", {}),
    ],
)
def test_what_is_read_of_a_field(field, found):
    assert results(field, OURS) == found


def test_a_forged_field_beside_ours_changes_nothing():
    fields = "mx.evil.example; dmarc=pass\nmx.shop.example; dmarc=fail\nmx.evil.example; dmarc=pass"
    assert results(fields, OURS) == {"dmarc": "fail"}


def test_without_trusted_servers_nothing_is_believed():
    assert results("mx.shop.example; dmarc=fail", []) == {}


@pytest.mark.parametrize(
    ("found", "suspect"),
    [
        ({}, False),
        ({"dmarc": "fail", "spf": "pass"}, True),
        ({"dmarc": "pass", "spf": "fail"}, False),
        ({"spf": "fail", "dkim": "pass"}, False),
        ({"spf": "fail", "dkim": "none"}, True),
        ({"spf": "softfail", "dkim": "none"}, False),
        ({"dmarc": "none", "dkim": "fail"}, True),
    ],
)
def test_when_a_mail_is_suspect(found, suspect):
    assert is_suspect(found) is suspect


@pytest.mark.parametrize(("server", "marked"), [("mx.shop.example", True), ("mx.evil.example", False)])
def test_a_suspect_mail_is_marked_and_never_dropped(channel, settings, server, marked):
    settings.TRUSTED_MAIL_SERVERS = OURS
    mail = letter(Authentication_Results=f"{server}; dmarc=fail header.from=customer.example")
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "dora@customer.example", "to": [CARE]}).pk)
    assert ("unproved" in Message.objects.get().flags) is marked
