"""A POST that is repeated with its Idempotency-Key is done once."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.timezone import now

from agents.models import IdempotencyKey
from tickets.models import Attachment, Message, MessageKind, Ticket

from .test_tickets import new_ticket

KEY = {"Idempotency_Key": "order-4711"}


def test_the_same_request_again_makes_nothing_new(api, ticket):
    answers = [api.post(f"tickets/{ticket.pk}/replies/", {"text": "Hello"}, **KEY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert ticket.messages.filter(kind=MessageKind.REPLY).count() == 1


def test_the_order_of_the_fields_does_not_matter(api, orders):
    body = new_ticket(orders)
    first = api.post("tickets/", body, **KEY)
    second = api.post("tickets/", dict(reversed(body.items())), **KEY)
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize(("address", "text"), [("replies", "Goodbye"), ("notes", "Hello")])
def test_the_same_key_for_another_request_is_an_error(api, ticket, address, text):
    api.post(f"tickets/{ticket.pk}/replies/", {"text": "Hello"}, **KEY)
    answer = api.post(f"tickets/{ticket.pk}/{address}/", {"text": text}, **KEY)
    assert answer.status_code == 422
    assert ticket.messages.exclude(kind=MessageKind.CUSTOMER).count() == 1


def test_each_token_has_keys_of_its_own(api, program, ann, ticket):
    for one in (api, program(ann)):
        assert one.post(f"tickets/{ticket.pk}/notes/", {"text": "Hello"}, **KEY).status_code == 201
    assert ticket.messages.filter(kind=MessageKind.NOTE).count() == 2


def test_what_failed_may_be_tried_again_with_the_same_key(api, orders):
    assert api.post("tickets/", new_ticket(orders, tags=["\u200b"]), **KEY).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert api.post("tickets/", new_ticket(orders), **KEY).status_code == 201


def test_a_change_is_not_done_again_after_somebody_undid_it(api, ticket, ann):
    api.post(f"tickets/{ticket.pk}/solution/", **KEY)
    ticket.reopen(ann)
    assert api.post(f"tickets/{ticket.pk}/solution/", **KEY).json()["status"] == "open"


def test_uploads_are_compared_by_their_content(api):
    def file(content: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("a.txt", content, "text/plain")

    first, same = api.upload(file(b"one"), **KEY), api.upload(file(b"one"), **KEY)
    assert first.json()["token"] == same.json()["token"]
    assert api.upload(file(b"two"), **KEY).status_code == 422
    assert Attachment.objects.count() == 1


def test_no_words_of_customers_are_kept_with_the_key(api, ticket):
    api.post(f"tickets/{ticket.pk}/messages/", {"text": "my-secret-word"}, **KEY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row::text, '') FROM agents_idempotencykey AS row")
        assert "my-secret-word" not in cursor.fetchone()[0]


def test_who_may_not_see_it_any_more_does_not_get_it_by_repeating(api, ticket, ann):
    api.post(f"tickets/{ticket.pk}/notes/", {"text": "Hello"}, **KEY)
    ann.teams.clear()
    assert api.post(f"tickets/{ticket.pk}/notes/", {"text": "Hello"}, **KEY).status_code == 404


def test_keys_are_forgotten_after_a_day(api, ticket):
    api.post(f"tickets/{ticket.pk}/notes/", {"text": "Hello"}, **KEY)
    IdempotencyKey.objects.update(created_at=now() - timedelta(hours=25))
    assert api.post(f"tickets/{ticket.pk}/notes/", {"text": "Goodbye"}, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " " * 0, "x" * 201, "é"])
def test_a_key_that_is_none(api, ticket, key):
    assert api.post(f"tickets/{ticket.pk}/notes/", {"text": "x"}, Idempotency_Key=key).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one(program, ann, ticket):
    api, codes = program(ann), []

    def call() -> None:
        codes.append(api.post(f"tickets/{ticket.pk}/replies/", {"text": "Hello"}, **KEY).status_code)
        connection.close()

    callers = [threading.Thread(target=call) for _ in range(10)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert codes == [201] * 10
    assert Message.objects.filter(kind=MessageKind.REPLY).count() == 1
    assert Ticket.objects.count() == 1


@pytest.fixture
def upload(api):
    def upload() -> str:
        return api.upload(SimpleUploadedFile("list.txt", b"ten cups")).json()["token"]

    return upload


@pytest.mark.parametrize("address", ["replies", "notes", "messages"])
def test_what_was_sent_with_a_file_may_be_repeated(api, ticket, upload, address):
    body = {"text": "Here it is.", "attachments": [upload()]}
    first, second = (api.post(f"tickets/{ticket.pk}/{address}/", body, **KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Attachment.objects.filter(message=first.json()["id"]).count() == 1


def test_a_ticket_that_was_opened_with_a_file_may_be_opened_again(api, orders, upload):
    body = new_ticket(orders)
    body["message"] |= {"attachments": [upload()]}
    first, second = (api.post("tickets/", body, **KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]


def test_a_file_is_sent_once(api, ticket, upload):
    body = {"text": "Here it is.", "attachments": [upload()]}
    assert api.post(f"tickets/{ticket.pk}/replies/", body).status_code == 201
    assert api.post(f"tickets/{ticket.pk}/replies/", body).status_code == 400
