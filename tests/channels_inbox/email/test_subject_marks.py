"""A ticket's signed number in the subject: added and trusted as the mailbox's settings say."""

import pytest
from django.core import mail

from channels_inbox import signing
from channels_inbox.models import Channel, Outlet
from tests.channels_inbox.conftest import letter
from tests.drain import drain
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outlet(channel, settings) -> Outlet:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return Outlet.objects.create(channel=channel, acknowledges=False)


def answered(arrive, ann) -> tuple[Ticket, str]:
    """Dora's ticket, and the subject of our answer to it."""
    if not Ticket.objects.exists():
        arrive(letter())
    ticket = Ticket.objects.order_by("pk").last()
    ticket.reply(ann, text="Which colour?")
    drain(held=True)
    return ticket, mail.outbox[-1].subject


def test_subjects_are_left_alone(arrive, outlet, ann):
    assert answered(arrive, ann)[1] == "Re: Cracked lid"


def test_marked_the_answer_finds_its_ticket_by_the_subject_alone(arrive, outlet, ann, admin):
    outlet.change(admin, marks_subjects=True)
    ticket, subject = answered(arrive, ann)
    assert subject == f"Re: Cracked lid {signing.subject_token(ticket.pk)}"
    arrive(letter("Blue.", Subject=subject))
    assert Ticket.objects.count() == 1
    assert answered(arrive, ann)[1] == subject


def test_what_is_passed_on_does_not_carry_the_mark_of_the_ticket_before(arrive, outlet, ann, admin):
    outlet.change(admin, marks_subjects=True)
    _ticket, subject = answered(arrive, ann)
    arrive(letter("May I ask as well?", Subject=subject, From="eve@evil.example"), sender="eve@evil.example")
    other = Ticket.objects.order_by("pk").last()
    assert other.subject == "Re: Cracked lid"
    assert answered(arrive, ann)[1] == f"Re: Cracked lid {signing.subject_token(other.pk)}"


def test_not_trusted_it_opens_nothing(arrive, outlet, ann, admin, channel):
    outlet.change(admin, trusts_subjects=False)
    ticket, _subject = answered(arrive, ann)
    arrive(letter("Blue.", Subject=f"Re: Cracked lid {signing.subject_token(ticket.pk)}"))
    assert Ticket.objects.count() == 2


def test_an_administrator_chooses(client, admin, channel, outlet):
    client.force_login(admin)
    page = f"/settings/channels/{channel.pk}/sending/"
    client.post(page, {"way": "desk", "security": "starttls", "marks_subjects": "on"})
    found = Outlet.of(Channel.objects.get())
    assert (found.marks_subjects, found.trusts_subjects) == (True, False)
