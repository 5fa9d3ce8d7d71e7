"""The access token of a consent, renewed before it runs out, by one worker at a time."""

from collections.abc import Callable

from django.db import transaction

from channels_inbox.adapters.email.oauth import renew
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Consent, Registration, Tokens
from channels_inbox.secrets import Undecryptable

MARGIN_SECONDS = 300
LAST_SECONDS = 30


def access(consent: Consent) -> str:
    """A token that lasts for minutes; while the provider does not answer, for half a minute at least. Raises Trouble:
    `consent` when only its owner can help, `registration`, or `provider`, after which another try may do."""
    found = _tokens(Consent.objects.filter(pk=consent.pk).first())
    if found.is_good_for(MARGIN_SECONDS):
        return found.access
    try:
        return _renewed(consent, lambda tokens: not tokens.is_good_for(MARGIN_SECONDS))
    except Trouble as trouble:
        if trouble.code != "provider" or not found.is_good_for(LAST_SECONDS):
            raise
        return found.access


def access_instead_of(refused: str, consent: Consent) -> str:
    """Another token than the one that a server did not take though it had not run out. Raises as `access`."""
    return _renewed(consent, lambda tokens: tokens.access == refused)


def _renewed(consent: Consent, is_due: Callable[[Tokens], bool]) -> str:
    """Whoever waits for the row finds what the one before him brought. The answer is committed before it is used: a
    provider may have ended the token that it was asked with."""
    trouble = None
    with transaction.atomic(durable=True):
        locked = Consent.objects.select_for_update().filter(pk=consent.pk).first()
        found = _tokens(locked)
        if locked is not None and is_due(found):
            try:
                found = renew(_registration(locked.provider), found)
                locked.keep(found)
            except Trouble as error:
                trouble = error
                if trouble.code == "consent":
                    locked.end()
    if trouble:
        raise trouble
    return found.access


def _tokens(consent: Consent | None) -> Tokens:
    if consent is None or consent.ended_at:
        raise Trouble("consent")
    try:
        return consent.tokens
    except Undecryptable:
        raise Trouble("consent") from None


def _registration(provider: str) -> Registration:
    found = Registration.objects.filter(provider=provider).first()
    if found is None:
        raise Trouble("registration")
    return found
