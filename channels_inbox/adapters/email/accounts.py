"""How a mailbox is signed in to: by its password, or by a provider's token, fresh when it has run out."""

from dataclasses import dataclass, replace

from channels_inbox.adapters.email import tokens
from channels_inbox.adapters.email.imap import Account, Connection
from channels_inbox.adapters.email.providers import service_of
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Consent, Mailbox, SignIn
from channels_inbox.secrets import Undecryptable


def account_of(mailbox: Mailbox) -> Account:
    """Raises Trouble."""
    if mailbox.sign_in != SignIn.PASSWORD:
        return account_by(_consent(mailbox))
    try:
        password = mailbox.credentials.get("password", "")
    except Undecryptable as error:
        raise Trouble("key") from error
    return Account(mailbox.host, mailbox.port, mailbox.encryption, mailbox.user, password)


def account_by(consent: Consent) -> Account:
    """The mailbox that the consent is for. Raises Trouble."""
    at = service_of(consent.provider)
    token = tokens.access(consent)
    return Account(at.imap_host, at.imap_port, at.imap_encryption, consent.user, token, consent.provider)


def connection_to(mailbox: Mailbox) -> Connection:
    """Signed in to it. Raises Trouble."""
    if mailbox.sign_in == SignIn.PASSWORD:
        return Connection(account_of(mailbox))
    return connection_by(_consent(mailbox))


def connection_by(consent: Consent) -> Connection:
    """Signed in by the consent's token; by another one, where this one is refused: a provider may end it early, as
    when its owner changes his password. Raises Trouble."""
    account = account_by(consent)
    try:
        return Connection(account)
    except Trouble as trouble:
        if trouble.code != "account":
            raise
    return Connection(replace(account, secret=tokens.access_instead_of(account.secret, consent)))


def _consent(mailbox: Mailbox) -> Consent:
    consent = Consent.objects.filter(channel=mailbox.channel_id, provider=mailbox.sign_in).first()
    if consent is None:
        raise Trouble("consent")
    return consent


@dataclass(frozen=True, slots=True)
class Found:
    """What a mailbox looks like from outside; `uid_next` is the number that the next mail in it gets."""

    folders: list[str]
    uid_validity: int
    uid_next: int
    tells: bool


def look_into(connection: Connection, folder: str) -> Found:
    """Open the folder and leave again, changing nothing. Raises Trouble."""
    with connection as inbox:
        inbox.choose(folder, readonly=True)
        return Found(sorted(inbox.folders()), inbox.uid_validity, inbox.uid_next, inbox.tells)
