from datetime import timedelta

from tickets.models import Delivery, Pile, Status


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
