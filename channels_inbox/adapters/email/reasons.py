"""Why a mail could not be sent, in plain words for agents and administrators."""

from django.utils.translation import gettext_noop

NO_MAILBOX = gettext_noop("There is no mailbox with this address.")
FULL = gettext_noop("The customer's mailbox is full.")
TOO_LARGE = gettext_noop("The message is too large for the customer's mail server.")
POLICY = gettext_noop("The customer's mail server refused it by its rules, often as suspected spam.")
REFUSED = gettext_noop("The mail server refused it.")
MALFORMED = gettext_noop("An address or a header of it cannot be sent by mail.")
NO_HOST = gettext_noop("There is no mail server of this name. Is it spelled right?")
INSIDE = gettext_noop("The mail server is inside a private network, which cannot be reached from here.")
NO_PORT = gettext_noop(
    "The mail server does not answer on this port. Usual are 587 for STARTTLS and 465 for TLS."
)
SILENT = gettext_noop("The mail server does not answer. Are its name, port and encryption right?")
NO_TLS = gettext_noop(
    "The mail server is not encrypted in this way on this port. Usual are 587 for STARTTLS and 465 for TLS."
)
CERTIFICATE = gettext_noop(
    "The mail server's certificate is not valid for this name, so it may be another server."
)
KEY = gettext_noop(
    "The stored password can no longer be read, since this desk's own key has changed. Please type it again."
)
LOGIN = gettext_noop("Our mail server does not accept our user name or password.")

# Of who holds the mailbox, by the code of the Trouble
CONSENT = gettext_noop(
    "The permission to send by this mailbox has ended. An administrator has to connect it again."
)
ACCOUNT = gettext_noop("The provider's mail server refuses this account. Is sending by SMTP allowed for it?")
PROVIDER = gettext_noop("The provider's sign-in service does not answer as it should. It is tried again.")
REGISTRATION = gettext_noop(
    "The provider no longer accepts the client ID or its secret. An administrator has to enter a new one."
)

# Of providers' APIs
KEYS = gettext_noop("The mail provider does not accept our keys. Are they typed right, and still in use?")
SENDER = gettext_noop(
    "The mail provider does not let us send from this address. Are the address and its domain verified there?"
)
STOPPED = gettext_noop("The mail provider has stopped our account, or its allowance is used up.")
DOMAIN = gettext_noop("The mail provider does not know this sending domain in this region.")
BLOCKED = gettext_noop(
    "The mail provider no longer sends to this address, since earlier mail to it failed or was reported as spam."
)
