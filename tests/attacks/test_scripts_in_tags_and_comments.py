"""Attack: a script in a tag, a survey's comment, a note, a customer's name or an agent's: shown as letters wherever
they stand, in the desk and in what leaves by mail."""

import re

import pytest

from agents.models import Mails
from tests.drain import drain
from tickets.models import Tag, Ticket

SCRIPT = "</b>\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


def assert_letters(html: str) -> None:
    assert "<script>alert" not in html
    assert not re.search(r"<img[^>]+onerror", html)


@pytest.fixture
def everywhere(ticket, ann, dora) -> Ticket:
    ticket.set_subject(SCRIPT, ann)
    ticket.tag(SCRIPT[:48], ann)
    ticket.note(ann, text=SCRIPT)
    ticket.rate(1, SCRIPT, dora)
    dora.change(ann, name=SCRIPT)
    ann.change(ann, name=SCRIPT)
    ticket.assign(ann, ann)
    return ticket


@pytest.mark.parametrize(
    "page",
    ["/tickets/{}/", "/tickets/{}/head/", "/tickets/{}/customer/", "/inbox/rows/?view=open", "/settings/"],
)
def test_it_is_letters_on_the_desk(client, bea, everywhere, page):
    assert Tag.objects.exists()
    client.force_login(bea)
    answer = client.get(page.format(everywhere.pk))
    assert answer.status_code == 200
    assert_letters(answer.text)


def test_it_is_letters_in_what_leaves(everywhere, channel, ann, bea, mailoutbox):
    bea.change(bea, mails=Mails.ALWAYS)
    everywhere.assign(bea, by=ann)
    everywhere.reply(ann, text=SCRIPT)
    drain(held=True)
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        assert_letters(mail.alternatives[0][0])
        for name, value in mail.message().items():
            assert "\n" not in str(value).replace("\n ", ""), name
