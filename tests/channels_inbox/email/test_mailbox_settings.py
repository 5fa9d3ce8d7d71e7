"""Connecting a mailbox: it is tried out, what is wrong is said where it is, and its password is seen nowhere."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from channels_inbox.models import Archive, ArchiveState, Mailbox
from events.models import Event
from tests.channels_inbox.email.test_mailbox import look, mails, name  # noqa: F401

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

PASSWORD = "pw"


@pytest.fixture
def page(channel) -> str:
    return reverse("mailbox", args=[channel.pk])


@pytest.fixture
def facts(mail_server, name) -> dict:  # noqa: F811
    return {
        "host": "127.0.0.1",
        "port": mail_server.imap_port,
        "encryption": "none",
        "user": name,
        "password": PASSWORD,
        "folder": "INBOX",
        "afterwards": "read",
        "begin": "now",
    }


def test_connected_it_begins_with_what_comes_from_now_on(desk, page, facts, mail_server, name):  # noqa: F811
    mail_server.put(name, *mails(3))
    assert desk.post(page, facts).url == page
    mailbox = Mailbox.objects.get()
    assert look(mailbox) == 0
    mail_server.put(name, *mails(1))
    assert look(mailbox) == 1


def test_a_test_changes_nothing_and_offers_the_folders(desk, page, facts, mail_server, name):  # noqa: F811
    mail_server.put(name, folder="Kunden")
    shown = desk.post(page, facts | {"test": "yes"}).content.decode()
    assert "It works." in shown
    assert '<option value="Kunden"></option>' in shown
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"host": "nowhere.invalid"}, "host", "no server of this name"),
        ({"port": 9}, "port", "does not answer on this port"),
        ({"port": 0}, "port", "1 to 65535"),
        ({"encryption": "tls"}, "encryption", "does not speak TLS"),
        ({"password": "wrong"}, "password", "does not accept"),
        ({"password": ""}, "password", "required"),
        ({"folder": "Elsewhere"}, "folder", "no such folder"),
        ({"afterwards": "move"}, "move_to", "Where should it be moved"),
        ({"user": "a\r\nb"}, "password", "does not accept"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(desk, page, facts, wrong, field, said):
    answer = desk.post(page, facts | wrong)
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert not Mailbox.objects.exists()


def test_a_certificate_that_is_not_trusted(desk, page, facts, mail_server):
    answer = desk.post(page, facts | {"encryption": "tls", "port": mail_server.imaps_port})
    assert "certificate" in " ".join(answer.context["form"].errors["encryption"])


def test_the_password_is_seen_nowhere(desk, page, facts, mail_server):
    secret = "correct-horse-of-the-mailbox"
    desk.post(page, facts)
    Mailbox.objects.get().change(None, credentials={"password": secret})
    mailbox = Mailbox.objects.get()
    assert mailbox.credentials == {"password": secret}
    assert secret not in mailbox.secret
    assert secret not in desk.get(page).content.decode()
    assert secret not in str(list(Event.objects.values_list("payload", flat=True)))


def test_the_stored_password_goes_to_no_other_server(desk, page, facts):
    desk.post(page, facts)
    for change in ({"host": "localhost"}, {"port": 9}, {"user": "other"}, {"encryption": "starttls"}):
        answer = desk.post(page, facts | {"password": ""} | change)
        assert "password" in answer.context["form"].errors
    assert desk.post(page, facts | {"password": "", "afterwards": "leave"}).status_code == 302


def test_how_it_goes_is_told(desk, page, facts, channel):
    desk.post(page, facts)
    state = reverse("mailbox-state", args=[channel.pk])
    assert "Not looked at yet" in desk.get(state).content.decode()
    Mailbox.objects.get().note_seen(behind=7)
    assert "7 mails are still to be fetched" in desk.get(state).content.decode()
    Mailbox.objects.get().note_trouble("password", "")
    assert "does not accept" in desk.get(state).content.decode()


def test_the_archive_is_begun_and_stopped(desk, page, facts, channel):
    desk.post(page, facts)
    where = reverse("mailbox-archive", args=[channel.pk])
    assert desk.post(where, {"days": 0}).status_code == 422
    desk.post(where, {"days": 30})
    archive = Archive.objects.get()
    assert archive.state == ArchiveState.RUNNING
    assert 29 <= (now() - archive.since).days <= 30
    assert "Being read" in desk.get(page).content.decode()
    desk.post(where, {"stop": "yes"})
    assert Archive.objects.get().state == ArchiveState.STOPPED


def test_removed_its_password_is_gone(desk, page, facts, channel):
    desk.post(page, facts)
    desk.post(reverse("mailbox-removal", args=[channel.pk]))
    assert not Mailbox.objects.exists()
