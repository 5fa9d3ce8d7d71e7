"""Attack: a script in the subject, the sender's name, a file's name or the mail's HTML, data: addresses among them."""

import re

import pytest
from django.urls import reverse

from channels_inbox.models import Parcel
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from text.html import clean
from tickets.models import Message, Ticket

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_what_eve_calls_herself_and_her_mail_is_shown_as_letters(client, ann, channel):
    mail = letter(From='"' + SCRIPT.replace('"', '\\"') + '" <eve@evil.example>', Subject=SCRIPT)
    mail.add_attachment(b"a lid", "text", "plain", filename="<script>alert(1)</script>.txt")
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "eve@evil.example", "to": [CARE]}).pk)
    ticket = Ticket.objects.get()
    assert "<script>" in ticket.subject
    client.force_login(ann)
    for page in (reverse("ticket", args=[ticket.pk]), reverse("customer", args=[ticket.customer_id])):
        shown = client.get(page, follow=True).content.decode()
        assert "<script>alert" not in shown
        assert not re.search(r"<img[^>]+onerror", shown)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<a href="DATA&colon;text/html;base64,PHNjcmlwdD4=">x</a>',
        '<a href="\tda\nta:text/html,x">x</a>',
        '<iframe src="data:text/html,x"></iframe>',
        '<object data="data:text/html,x"></object><embed src="data:image/svg+xml,x">',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<div style="background:url(data:image/svg+xml,x)">x</div>',
        '<a href="javascript:alert(1)">x</a><a href="vbscript:x">x</a>',
        '<meta http-equiv="refresh" content="0;url=data:text/html,x">',
        '<svg><script>alert(1)</script></svg><math><mi xlink:href="data:x,y"></math>',
        "<form action='data:text/html,x'><button formaction='javascript:x'>x</button></form>",
        '<base href="data:text/html,x">',
    ],
)
def test_nothing_in_the_html_leads_to_data_or_runs(markup, channel):
    mail = letter()
    mail.add_alternative(markup, subtype="html")
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "eve@evil.example", "to": [CARE]}).pk)
    for kept in (Message.objects.get().html, clean(markup)):
        squeezed = re.sub(r"[\s\x00]|&[a-z]+;", "", kept.lower())
        assert not re.search(r"(href|src|action|data|url)[=(]['\"]?(data|javascript|vbscript):", squeezed)
        assert not re.search(r"<(script|iframe|object|embed|form|meta|base|svg)|onload|onerror", squeezed)
