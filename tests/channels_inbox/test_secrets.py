"""Secrets of others lie encrypted, and outlive a change of our key."""

import pytest

from channels_inbox.secrets import Undecryptable, decrypt, encrypt, encrypt_anew


def test_what_is_sealed_opens_again_and_is_not_seen():
    encrypted = encrypt("hunter2 كلمة")
    assert "hunter2" not in encrypted
    assert decrypt(encrypted) == "hunter2 كلمة"


def test_the_same_secret_never_looks_the_same():
    assert encrypt("hunter2") != encrypt("hunter2")


def test_nothing_stays_nothing():
    assert encrypt("") == decrypt("") == ""


def test_a_former_key_still_opens_until_it_is_dropped(settings):
    encrypted = encrypt("hunter2")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    assert decrypt(encrypted) == "hunter2"
    fresh = encrypt_anew(encrypted)
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(fresh) == "hunter2"
    with pytest.raises(Undecryptable):
        decrypt(encrypted)


@pytest.mark.parametrize("wrong", ["x", "gAAAAA", "سر"])
def test_what_was_not_sealed_does_not_open(wrong):
    with pytest.raises(Undecryptable):
        decrypt(wrong)


def test_a_changed_letter_is_noticed():
    encrypted = encrypt("hunter2")
    with pytest.raises(Undecryptable):
        decrypt(encrypted[:30] + ("A" if encrypted[30] != "A" else "B") + encrypted[31:])
