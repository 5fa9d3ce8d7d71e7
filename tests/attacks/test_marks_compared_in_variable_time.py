"""Attack: how long a refusal takes tells how much of a guessed mark was right. Marks are compared as a whole, by the
one function whose time does not depend on where they differ."""

import hmac

import pytest

from channels_inbox import signing

CARE = "care@shop.example"
MARKS = {
    "message": (lambda: [signing.message_id(1, 2)], signing.message_of_ids),
    "reply": (lambda: [signing.reply_address(CARE, 1)], signing.ticket_of_addresses),
    "agent": (lambda: [signing.agent_address(CARE, 1, 2)], signing.agent_of_addresses),
    "notification": (lambda: [signing.notification_id(1, 2, 3)], signing.notification_of_ids),
    "return path": (lambda: [signing.return_path(CARE, 1)], signing.envelope_of_addresses),
    "subject": (lambda: signing.subject_token(1), signing.ticket_of_subject),
}


@pytest.mark.parametrize("kind", MARKS)
def test_a_mark_is_compared_by_digest_and_never_otherwise(monkeypatch, kind):
    make, read = MARKS[kind]
    mark = make()
    assert read(mark) is not None
    compared = []

    def differs(ours: str, theirs: str) -> bool:
        compared.append((ours, theirs))
        return False

    monkeypatch.setattr(hmac, "compare_digest", differs)
    assert read(mark) is None
    assert compared
    assert all(len(ours) == len(theirs) for ours, theirs in compared)
