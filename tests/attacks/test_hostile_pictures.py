"""Attack: an agent's picture is a bomb, a script, or the way to a colleague's profile."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from agents.models import Picture
from agents.pictures import MOST_BYTES, NotAPicture, drawn_anew


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that says to be of this size, whatever it holds."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def small(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
        png(100_000, 100_000),
        png(2**31 - 1, 1),
        png(0, 0),
        png(60, 60, b"\0"),
        small("PNG")[:60],
        small("TIFF"),
        small("BMP"),
        small("ICO"),
        small("PDF"),
        small("PNG") + b"\0" * MOST_BYTES,
    ],
)
def test_what_is_no_plain_picture_is_refused_without_a_crash(content):
    with pytest.raises(NotAPicture):
        drawn_anew(content)


def test_a_script_behind_a_picture_does_not_stay(client, ann):
    client.force_login(ann)
    sent = small("GIF") + b"<script>alert(1)</script>"
    client.post(reverse("picture-choice"), {"picture": SimpleUploadedFile("me.html", sent, "text/html")})
    kept = bytes(Picture.objects.get().content)
    assert b"<script" not in kept
    ann.refresh_from_db()
    answer = client.get(ann.picture_address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_eve_sets_nobodys_picture(client, ann):
    sent = {"picture": SimpleUploadedFile("me.gif", small("GIF")), "agent": ann.pk, "name": "chosen"}
    assert client.post(reverse("picture-choice"), sent).status_code in {302, 403}
    assert not Picture.objects.exists()


def test_carl_changes_his_own_whatever_he_sends(client, ann, carl):
    client.force_login(carl)
    client.post(
        reverse("picture-choice"),
        {"picture": SimpleUploadedFile("me.gif", small("GIF")), "agent": ann.pk, "name": "chosen"},
    )
    picture = Picture.objects.get()
    assert (picture.agent_id, len(picture.name) > 20) == (carl.pk, True)
