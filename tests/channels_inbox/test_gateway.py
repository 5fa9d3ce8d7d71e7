"""The door for mail keeps the bytes before it says yes, and gives nothing away."""

import smtplib
import socket
import time
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from channels_inbox.models import Channel, Parcel
from tests.channels_inbox.conftest import CARE, letter


def test_the_bytes_are_kept_as_they_came(gateway):
    raw = letter("Grüße\n..dots\n.\nFrom the start").as_bytes().replace(b"\n", b"\r\n")
    gateway.take(raw)
    parcel = Parcel.objects.get()
    assert bytes(parcel.raw) == raw
    assert parcel.meta["from"] == "dora@customer.example"
    assert parcel.meta["to"] == [CARE]
    assert parcel.channel.address == CARE


def test_what_follows_a_plus_is_ours(gateway):
    gateway.take(letter(), to="Care+t1.abc@Shop.Example")
    assert Parcel.objects.get().meta["to"] == ["Care+t1.abc@Shop.Example"]


def test_the_null_sender_is_taken(gateway):
    gateway.take(letter(), sender="<>")
    assert Parcel.objects.get().meta["from"] == ""


def test_addresses_in_any_script_are_taken(gateway, channel):
    Channel.objects.create(kind="email", name="Arabic", team=channel.team, address="دعم@shop.example")
    with gateway.client() as client:
        client.ehlo()
        options = ["SMTPUTF8", "BODY=8BITMIME"]
        client.sendmail("دورا@مثال.إختبار", ["دعم@shop.example"], letter().as_bytes(), options)
    assert Parcel.objects.get().meta["from"] == "دورا@مثال.إختبار"


def test_an_unknown_mailbox_is_refused(gateway):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        gateway.take(letter(), to="nobody@shop.example")
    assert refusal.value.recipients["nobody@shop.example"][0] == 550


def test_a_paused_channel_takes_nothing(gateway, channel, admin):
    channel.change(admin, is_active=False)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        gateway.take(letter())


def test_in_development_every_address_of_our_domain_is_good(gateway, settings):
    settings.ENVIRONMENT, settings.MAIL_DOMAIN = "development", "localhost"
    gateway.take(letter(), to="anything@localhost")
    assert Parcel.objects.count() == 1


def test_whoever_tries_many_mailboxes_is_shown_out(gateway):
    with gateway.client() as client:
        client.ehlo()
        client.mail("eve@evil.example")
        codes = [client.rcpt(f"guess{number}@shop.example")[0] for number in range(10)]
        assert codes == [550] * 9 + [421]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


@pytest.mark.parametrize("command", ["VRFY care@shop.example", "EXPN staff", "HELP"])
def test_questions_about_mailboxes_are_refused(gateway, command):
    with gateway.client() as client:
        client.ehlo()
        assert client.docmd(command)[0] == 502


def test_too_many_bad_commands_end_the_session(gateway):
    with gateway.client() as client:
        codes = [client.docmd("NONSENSE")[0] for _ in range(5)]
        assert codes == [500] * 4 + [502]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


def test_a_mail_that_is_too_large_is_refused_before_and_after(start_gateway, channel, settings):
    settings.SMTP_GATEWAY_MAX_BYTES = 100_000
    gateway = start_gateway()
    large = letter("x" * 70 + "\n" + "y\n" * 60_000)
    with pytest.raises(smtplib.SMTPResponseException) as announced:
        gateway.take(large)
    assert announced.value.smtp_code == 552
    with gateway.client() as client:
        client.helo()
        client.mail("dora@customer.example")
        client.rcpt(CARE)
        assert client.data(large.as_bytes())[0] == 552
    assert not Parcel.objects.exists()


def test_a_database_that_is_away_is_answered_with_later_and_no_detail(gateway):
    with gateway.client() as client:
        client.ehlo()
        client.mail("dora@customer.example")
        client.rcpt(CARE)
        with patch.object(Parcel, "accept", side_effect=OperationalError("secret host db7 is down")):
            assert client.data(letter().as_bytes()) == (451, b"4.3.0 Please try again later")
        with patch.object(Channel.objects, "for_recipient", side_effect=OperationalError("secret")):
            client.mail("dora@customer.example")
            assert client.rcpt(CARE) == (451, b"4.3.0 Please try again later")


def test_a_database_that_died_is_answered_with_later_and_mail_flows_again_after(gateway, servers):
    with gateway.client() as client:
        client.ehlo()
        client.mail("dora@customer.example")
        client.rcpt(CARE)
        servers.postgres.stop()
        try:
            assert client.data(letter().as_bytes())[0] == 451
        finally:
            servers.start()
            connection.close()
    gateway.take(letter())


def test_more_sessions_than_it_can_bear_are_asked_to_come_later(start_gateway, channel):
    gateway = start_gateway(most_sessions=2)
    with gateway.client() as first, gateway.client() as second:
        assert first.noop()[0] == second.noop()[0] == 250
        with pytest.raises(smtplib.SMTPConnectError) as refusal:
            gateway.client()
        assert refusal.value.smtp_code == 421
    gateway.take(letter())


def test_a_session_that_is_cut_off_leaves_nothing_and_frees_its_place(start_gateway, channel):
    gateway = start_gateway(most_sessions=1)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as raw:
        raw.recv(100)
        raw.sendall(
            b"HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<care@shop.example>\r\nDATA\r\nSubject: half"
        )
    for _ in range(50):
        if gateway.doorkeeper.sessions == 0:
            break
        time.sleep(0.1)
    gateway.take(letter())
    assert Parcel.objects.count() == 1
