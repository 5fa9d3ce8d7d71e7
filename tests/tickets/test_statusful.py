from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from events.models import Event
from tickets.models import Conflict, Pile, Status, Ticket
from tickets.tasks import close_due, wake_due
from tickets.thanks import is_mere_thanks


def kinds(ticket) -> list[str]:
    return list(Event.objects.of_ticket(ticket.pk).values_list("kind", flat=True))


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved", "closed"])
def test_the_customers_reply_opens_it(ticket, ann, dora, status):
    ticket.set_status(status, ann)
    ticket.receive(dora, text="It is still cracked.")
    assert ticket.status == Status.OPEN
    assert ticket.reopened_count == (1 if status in {"solved", "closed"} else 0)


def test_an_automatic_message_reopens_nothing_and_touches_no_clock(ticket, ann, dora):
    ticket.solve(ann)
    ticket.refresh_from_db()
    before = (ticket.status, ticket.activity_at, ticket.unread, ticket.waiting_since)
    ticket.receive(dora, text="I am out of office.", automatic=True)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.activity_at, ticket.unread, ticket.waiting_since) == before


@pytest.mark.parametrize("status", ["new", "resolved", ""])
def test_nothing_leads_to_these(ticket, ann, status):
    with pytest.raises(ValueError):
        ticket.set_status(status, ann)
    with pytest.raises(ValueError):
        ticket.reply(ann, text="x", then=status or "nothing")


def test_the_database_knows_the_states(ticket):
    for wrong in (
        {"status": "resolved"},
        {"status": "solved", "solved_at": None},
        {"priority": 9},
        {"rating": 6},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(**wrong)


# Thanks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!", "Thank you so much, great help", "thx", "THANK YOU", "شكراً جزيلاً", "شكرا لكم على المساعدة",
        "مشكورين، الله يعطيك العافية", "خیلی ممنونم", "ممنون از کمک‌تان", "مرسی 🙏", "سپاسگزارم", "با تشکر",
    ],
)  # fmt: skip
def test_a_mere_thanks_is_known_in_three_languages(text):
    assert is_mere_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Great", "Thanks, but it is broken again", "Thanks! Can you also send an invoice?", "شكرا ولكن لم يصل الطلب",
        "ممنون ولی هنوز نرسیده", "متشکرم، کی می‌رسد؟", "No thanks", "Thank you " * 20,
    ],
)  # fmt: skip
def test_what_says_more_is_not(text):
    assert not is_mere_thanks(text)


def test_after_a_thanks_it_is_solved_again_without_a_second_question(ticket, ann, dora):
    ticket.solve(ann)
    ticket.receive(dora, text="شكراً جزيلاً")
    ticket.solve(ann)
    because = [e.payload["because"] for e in Event.objects.of_ticket(ticket.pk).filter(kind="ticket.solved")]
    assert because == ["answered", "thanks"]
    assert ticket.reopened_count == 0


@pytest.mark.parametrize("replied", [False, True])
def test_what_follows_a_thanks_reopens_it_after_all(ticket, ann, dora, replied):
    ticket.solve(ann)
    ticket.receive(dora, text="Thanks!")
    if replied:
        ticket.reply(ann, text="You are welcome.")
    ticket.receive(dora, text="It broke again.")
    assert (ticket.status, ticket.thanked, ticket.reopened_count) == (Status.OPEN, False, 1)
    ticket.receive(dora, text="Hello?")
    assert ticket.reopened_count == 1
    ticket.solve(ann)
    assert (
        Event.objects.of_ticket(ticket.pk).filter(kind="ticket.solved").last().payload["because"]
        == "answered"
    )


def test_a_status_set_by_mistake_is_not_counted_as_reopened(ticket, ann):
    ticket.solve(ann)
    ticket.restore_status("new", ann)
    assert (ticket.status, ticket.reopened_count) == (Status.OPEN, 0)


def test_a_reopening_by_mistake_leaves_no_trace(ticket, ann):
    ticket.solve(ann)
    solved_at = now() - timedelta(days=1)
    Event.objects.filter(kind="ticket.solved").update(at=solved_at)
    ticket.reopen(ann)
    ticket.restore_status("solved", ann)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count, ticket.solved_at) == (Status.SOLVED, 0, solved_at)


def test_a_closed_ticket_that_was_reopened_by_mistake_is_as_old_as_it_was(ticket, ann, dora):
    ticket.solve(ann)
    ticket.reopen(ann)
    ticket.solve(ann)
    ticket.close(ann)
    solved_at, closed_at = now() - timedelta(days=6), now() - timedelta(days=2)
    Event.objects.filter(kind="ticket.solved").update(at=solved_at)
    Event.objects.filter(kind="ticket.closed").update(at=closed_at)
    ticket.reopen(ann)
    ticket.restore_status("closed", ann)
    ticket.refresh_from_db()
    assert (ticket.reopened_count, ticket.solved_at, ticket.closed_at) == (1, solved_at, closed_at)


@pytest.mark.parametrize("was", ["open", "new", "pending"])
def test_what_was_solved_by_mistake_sleeps_on(ticket, ann, was):
    ticket.restore_status(was, ann)
    until = now() + timedelta(days=1)
    ticket.snooze(until, ann)
    ticket.solve(ann)
    ticket.restore_status(was, ann, snoozed_until=until)
    ticket.refresh_from_db()
    assert (ticket.pile, ticket.snoozed_until) == (Pile.SNOOZED, until)


# Time ------------------------------------------------------------------------------------------------------


def test_a_quiet_solved_ticket_is_closed(ticket, ann, dora):
    ticket.solve(ann)
    Ticket.objects.update(solved_at=now() - timedelta(days=5))
    close_due()
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    assert "ticket.closed" in kinds(ticket)


def test_a_ticket_that_was_reopened_meanwhile_is_not_closed(ticket, ann, dora):
    ticket.solve(ann)
    stale = Ticket.objects.get(pk=ticket.pk)
    ticket.receive(dora, text="Still cracked.")
    stale.close_if_quiet()
    assert stale.status == Status.OPEN


def test_replies_belong_here_for_two_weeks_after_closing(ticket, ann):
    ticket.close(ann)
    assert ticket.takes_replies
    Ticket.objects.update(closed_at=now() - timedelta(days=15))
    ticket.refresh_from_db()
    assert not ticket.takes_replies


def test_a_follow_up_is_linked_both_ways(ticket, dora, orders):
    follow_up = Ticket.open(dora, orders, subject="Again", source="email", follow_up_of=ticket)
    assert list(ticket.follow_ups.all()) == [follow_up]
    assert Event.objects.of_ticket(ticket.pk).last().payload == {"ticket": follow_up.pk}


def test_a_snoozed_ticket_wakes_in_time(ticket, ann):
    ticket.snooze(now() + timedelta(hours=1), ann)
    wake_due()
    ticket.refresh_from_db()
    assert ticket.snoozed_until is not None
    Ticket.objects.update(snoozed_until=now() - timedelta(seconds=1))
    wake_due()
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    assert Event.objects.of_ticket(ticket.pk).last().payload == {"because": "time"}


def test_a_ticket_put_off_meanwhile_sleeps_on(ticket, ann):
    ticket.snooze(now() + timedelta(hours=1), ann)
    stale = Ticket.objects.get(pk=ticket.pk)
    stale.snoozed_until = now() - timedelta(seconds=1)
    stale.wake_if_due()
    assert stale.snoozed_until is not None


def test_a_snoozed_ticket_wakes_when_the_customer_writes_but_not_by_our_reply(ticket, ann, dora):
    ticket.snooze(now() + timedelta(hours=1), ann)
    ticket.reply(ann, text="We are looking into it.")
    assert ticket.snoozed_until is not None
    ticket.receive(dora, text="And?")
    assert ticket.snoozed_until is None


def test_what_cannot_be_snoozed(ticket, ann):
    with pytest.raises(ValueError):
        ticket.snooze(now() - timedelta(seconds=1), ann)
    ticket.solve(ann)
    with pytest.raises(ValueError):
        ticket.snooze(now() + timedelta(hours=1), ann)


def test_one_that_fails_does_not_keep_the_others_asleep(ticket, dora, orders, ann, monkeypatch):
    other = Ticket.open(dora, orders, subject="Other", source="email")
    Ticket.objects.update(snoozed_until=now() - timedelta(hours=1))
    Ticket.objects.filter(pk=ticket.pk).update(snoozed_until=now() - timedelta(hours=2))
    wake = Ticket._wake
    broken = lambda self, by, because: wake(self, by, because) if self.pk == other.pk else 1 / 0  # noqa: E731
    monkeypatch.setattr(Ticket, "_wake", broken)
    wake_due()
    other.refresh_from_db()
    assert other.snoozed_until is None


# Spam and conflicts ----------------------------------------------------------------------------------------


def test_spam_and_its_undoing_keep_the_status(ticket, ann):
    ticket.set_status("on_hold", ann)
    ticket.mark_spam(ann)
    ticket.mark_spam(ann)
    ticket.unmark_spam(ann)
    ticket.unmark_spam(ann)
    assert ticket.status == Status.ON_HOLD
    assert kinds(ticket)[-2:] == ["ticket.marked_spam", "ticket.unmarked_spam"]


@transaction.atomic
def change_as_seen(ticket, **seen):
    ticket.expect(**seen)


def test_a_conflict_is_told_only_when_the_same_field_changed(ticket, ann):
    seen = {"priority": "2", "assignee_id": "", "status": "new"}
    mine = Ticket.objects.get(pk=ticket.pk)
    ticket.set_priority(4, ann)
    with pytest.raises(Conflict) as conflict:
        change_as_seen(mine, priority=seen["priority"])
    assert (conflict.value.field, conflict.value.now) == ("priority", 4)
    change_as_seen(mine, status=seen["status"], assignee_id=seen["assignee_id"])
    change_as_seen(mine, priority=None)
