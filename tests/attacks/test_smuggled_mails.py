"""Attack: a line that one server takes for the end of a mail and the next does not: what follows would be a second
mail, in anybody's name, through a server that is trusted (SMTP smuggling, CVE-2023-51764). Only CR LF . CR LF ends."""

import socket

import pytest

from channels_inbox.models import Parcel

SECOND = (
    b"MAIL FROM:<ceo@shop.example>\r\nRCPT TO:<care@shop.example>\r\nDATA\r\n"
    b"From: ceo@shop.example\r\n\r\nPay.\r\n.\r\n"
)


def said(port: int, words: bytes) -> bytes:
    """All that the gateway answers."""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.settimeout(10)
        heard = line.recv(1000)
        line.sendall(b"EHLO mx.example\r\n")
        while b"250 " not in heard.splitlines()[-1]:
            heard += line.recv(1000)
        for part in (b"MAIL FROM:<eve@evil.example>\r\n", b"RCPT TO:<care@shop.example>\r\n", b"DATA\r\n"):
            line.sendall(part)
            heard += line.recv(1000)
        line.sendall(words)
        while piece := line.recv(1000):
            heard += piece
    return heard


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\r\n\0.\r\n"]
)
def test_no_other_end_than_the_right_one_begins_a_second_mail(gateway, end):
    heard = said(gateway.port, b"Subject: x\r\n\r\nHello" + end + SECOND + b"QUIT\r\n")
    parcels = list(Parcel.objects.order_by("pk"))
    assert all(parcel.meta["from"] == "eve@evil.example" for parcel in parcels)
    assert len(parcels) <= 1
    assert b"354" in heard


def test_a_line_that_begins_with_a_dot_is_a_line(gateway):
    said(gateway.port, b"Subject: x\r\n\r\nHello\r\n..\r\n...and on\r\n.\r\nQUIT\r\n")
    assert bytes(Parcel.objects.get().raw).endswith(b"Hello\r\n.\r\n..and on\r\n")
