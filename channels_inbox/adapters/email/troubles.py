"""What can be wrong with a mailbox, in plain words for whoever set it up."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "host": _("There is no server of this name. Is it spelled right?"),
    "forbidden": _("This server is inside a private network, which cannot be reached from here."),
    "port": _("The server does not answer on this port. Usual are 993 for TLS and 143 for STARTTLS."),
    "silent": _("The server does not answer. Are its name, the port and the encryption right, and is it running?"),
    "no-tls": _("The server does not speak TLS on this port. Try STARTTLS, or port 993."),
    "no-starttls": _("The server does not offer STARTTLS. Try TLS on port 993."),
    "certificate": _("The server's certificate is not valid for this name, so it may be another server."),
    "not-imap": _("Something answers on this port, but it is not a mail server that speaks IMAP."),
    "needs-tls": _("The server takes a password only over an encrypted connection."),
    "password": _("The server does not accept the user name or the password. Some providers ask for an app password."),
    "consent": _("The permission to use this mailbox has ended. Please connect it again."),
    "declined": _("Not everything was permitted that is needed. Please connect it again, and permit all of it."),
    "registration": _("The provider no longer accepts the client ID or its secret. It may have run out: enter a new one."),
    "account": _("The provider let us in, but its mail server refuses the account. Is it the right one? Is IMAP on?"),
    "provider": _("The provider's sign-in service does not answer as it should. It is tried again."),
    "folder": _("There is no such folder in this mailbox, or it may not be opened."),
    "move-to": _("The mails that became tickets cannot be moved to the chosen folder."),
    "key": _("The stored password can no longer be read, since this desk's own key has changed. Please type it again."),
    "busy": _("The mail server asks to try later."),
    "lost": _("The connection was lost. It is tried again."),
    "unexpected": _("It could not be read for a reason that only the log knows. It is tried again."),
}  # fmt: skip


class Trouble(Exception):
    """The mailbox cannot be read now. `code` is a key of WORDS; `detail` is what the other side said."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail[:300]

    @property
    def words(self) -> Promise:
        return WORDS[self.code]
