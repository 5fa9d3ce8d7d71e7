"""Nobody can be flooded with our confirmations by mails, or forms, that use his address."""

import pytest

from channels_inbox.models import Outlet, Recipient
from tests.channels_inbox.conftest import letter
from tests.drain import drain
from tickets.models import Ticket

VICTIM = "victim@other.example"


@pytest.fixture(autouse=True)
def confirming(channel):
    Outlet.objects.create(channel=channel, acknowledges=True)


def test_a_victim_gets_three_confirmations_however_many_mails_name_him(arrive):
    arrive(*(letter(f"Hello {number}", From=VICTIM) for number in range(40)))
    drain()
    assert Ticket.objects.count() == 40
    assert Recipient.objects.filter(address=VICTIM, state="sent").count() == 3


def test_nor_by_other_spellings_of_his_address(arrive):
    spellings = ["Victim@other.example", "VICTIM@OTHER.example", "victim@Other.Example"]
    arrive(*(letter(f"Hello {number}", From=spellings[number % 3]) for number in range(12)))
    drain()
    assert Recipient.objects.filter(address__iexact=VICTIM, state="sent").count() == 3
