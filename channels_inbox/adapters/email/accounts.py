"""How a mailbox is signed in to: by its password, or by a provider's token, fresh when it has run out."""

from dataclasses import dataclass

from channels_inbox.adapters.email.imap import Account, Connection
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Mailbox, SignIn
from channels_inbox.secrets import Undecryptable


def account_of(mailbox: Mailbox) -> Account:
    """Raises Trouble."""
    return Account(
        mailbox.host, mailbox.port, mailbox.encryption, mailbox.user, _secret(mailbox), mailbox.sign_in
    )


def _secret(mailbox: Mailbox) -> str:
    try:
        credentials = mailbox.credentials
    except Undecryptable as error:
        raise Trouble("key") from error
    if mailbox.sign_in == SignIn.PASSWORD:
        return credentials.get("password", "")
    return credentials.get("access", "")


@dataclass(frozen=True, slots=True)
class Found:
    """What a mailbox looks like from outside; `uid_next` is the number that the next mail in it gets."""

    folders: list[str]
    uid_validity: int
    uid_next: int
    tells: bool


def try_out(account: Account, folder: str) -> Found:
    """Sign in and open the folder, changing nothing. Raises Trouble."""
    with Connection(account) as inbox:
        inbox.choose(folder, readonly=True)
        return Found(sorted(inbox.folders()), inbox.uid_validity, inbox.uid_next, inbox.tells)
