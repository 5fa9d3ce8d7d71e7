"""How a mailbox is signed in to: by its password, or by a provider's token, fresh when it has run out."""

from channels_inbox.adapters.email.imap import Account
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
