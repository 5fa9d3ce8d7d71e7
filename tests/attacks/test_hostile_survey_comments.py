"""What is written with a rating is words: on the customer's page, the ticket, the list and the supervisors' page."""

import pytest
from django.utils.timezone import now

from csat.following_up import follow_up
from csat.models import Survey

COMMENTS = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "{{ 40507*3 }}{% include 'settings/base.html' %}",
    "javascript:alert(1)",
    "\x00<script>alert(1)</script>\ud800",
    "\u202ekcab\u202c" * 300,
]


@pytest.mark.parametrize("comment", COMMENTS)
def test_it_is_never_markup(client, admin, ticket, orders, ann, comment):
    survey = Survey.objects.create(ticket=ticket, team=orders, agent=ann, asked_at=now())
    sent = comment.encode(errors="replace").decode()
    assert client.post(f"/rate/{survey.token}/", {"score": "1", "comment": sent}).status_code in {302, 422}
    if not Survey.objects.get().score:
        Survey.objects.get().answer(1, comment)
    opened = follow_up(Survey.objects.get())
    pages = [client.get(f"/rate/{survey.token}/")]
    client.force_login(admin)
    addresses = [
        "/ratings/",
        "/ratings/comments/",
        f"/tickets/{ticket.pk}/",
        f"/tickets/{opened.pk}/",
        "/inbox/",
    ]
    for page in [*pages, *map(client.get, addresses)]:
        said = page.content.decode().lower()
        assert page.status_code == 200
        assert "<script>alert" not in said
        assert "<img src=x" not in said
        assert "<svg/onload" not in said
        assert 'href="javascript:' not in said
        assert "121521" not in said


def test_a_comment_without_end_is_cut(client, ticket, orders):
    survey = Survey.objects.create(ticket=ticket, team=orders, asked_at=now())
    survey.answer(1, "x" * 1_000_000)
    assert len(Survey.objects.get().comment) == 5000


def test_erasing_a_customer_erases_what_he_wrote(ticket, orders, ann, dora, admin):
    survey = Survey.objects.create(ticket=ticket, team=orders, agent=ann, asked_at=now())
    survey.answer(1, "My obsidian teapot")
    opened = follow_up(Survey.objects.get())
    dora.erase(by=admin)
    assert Survey.objects.get().comment == ""
    assert not opened.messages.filter(text__contains="obsidian").exists()
    opened.refresh_from_db()
    assert "obsidian" not in opened.preview
