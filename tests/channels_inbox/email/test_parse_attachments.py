"""What hangs on mails: files, what is signed or encrypted, and what Outlook hides in winmail.dat."""

import struct

import pytest

from channels_inbox.adapters.email.parse import parse
from tests.channels_inbox.email.letters import FILE_IN_WINMAIL, mail, part, parts, prop, winmail

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


class TestAttachments:
    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ('attachment; filename="a;b c.pdf"', "a_b c.pdf"),
            ("attachment; filename*=utf-8''%D9%81%D8%A7%D8%AA%D9%88%D8%B1%D8%A9.pdf", "فاتورة.pdf"),
            ("attachment; filename*0*=utf-8''%D9%81%D8; filename*1*=%A7%D8%AA; filename*2=.pdf", "فات.pdf"),
            ('attachment; filename*1="b.pdf"; filename*0="a"', "ab.pdf"),
            ('attachment; filename="=?utf-8?B?2YHYp9iq2YjYsdipLnBkZg==?="', "فاتورة.pdf"),
            ("attachment; filename==?utf-8?Q?=D9=81.pdf?=", "ف.pdf"),
            ("attachment; filename=%D9%81%D8%A7.pdf", "فا.pdf"),
            ("attachment; filename=my file.pdf", "my file.pdf"),
            ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
            ('attachment; filename="فاکتور.pdf"', "فاکتور.pdf"),
            ('attachment; filename="C:\\\\Users\\\\eve\\\\a.pdf"', "a.pdf"),
            ('attachment; filename="../../etc/passwd"', "passwd"),
            ('attachment; filename="invoice\u202efdp.exe"', "invoicefdp.exe"),
            ('attachment; filename="a.ex\u200be"', "a.exe"),
            ('attachment; filename="a.exe. . ."', "a.exe"),
            ('attachment; filename="a.exe\uff0e"', "a.exe"),
            ('attachment; filename=".htaccess"', "htaccess"),
            ('attachment; filename="con.txt"', "_con.txt"),
            ('attachment; filename="a\r\n b.pdf"', "a b.pdf"),
            ('attachment; filename=""', "attachment.pdf"),
            ('attachment; filename="..."', "attachment.pdf"),
            ("attachment", "attachment.pdf"),
        ],
    )
    def test_names(self, disposition, name):
        read = parse(parts(part("x"), part(b"%PDF-1.4", "application/pdf", content_disposition=disposition)))
        assert [one.filename for one in read.attachments] == [name]

    def test_the_name_of_the_content_type_serves_as_well(self):
        read = parse(parts(part("x"), part(b"%PDF-1.4", 'application/pdf; name="a.pdf"')))
        assert read.attachments[0].filename == "a.pdf"

    def test_long_names_keep_their_extension(self):
        read = parse(
            parts(part("x"), part(b"%PDF-1.4", content_disposition=f'attachment; filename="{"ف" * 500}.pdf"'))
        )
        assert read.attachments[0].filename.endswith("ف.pdf")
        assert len(read.attachments[0].filename.encode()) <= 240

    @pytest.mark.parametrize(
        ("label", "data", "kind"),
        [
            ("application/pdf", b"%PDF-1.4", "application/pdf"),
            ("application/octet-stream", PNG, "image/png"),
            ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", "image/svg+xml"),
            ("image/jpeg", b"  <!DOCTYPE html><script>alert(1)</script>", "text/html"),
            ("image/jpeg", b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
            ("text/plain", b"<html><body>", "text/html"),
            ("image/jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04",
             "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("image/png", b"PK\x03\x04", "application/zip"),
            ("nonsense", b"hello", "text/plain"),
            ("text/csv", b"a,b", "text/csv"),
        ],
    )  # fmt: skip
    def test_kinds_by_bytes_and_label(self, label, data, kind):
        read = parse(parts(part("x"), part(data, label, content_disposition="attachment; filename=a")))
        assert read.attachments[0].content_type == kind

    def test_an_attached_mail_stays_whole(self):
        inner = mail("inside", subject="Inner")
        read = parse(parts(part("outside"), part(inner, "message/rfc822")))
        assert read.text == "outside"
        assert [(one.filename, one.data) for one in read.attachments] == [("Inner.eml", inner)]

    def test_an_invitation(self):
        ics = part("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; method=REQUEST")
        read = parse(parts(part("Come!"), ics, kind="alternative"))
        assert (read.text, [one.filename for one in read.attachments]) == ("Come!", ["invitation.ics"])

    def test_a_uuencoded_file_within_the_words(self):
        read = parse(mail("See:\nbegin 644 a.txt\n%:&5L;&\\\n`\nend\nbye"))
        assert "See:" in read.text
        assert "bye" in read.text
        assert [(one.filename, one.data) for one in read.attachments] == [("a.txt", b"hello")]


class TestProtection:
    def test_signed(self):
        signature = part(b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature")
        read = parse(parts(part("words"), signature, kind="signed"))
        assert (read.protection, read.text, read.attachments[0].filename) == (
            "signed",
            "words",
            "signature.asc",
        )

    def test_encrypted_keeps_its_content(self):
        control, content = (
            part("Version: 1", "application/pgp-encrypted"),
            part(b"-----BEGIN PGP", "application/octet-stream"),
        )
        read = parse(parts(control, content, kind="encrypted"))
        assert (read.protection, len(read.attachments)) == ("encrypted", 2)

    def test_encrypted_by_smime(self):
        read = parse(mail("AAAA", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"))
        assert (read.protection, [one.filename for one in read.attachments]) == ("encrypted", ["smime.p7m"])


class TestWinmail:
    def test_files_come_out_under_their_long_names(self):
        wrapped = part(winmail(*FILE_IN_WINMAIL), "application/ms-tnef; name=winmail.dat")
        read = parse(parts(part("words"), wrapped))
        assert read.text == "words"
        assert [(one.filename, one.content_type, one.data) for one in read.attachments] == [
            ("فاتورة.pdf", "application/pdf", b"%PDF-1.4")
        ]

    def test_words_come_out_where_there_are_no_others(self):
        html = "<p>مرحبا</p>".encode()
        wrapped = winmail((1, 0x00069003, struct.pack("<I", 1) + prop(0x0102, 0x1013, html)))
        assert parse(mail(wrapped, "application/ms-tnef")).html == "<p>مرحبا</p>"

    def test_rich_text_is_opened(self):
        rtf = rb"{\rtf1\ansi\ansicpg1256{\fonttbl{\f0 Arial;}}\f0 Hello \u1587?\'e1\par bye}"
        packed = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
        wrapped = winmail((1, 0x00069003, struct.pack("<I", 1) + prop(0x0102, 0x1009, packed)))
        assert parse(mail(wrapped, "application/ms-tnef")).text == "Hello سل\nbye"

    def test_compressed_rich_text_is_opened(self):
        # The example of the format's own description.
        packed = bytes.fromhex(
            "2d0000002b0000004c5a4675f1c5c7a703000a0072637067313235423"
            "20af32068656c090020627705b06c647d0a800fa0"
        )
        wrapped = winmail((1, 0x00069003, struct.pack("<I", 1) + prop(0x0102, 0x1009, packed)))
        assert parse(mail(wrapped, "application/ms-tnef")).text.startswith("hello world")

    def test_a_broken_one_is_kept_as_it_came(self):
        read = parse(parts(part("words"), part(b"nonsense", "application/ms-tnef; name=winmail.dat")))
        assert [(one.filename, one.data) for one in read.attachments] == [("winmail.dat", b"nonsense")]
