"""Attack: an answer in an agent's name, by whoever has or guesses the address that only the agent was given.

Nothing of it reaches the customer or the ticket; it is in quarantine, with the reason.
"""

import pytest

from channels_inbox import signing
from channels_inbox.models import Parcel, ParcelState
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Message, Ticket


@pytest.fixture
def ticket(channel, ann):
    unpack(Parcel.accept(channel, letter().as_bytes(), {"from": "dora@customer.example", "to": [CARE]}).pk)
    return Ticket.objects.get()


@pytest.fixture
def refused(channel, ticket, settings):
    """Why the mail to that address was refused."""
    settings.TRUSTED_MAIL_SERVERS = ["mx.shop.example"]

    def refused(to: str, **headers: str) -> str:
        mail = letter("Please refund it at once.", **({"From": "ann@shop.example", "To": to} | headers))
        parcel = Parcel.accept(channel, mail.as_bytes(), {"from": "ann@shop.example", "to": [to]})
        unpack(parcel.pk)
        parcel.refresh_from_db()
        assert Message.objects.count() == 1, "it became a message"
        assert parcel.state == ParcelState.QUARANTINED
        return parcel.held_for

    return refused


def test_from_another_address(refused, ticket, ann):
    assert refused(signing.agent_address(CARE, ticket.pk, ann.pk), From="eve@evil.example") == "not-his"


def test_from_another_agent(refused, ticket, ann, bea):
    assert refused(signing.agent_address(CARE, ticket.pk, ann.pk), From=bea.email) == "not-his"


def test_of_somebody_who_was_an_agent(refused, ticket, ann, admin):
    ann.deactivate(admin, None, 0)
    assert refused(signing.agent_address(CARE, ticket.pk, ann.pk)) == "agent-gone"


def test_of_an_agent_who_may_not_see_the_ticket_any_more(refused, ticket, ann, admin):
    ann.set_teams([], admin)
    assert refused(signing.agent_address(CARE, ticket.pk, ann.pk)) == "no-right"


def test_with_a_signature_for_another_ticket_or_agent(refused, ticket, ann, bea):
    address = signing.agent_address(CARE, ticket.pk, bea.pk)
    assert refused(address.replace(f".{bea.pk}.", f".{ann.pk}.", 1)) == "forged"
    address = signing.agent_address(CARE, ticket.pk + 1, ann.pk)
    assert refused(address.replace(f"+a{ticket.pk + 1}", f"+a{ticket.pk}")) == "forged"


def test_with_a_signature_made_for_customers_or_by_guessing(refused, ticket, ann):
    mac = signing.reply_address(CARE, ticket.pk).rpartition(".")[0].rpartition(".")[2].partition("@")[0]
    week = signing._this_week()
    assert refused(f"care+a{ticket.pk}.{ann.pk}.{week}.{mac}@shop.example") == "forged"
    assert refused(f"care+a{ticket.pk}.{ann.pk}.{week}.{'0' * 24}@shop.example") == "forged"
    assert refused(f"care+a{ticket.pk}.{ann.pk}.{'0' * 24}@shop.example") == "forged"


def test_with_an_address_that_is_too_old_or_made_younger(refused, ticket, ann, monkeypatch):
    week = signing._this_week()
    monkeypatch.setattr(signing, "_this_week", lambda: week - signing.GOOD_FOR - 1)
    old = signing.agent_address(CARE, ticket.pk, ann.pk)
    monkeypatch.undo()
    assert refused(old) == "expired"
    assert refused(old.replace(f".{week - signing.GOOD_FOR - 1}.", f".{week}.")) == "forged"


def test_in_which_our_mail_server_found_a_forgery(refused, ticket, ann):
    results = "mx.shop.example; dmarc=fail header.from=shop.example"
    address = signing.agent_address(CARE, ticket.pk, ann.pk)
    assert refused(address, Authentication_Results=results) == "unproved"
