"""The mail server that other tests rely on does what they rely on."""

import smtplib

import pytest

pytestmark = pytest.mark.servers

MAIL = "Subject: سلام\r\nFrom: a@b.example\r\n\r\nHello\r\n".encode()


def test_mail_is_taken_and_read(mail_server):
    with smtplib.SMTP("127.0.0.1", mail_server.smtp_port, timeout=10) as client:
        client.sendmail("a@b.example", ["first@customer.example"], MAIL)
    assert mail_server.wait_for("first")[0].get_content().strip() == "Hello"


def test_it_refuses_and_puts_off(mail_server):
    with smtplib.SMTP("127.0.0.1", mail_server.smtp_port, timeout=10) as client:
        client.ehlo()
        client.mail("a@b.example")
        assert client.rcpt("nobody@customer.example")[0] == 550
        assert client.rcpt("full@customer.example")[0] == 552
        with mail_server.busy():
            assert client.rcpt("someone@customer.example")[0] == 451
        assert client.rcpt("someone@customer.example")[0] == 250
