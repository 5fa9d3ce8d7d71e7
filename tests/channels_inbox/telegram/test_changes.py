"""What was changed or erased after it was written to a bot."""

from channels_inbox.models import Parcel
from customers.models import Customer
from tests.channels_inbox.test_intake import PNG
from tests.drain import drain
from tickets.models import Attachment, Message, Status, Ticket


def test_a_change_stands_on_the_message_and_the_old_words_are_kept(said, telegram, arrive, ann):
    message = said("My order is 41")
    said("Please hurry")
    telegram.edits(message, text="My order is 42")
    arrive()
    first = Message.objects.order_by("number").first()
    assert (first.text, [one["text"] for one in first.earlier]) == ("My order is 42", ["My order is 41"])
    assert Message.objects.count() == 2
    assert "42" in first.search_text


def test_a_change_opens_what_was_solved(said, telegram, arrive, ann):
    message = said("All is well")
    ticket = Ticket.objects.get()
    ticket.solve(ann)
    telegram.edits(message, text="Nothing is well")
    arrive()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.unread) == (Status.OPEN, True)


def test_a_change_told_twice_is_one(said, telegram, arrive):
    message = said("One")
    changed = telegram.edits(message, text="Two")
    telegram.has(edited_message=changed)
    arrive()
    assert len(Message.objects.get().earlier) == 1


def test_a_changed_caption_brings_no_file_twice(said, telegram, arrive):
    message = said(photo=telegram.photo(PNG), caption="Lid")
    telegram.edits(message, caption="A lid")
    arrive()
    assert Attachment.objects.count() == 1


def test_a_change_brings_back_nothing_that_was_erased(said, telegram, arrive, admin):
    message = said("My password is teapot")
    Message.objects.get().redact(admin)
    telegram.edits(message, text="My password is obsidian")
    arrive()
    erased = Message.objects.get()
    assert (erased.text, erased.earlier) == ("", [])


def test_erasing_takes_the_earlier_words_too(said, telegram, arrive, admin):
    message = said("My password is teapot")
    telegram.edits(message, text="Never mind")
    arrive()
    Message.objects.get().redact(admin)
    drain()
    assert Message.objects.get().earlier == []
    assert all(b"teapot" not in bytes(parcel.raw) for parcel in Parcel.objects.all())


def test_a_change_of_what_never_came_is_a_message(telegram, arrive):
    telegram.edits(telegram.message("Old"), text="New")
    arrive()
    assert Message.objects.get().text == "New"


def test_an_erased_customer_leaves_nothing(said, admin):
    said("My name is obsidian")
    customer = Customer.objects.get()
    customer.erase(admin)
    drain()
    assert all(b"obsidian" not in bytes(parcel.raw) for parcel in Parcel.objects.all())
