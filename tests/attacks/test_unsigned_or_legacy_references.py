"""Marks that are not ours: guessed ones, another desk's, another kind's, and those of keys that are no longer kept."""

import random
import time

import pytest

from channels_inbox import signing

TICKET = 10042
MILLION = 1_000_000
WEEK = int(time.time()) // signing.WEEK


def test_a_million_random_tokens_open_nothing():
    bits = random.Random(1).getrandbits
    shapes = (
        (signing.ticket_of_ids, lambda: f"t{TICKET}.7.{bits(96):024x}@shop.example"),
        (signing.ticket_of_addresses, lambda: f"care+t{TICKET}.{bits(96):024x}@shop.example"),
        (signing.agent_of_addresses, lambda: f"care+a{TICKET}.3.{WEEK}.{bits(96):024x}@shop.example"),
        (signing.envelope_of_addresses, lambda: f"care+b{TICKET}.{bits(96):024x}@shop.example"),
    )
    began = time.monotonic()
    for read, guess in shapes:
        assert read(guess() for _ in range(MILLION // len(shapes))) is None
    assert time.monotonic() - began < 120


@pytest.mark.parametrize(
    "one",
    [
        f"{TICKET}@shop.example",
        f"t{TICKET}@shop.example",
        f"t{TICKET}.7@shop.example",
        f"t{TICKET}.7.@shop.example",
        f"t{TICKET}.7.{'0' * 24}@shop.example",
        f"ticket-{TICKET}@shop.example",
        f"<t{TICKET}.7.{'f' * 23}@shop.example",
    ],
)
def test_marks_without_our_signature_are_none(one):
    assert signing.ticket_of_ids([one]) is None
    assert signing.ticket_of_addresses([f"care+{one}"]) is None


def test_another_desks_signature_is_not_ours(settings):
    marks = [signing.message_id(TICKET, 7), signing.reply_address("care@shop.example", TICKET)]
    token = signing.subject_token(TICKET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another desk's key", []
    assert signing.ticket_of_ids(marks[:1]) is None
    assert signing.ticket_of_addresses(marks[1:]) is None
    assert signing.ticket_of_subject(token) is None


def test_no_kind_of_mark_passes_for_another():
    customers = signing.reply_address("care@shop.example", TICKET)
    agents = signing.agent_address("care@shop.example", TICKET, 3)
    bounces = signing.return_path("care@shop.example", TICKET)
    as_agents = customers.replace(f"+t{TICKET}.", f"+a{TICKET}.3.")
    as_customers = bounces.replace("+b", "+t")
    assert signing.agent_of_addresses([customers, bounces, as_agents]) is None
    assert signing.ticket_of_addresses([agents, bounces, as_customers]) is None
    assert signing.envelope_of_addresses([customers, agents, customers.replace("+t", "+b")]) is None
    mac = signing.message_id(TICKET, 7).split(".")[2].partition("@")[0]
    assert signing.ticket_of_subject(f"[#{TICKET}-{mac[:12]}]") is None
