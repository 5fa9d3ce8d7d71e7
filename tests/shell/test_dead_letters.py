"""Reactions that were given up can be seen and tried again."""

import pytest
from django.urls import reverse

from events.models import Event, Receipt, ReceiptState


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def dead(ticket):
    event = Event.objects.filter(ticket_id=ticket.pk).first()
    return [
        Receipt.objects.create(
            event=event, subscriber=f"gone.{n}", state=ReceiptState.DEAD, attempts=10, error="<b>no</b>"
        )
        for n in range(3)
    ]


def states() -> list[str]:
    return list(
        Receipt.objects.filter(subscriber__startswith="gone.").order_by("pk").values_list("state", flat=True)
    )


def test_they_are_listed_with_their_error_as_text(desk, dead, ticket):
    page = desk.get(reverse("dead-letters")).content.decode()
    assert "gone.1" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert reverse("ticket", args=[ticket.pk]) in page


def test_one_is_tried_again(desk, dead):
    for _again in range(2):
        desk.post(reverse("dead-letter-retry", args=[dead[1].pk]))
    assert states() == ["dead", "pending", "dead"]


def test_all_are_tried_again(desk, dead):
    desk.post(reverse("dead-letters-retry"))
    assert states() == ["pending"] * 3
    assert set(Receipt.objects.values_list("attempts", flat=True)) == {0}


def test_what_was_done_is_not_done_twice(desk, dead):
    Receipt.objects.filter(pk=dead[0].pk).update(state=ReceiptState.DONE)
    desk.post(reverse("dead-letter-retry", args=[dead[0].pk]))
    desk.post(reverse("dead-letters-retry"))
    assert states() == ["done", "pending", "pending"]


def test_none_is_good_news(desk):
    assert "Everything was done" in desk.get(reverse("dead-letters")).content.decode()
    assert desk.get(reverse("dead-letters"), {"before": "x'; --"}).status_code == 200
