"""Our marks are found again, whatever mail programs did to them, and nobody else's are."""

from hypothesis import given
from hypothesis import strategies as st

from channels_inbox import signing


def test_our_message_id_leads_to_its_ticket():
    assert signing.ticket_of_ids([signing.message_id(10042, 7)]) == 10042


def test_mail_programs_may_change_its_case():
    assert signing.ticket_of_ids([signing.message_id(10042, 7).upper()]) == 10042


def test_the_first_that_is_ours_counts():
    ids = ["other@customer.example", signing.message_id(1, 1), signing.message_id(2, 2)]
    assert signing.ticket_of_ids(ids) == 1


def test_the_ticket_cannot_be_exchanged():
    ours = signing.message_id(10042, 7)
    assert signing.ticket_of_ids([ours.replace("t10042.", "t10043."), ours.replace(".7.", ".8.")]) is None


def test_an_id_that_only_holds_ours_is_not_ours():
    ours = signing.message_id(10042, 7)
    assert signing.ticket_of_ids([f"x{ours}", f"a@b <{ours}"]) is None


def test_reply_addresses_lead_to_their_ticket_and_are_no_message_ids():
    address = signing.reply_address("care@shop.example", 10042)
    assert signing.ticket_of_addresses(["other@shop.example", address]) == 10042
    mac = address.partition(".")[2].partition("@")[0]
    assert signing.ticket_of_ids([f"t10042.7.{mac}@shop.example", address]) is None
    assert signing.ticket_of_addresses([address.replace("10042", "10043")]) is None


def test_an_older_key_still_counts_and_a_foreign_one_does_not(settings):
    ours = signing.message_id(10042, 7)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert signing.ticket_of_ids([ours]) == 10042
    settings.SECRET_KEY_FALLBACKS = []
    assert signing.ticket_of_ids([ours]) is None


@given(st.from_regex(r"t[0-9]{1,6}\.[0-9]{1,6}\.[0-9a-f]{24}@shop\.example", fullmatch=True))
def test_no_guess_is_ours(guess):
    assert signing.ticket_of_ids([guess]) is None
