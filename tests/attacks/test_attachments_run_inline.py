"""Attack: a file that a browser would run is sent as a picture, or as itself, in the hope of being shown in our page.

Only kinds that cannot run are shown; all else is saved to disk, whatever it calls itself, and never sniffed.
"""

import pytest
from django.urls import reverse

from channels_inbox.models import Parcel
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Attachment, Ticket

SCRIPT = b"<script>alert(1)</script>"
FILES = {
    "html": (b"<!doctype html><html>" + SCRIPT, "text", "html", "a.html"),
    "html as png": (b"<html>" + SCRIPT, "image", "png", "a.png"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", "image", "svg+xml", "a.svg"),
    "svg as jpeg": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "image", "jpeg", "a.jpg"),
    "xml": (b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', "application", "xml", "a.xml"),
    "xhtml": (
        b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT,
        "application",
        "xhtml+xml",
        "a.xhtml",
    ),
    "pdf": (b"%PDF-1.4 /OpenAction /JavaScript", "application", "pdf", "a.pdf"),
    "pdf as gif": (b"%PDF-1.4 /OpenAction", "image", "gif", "a.gif"),
    "script": (b"alert(1)", "text", "javascript", "a.js"),
}


@pytest.fixture
def sent(channel, request):
    data, main, sub, name = FILES[request.param]
    mail = letter()
    mail.add_attachment(data, main, sub, filename=name, disposition="inline", cid="<it@evil.example>")
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "eve@evil.example", "to": [CARE]}).pk)
    return Attachment.objects.get()


@pytest.mark.parametrize("sent", FILES, indirect=True)
def test_it_is_saved_and_never_shown(client, ann, sent):
    client.force_login(ann)
    assert Ticket.objects.visible_to(ann).exists()
    answer = client.get(reverse("file", args=[sent.token, sent.name]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" not in answer.get("Content-Security-Policy", "")
