from datetime import timedelta

import pytest

from tickets.models import Delivery, Pile, Status, Ticket


def test_a_customers_message_opens_the_conversation(ticket, dora):
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW
    assert ticket.preview == "Hello, the lid arrived cracked."
    assert ticket.unread
    assert ticket.waiting_since is not None
    assert ticket.number >= 10001


def test_a_reply_makes_the_ticket_pending_and_his(ticket, ann):
    ticket.reply(ann, text="A new one leaves today.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.waiting_since) == (Status.PENDING, ann, None)
    assert ticket.first_replied_at is not None


def test_a_customers_reply_opens_a_pending_ticket(ticket, ann, dora):
    ticket.reply(ann, text="Which colour?")
    ticket.receive(dora, text="Blue.")
    assert ticket.status == Status.OPEN


def test_a_word_of_thanks_is_not_counted_as_reopened(ticket, ann, dora):
    ticket.solve(ann)
    ticket.receive(dora, text="Thanks a lot!")
    assert (ticket.status, ticket.thanked, ticket.reopened_count) == (Status.OPEN, True, 0)
    ticket.solve(ann)
    assert ticket.status == Status.SOLVED


def test_a_held_reply_can_be_taken_back_into_the_draft(ticket, ann):
    message = ticket.reply(ann, text="Oops", hold=timedelta(seconds=10))
    assert message.delivery == Delivery.HELD
    assert message.withdraw(ann)
    assert not message.release(early=True)
    assert ann.drafts.get().text == "Oops"
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_the_pile_follows_the_state(ticket, ann):
    ticket.mark_spam(ann)
    ticket.refresh_from_db()
    assert ticket.pile == Pile.SPAM
    ticket.unmark_spam(ann)
    ticket.solve(ann)
    ticket.refresh_from_db()
    assert ticket.pile == Pile.DONE


def test_what_the_customer_says_while_a_reply_is_held_is_still_to_be_answered(ticket, ann, dora):
    held = ticket.reply(ann, text="Which colour?", hold=timedelta(seconds=10), then=Status.SOLVED)
    ticket.receive(dora, text="And my invoice?")
    assert held.release(early=True)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.preview, ticket.unread) == (Status.NEW, "And my invoice?", True)
    assert ticket.waiting_since == ticket.messages.order_by("number").last().created_at
    assert ticket.first_replied_at is not None


def test_looking_does_not_mark_as_read_what_came_in_after_the_page_was_made(ticket, ann, dora):
    page = Ticket.objects.get(pk=ticket.pk)
    ticket.receive(dora, text="One more thing.")
    page.read_by(ann)
    ticket.refresh_from_db()
    assert ticket.unread
    ticket.read_by(ann)
    ticket.refresh_from_db()
    assert not ticket.unread


def test_what_the_database_refuses_is_left_out(dora, orders, ann):
    ticket = Ticket.open(dora, orders, subject="A\0 subject\r\nBcc: x\ud800", source="email")
    message = ticket.receive(dora, text="NUL\0 and half\ud83d", html="<p>\0</p>", to=["a\0@x.example"])
    ticket.reply(ann, text="And\0 ours")
    message.refresh_from_db()
    assert (message.text, message.to, message.html) == ("NUL and half?", ["a@x.example"], "<p></p>")
    assert ticket.subject == "A subject Bcc: x?"


@pytest.mark.parametrize(
    ("verb", "most"),
    [
        (lambda ticket, ann, dora: ticket.reply(ann, text="Yes"), 9),
        (lambda ticket, ann, dora: ticket.reply(ann, text="Yes", hold=timedelta(seconds=10)), 6),
        (lambda ticket, ann, dora: ticket.receive(dora, text="And?"), 5),
        (lambda ticket, ann, dora: ticket.solve(ann), 9),
    ],
    ids=["reply", "held reply", "receive", "solve"],
)
def test_verbs_ask_the_database_little_however_long_the_thread(
    ticket, ann, dora, verb, most, django_assert_max_num_queries
):
    for count in range(30):
        ticket.receive(dora, text=f"Message {count}")
    with django_assert_max_num_queries(most):
        verb(ticket, ann, dora)


def test_a_ticket_solved_while_its_reply_is_held_stays_solved(ticket, ann):
    message = ticket.reply(ann, text="A new one leaves today.", hold=timedelta(seconds=10))
    ticket.solve(ann)
    assert message.release(early=True)
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED
