"""What leaves in development can be read in the browser and answered as the customer, and never in production."""

from importlib import reload

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives

import helpdesk.urls
from channels_inbox.models import Channel
from helpdesk.outbox.backend import OutboxBackend
from helpdesk.outbox.checks import mail_leaves_in_production
from helpdesk.outbox.saved import newest
from tests.channels_inbox.conftest import start_gateway  # noqa: F401
from tests.drain import drain
from tickets.models import MessageKind, Ticket


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.EMAIL_BACKEND = "helpdesk.outbox.backend.OutboxBackend"


@pytest.fixture
def sent():
    mail = EmailMultiAlternatives(
        "سلام Dora", "Hello\nhttp://shop.example/x", "Care <care@shop.example>", ["dora@customer.example"]
    )
    mail.attach_alternative("<p onclick=x()>Hello<script>alert(1)</script></p>", "text/html")
    mail.attach("bill.html", b"<script>alert(1)</script>", "text/html")
    mail.send()
    return newest(1)[0]


@pytest.mark.django_db
def test_mail_is_listed_and_read(client, sent):
    listed = client.get("/outbox/").content.decode()
    assert "سلام Dora" in listed
    read = client.get(f"/outbox/{sent.name}/").content.decode()
    assert "dora@customer.example" in read
    assert f'src="/outbox/{sent.name}/body/"' in read
    assert b"Message-ID:" in client.get(f"/outbox/{sent.name}/source/").content


def test_its_html_is_shown_where_nothing_can_run(client, sent):
    response = client.get(f"/outbox/{sent.name}/body/")
    assert "script" not in response.content.decode()
    assert response["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_its_files_are_downloaded(client, sent):
    response = client.get(f"/outbox/{sent.name}/files/0/")
    assert response["Content-Disposition"].startswith("attachment")
    assert client.get(f"/outbox/{sent.name}/files/9/").status_code == 404


@pytest.mark.parametrize("name", ["20260101T000000000000-00000000", "..", "x"])
def test_only_mails_of_the_folder_are_read(client, name):
    assert client.get(f"/outbox/{name}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_customer_answers_from_here(client, start_gateway, settings, orders, ann, dora):  # noqa: F811
    Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    settings.SMTP_GATEWAY_PORT = start_gateway().port
    letter = {
        "name": "Dora",
        "sender": "dora@customer.example",
        "to": "care@shop.example",
        "subject": "Lid",
        "text": "It broke.",
    }
    assert client.post("/outbox/new/", letter).status_code == 302
    drain()
    ticket = Ticket.objects.get()
    ticket.reply(ann, text="A new one leaves today.")
    drain(held=True)
    (reply,) = newest(5)
    assert client.post(f"/outbox/{reply.name}/answer/", {"text": "شكرًا جزيلاً"}).status_code == 302
    drain()
    assert [message.new_text for message in ticket.messages.filter(kind=MessageKind.CUSTOMER)] == [
        "It broke.",
        "شكرًا جزيلاً",
    ]


@pytest.mark.django_db
def test_a_gateway_that_is_away_is_told(client, sent, settings):
    settings.SMTP_GATEWAY_PORT = 1
    response = client.post(f"/outbox/{sent.name}/answer/", {"text": "Hello"})
    assert response.status_code == 422
    assert "did not take it" in response.content.decode()


def test_in_production_there_is_no_outbox(settings):
    settings.PRODUCTION = True
    assert [error.id for error in mail_leaves_in_production()] == ["fanoos.E001"]
    with pytest.raises(ImproperlyConfigured):
        OutboxBackend()
    try:
        routes = [str(route.pattern) for route in reload(helpdesk.urls).urlpatterns]
    finally:
        settings.PRODUCTION = False
        reload(helpdesk.urls)
    assert "api/v1/" in routes
    assert "outbox/" not in routes
