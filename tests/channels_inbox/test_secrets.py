"""Secrets of others lie encrypted, and outlive a change of our key."""

import pytest

from channels_inbox.secrets import Sealed, reseal, seal, unseal


def test_what_is_sealed_opens_again_and_is_not_seen():
    sealed = seal("hunter2 كلمة")
    assert "hunter2" not in sealed
    assert unseal(sealed) == "hunter2 كلمة"


def test_the_same_secret_never_looks_the_same():
    assert seal("hunter2") != seal("hunter2")


def test_nothing_stays_nothing():
    assert seal("") == unseal("") == ""


def test_a_former_key_still_opens_until_it_is_dropped(settings):
    sealed = seal("hunter2")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    assert unseal(sealed) == "hunter2"
    fresh = reseal(sealed)
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(fresh) == "hunter2"
    with pytest.raises(Sealed):
        unseal(sealed)


@pytest.mark.parametrize("wrong", ["x", "gAAAAA", "سر"])
def test_what_was_not_sealed_does_not_open(wrong):
    with pytest.raises(Sealed):
        unseal(wrong)


def test_a_changed_letter_is_noticed():
    sealed = seal("hunter2")
    with pytest.raises(Sealed):
        unseal(sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:])
