"""Mail that came through a list is answered by no program; but an address of ours may be a group itself."""

import pytest

from channels_inbox.adapters.email.parse import parse
from tests.channels_inbox.conftest import letter
from tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

OURS = {
    "List_Id": "<care.shop.example>",
    "List_Unsubscribe": "<https://groups.example/off>",
    "Precedence": "list",
}


@pytest.mark.parametrize(
    ("headers", "is_automatic"),
    [
        ({"List_Id": "<news.shop.example>"}, True),
        ({"List_Unsubscribe": "<mailto:off@shop.example>"}, True),
        ({"Precedence": "list"}, True),
        ({}, False),
    ],
)
def test_what_came_through_a_list_is_not_answered_by_a_program(headers, is_automatic):
    assert parse(letter("News of the week", **headers).as_bytes()).automatic is is_automatic


def test_what_our_own_group_passes_on_is_of_people(arrive):
    arrive(letter("The lid arrived cracked.", **OURS))
    assert not Message.objects.get().automatic


@pytest.mark.parametrize(
    "more",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "Care <care.other.example>"},
        {"List_Id": "<care.shop.example> <news.other.example>"},
        {"List_Id": None},
    ],
)
def test_but_not_what_programs_write_to_it_or_other_lists(arrive, more):
    arrive(letter("Out of office.", **(OURS | more)))
    assert Message.objects.get().automatic
