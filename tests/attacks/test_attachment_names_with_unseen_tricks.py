"""Attack: the name of a file looks harmless and is not: zero-width and bidi characters, dots, paths, device names.

The name is cleaned first and judged afterwards; what a file is shown as is told by its bytes, not by its name.
"""

import pytest

from channels_inbox.adapters.email.filenames import clean_filename
from channels_inbox.models import Parcel
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Attachment

UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\u00ad\0\r\n\t"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("photo.p\u200bhp", "photo.php"),
        ("photo.jpg.\u200b", "photo.jpg"),
        ("shell.html. . .", "shell.html"),
        ("..\u200b/..\u200b/etc/passwd", "passwd"),
        ("..\uff0f..\uff0fetc\uff0fpasswd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        (".\u200bhtaccess", "htaccess"),
        ("a\u2024exe", "a.exe"),
        ("con.txt", "_con.txt"),
        ("x\0.png", "x.png"),
    ],
)
def test_the_name_is_what_it_looks_like(sent, kept):
    assert clean_filename(sent) == kept


@pytest.mark.parametrize("sent", ["", ".", "..", "\u200b", "...\u200b...", "\0", " . ", "/", "\\", "\u202e"])
def test_what_is_no_name_gets_one(sent):
    assert clean_filename(sent, "application/pdf") == "attachment.pdf"


def test_it_is_so_on_the_ticket_too(channel):
    mail = letter()
    mail.add_attachment(b"%PDF-1.4", "image", "png", filename="cat\u202egnp.\u200bpdf")
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "eve@evil.example", "to": [CARE]}).pk)
    attachment = Attachment.objects.get()
    assert not set(UNSEEN) & set(attachment.name)
    assert attachment.content_type == "application/pdf"
