"""Mails broken on purpose: the same seed breaks them the same way. `check` says what must hold of whatever is read."""

import random
from collections.abc import Sequence

from channels_inbox.adapters.email.parse import Mail

SEEDS = [
    b"From: Dora <dora@example.org>\r\nTo: care@example.com\r\nSubject: =?utf-8?B?2KfZhNiz2YTYp9mF?=\r\n"
    b"Date: Sun, 3 Apr 2022 11:48:20 +0300\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="outer"\r\n\r\npreamble\r\n--outer\r\n'
    b'Content-Type: multipart/alternative; boundary="inner"\r\n\r\n--inner\r\nContent-Type: text/plain; charset=utf-8; '
    b"format=flowed; delsp=yes\r\nContent-Transfer-Encoding: quoted-printabl"
    b"e\r\n\r\n=D8=A7=D9=84 soft =\r\nbreak \r\n> quoted"
    b"\r\n-- \r\nDora\r\n--inner\r\nContent-Type: text/html; charset=windows"
    b"-1256\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"PHA+5OPH0DwvcD4=\r\n--inner--\r\n--outer\r\nContent-Type: application/"
    b"pdf;\r\n name*0*=utf-8''%D9%81;\r\n name*1=.pdf"
    b'\r\nContent-Disposition: attachment;\r\n filename="=?utf-8?Q?a.pdf?="\r\nContent-Transfer-Encoding: base64\r\n'
    b"Content-ID: <x@y>\r\n\r\nJVBERi0xLjQ=\r\n--outer\r\nContent-Type: mess"
    b"age/rfc822\r\n\r\nSubject: inner\r\n\r\nwords\r\n"
    b"--outer--\r\nepilogue\r\n",
    b'Return-Path: <>\nFrom: MAILER-DAEMON@example.org (Mail System)\nTo: Team: a@x.example, "B, C" <b@x.example>;\n'
    b"Subject: Undelivered\n folded\nAuto-Submitted: auto-replied\nContent-T"
    b"ype: multipart/report; report-type=delivery-status;\n"
    b" boundary=B\n\n--B\nContent-Description: note\n\nIt failed\n--B\nConte"
    b"nt-Type: message/delivery-status\n\nFinal-Recipient: "
    b"rfc822; x@y.example\nAction: failed\n--B\nContent-Type: text/rfc822-headers\n\nSubject: x\n--B--\n",
    "From: منى <mona@example.org>\nSubject: سؤال\nContent-Type: text/plain; charset=windows-1256\n\nالسلام عليكم".encode(
        "cp1256"
    ),
    b"From: a@b.example\nContent-Type: application/ms-tnef; name=winmail.dat"
    b"\n\n\x78\x9f\x3e\x22\x01\x00\x02\x02\x90\x06\x00\x04"
    b"\x00\x00\x00abcd\x00\x00\x02\x10\x80\x01\x00\x06\x00\x00\x00a.pdf\x00"
    b"\x00\x00\x02\x0f\x80\x06\x00\x04\x00\x00\x00%PDF\x00\x00"
    b"\x01\x03\x90\x06\x00\x14\x00\x00\x00\x01\x00\x00\x00\x1e\x00\x00\x10"
    b"\x01\x00\x00\x00\x04\x00\x00\x00body\x00\x00",
    b"From: a@b.example\nSubject: uu\n\nSee\nbegin 644 a.txt\n%:&5L;&\\\n`\n"
    b"end\n-----BEGIN PGP SIGNED MESSAGE-----\n",
    b"From: a@b.example\nContent-Type: multipart/signed; boundary=S; protocol=x\n\n--S\n\nwords\n--S\nContent-Type: "
    b"application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nAAAA\n--S--\n",
]
PIECES = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"--outer",
        b"--inner--",
        b"--B",
        b": ",
        b";",
        b'"',
        b"<",
        b">",
        b"@",
        b"=?",
        b"?=",
        b"?Q?",
    ),
    *(
        b"=?utf-8?B?",
        b"=",
        b"%",
        b"*0*=",
        b"''",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc7\xe1",
        b"\x1b$B",
        b"+AA-",
        b"(",
        b")",
        b"\\",
    ),
    *(
        b"Content-Type: ",
        b"multipart/mixed; boundary=",
        b"text/html",
        b"charset=utf-16",
        b"charset=utf-7",
        b"charset=hz",
    ),
    *(
        b"charset=idna",
        b"charset=punycode",
        b"charset=unicode_escape",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"begin 644 x\n",
    ),
    *(
        b"99999999999999999999",
        b"-1",
        b"\xd8\xa7" * 50,
        b"A" * 2_000,
        b" " * 500,
        b"\n" * 200,
        b"message/rfc822",
        b"\\'ff\\u-1",
    ),
]


def mutated(chance: random.Random, seeds: Sequence[bytes] = SEEDS) -> bytes:
    """A seed with a few of its bytes turned, cut, doubled, moved, or hostile pieces put in; one in two hundred is
    blown up to show what takes more than its share of time."""
    raw = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(raw) + 1), chance.choice((1, 2, 5, 20, 100))
        match chance.randrange(7):
            case 0:
                raw[at : at + length] = b""
            case 1:
                raw[at:at] = chance.choice(PIECES)
            case 2:
                raw[at : at + length] = chance.randbytes(length)
            case 3:
                raw[at:at] = raw[at : at + length] * chance.randint(1, 20)
            case 4:
                other = chance.choice(seeds)
                start = chance.randrange(len(other))
                raw[at:at] = other[start : start + length * 5]
            case 5 if at < len(raw):
                raw[at] ^= 1 << chance.randrange(8)
            case 6 if chance.random() < 1 / 30:
                piece = chance.choice(PIECES) + bytes(raw[at : at + length])
                raw[at:at] = piece * (chance.choice((10_000, 100_000, 1_000_000)) // len(piece))
    return bytes(raw)


def check(mail: Mail) -> None:
    words = [
        mail.subject,
        mail.text,
        mail.html,
        mail.message_id,
        mail.in_reply_to,
        *mail.references,
        *mail.headers.values(),
    ]
    words += [
        part for one in (mail.sender, *mail.to, *mail.cc, *mail.reply_to) for part in (one.address, one.name)
    ]
    words += [part for one in mail.attachments for part in (one.filename, one.content_type, one.content_id)]
    for one in words:
        assert "\0" not in one
        one.encode()
    assert not set("\r\n") & set(
        "".join([mail.subject, mail.message_id, mail.sender.address, mail.sender.name])
    )
    for one in mail.attachments:
        assert one.filename
        assert not set("/\\\r\n") & set(one.filename)
        assert one.filename.strip(". ") == one.filename
    assert mail.sent_at is None or mail.sent_at.tzinfo
