"""What can go wrong with a bot: in plain words for whoever set it up, and for agents whose reply did not leave."""

import socket
import ssl
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.hosts import ForbiddenHost, NoAddress, Unanswered

WORDS: dict[str, Promise] = {
    "token": _("Telegram does not know this token. Is it copied whole, and not revoked at @BotFather?"),
    "host": _("There is no server of this name. Is it spelled right?"),
    "forbidden": _("This server is inside a private network, which cannot be reached from here."),
    "certificate": _("The server's certificate is not valid for this name, so it may be another server."),
    "silent": _("Telegram does not answer. It is tried again."),
    "strange": _("Something answers at this address, but it does not speak Telegram's Bot API."),
    "webhook": _("Another program has set a webhook for this bot. Saving here takes the bot over."),
    "conflict": _("Another program fetches this bot's messages too, so that some are missing here. Please end it."),
    "busy": _("Telegram asks to wait."),
    "key": _("The stored token can no longer be read, since this desk's own key has changed. Please type it again."),
    "refused": _("Telegram refused it."),
    "unexpected": _("It could not be done for a reason that only the log knows. It is tried again."),
}  # fmt: skip

BLOCKED = gettext_noop("The customer has blocked our bot in Telegram. Only the customer can change that.")
GONE = gettext_noop("The customer's Telegram account was deleted.")
NO_CHAT = gettext_noop("There is no such chat in Telegram any more.")
LARGE = gettext_noop("The file is too large for Telegram.")
REFUSED = gettext_noop("Telegram refused the message.")
LATER = gettext_noop("Telegram could not be reached, or asked to try later.")
TOKEN = gettext_noop("Telegram no longer accepts our bot's token. An administrator has to enter a new one.")

_REASONS = {
    "blocked": BLOCKED, "gone": GONE, "chat": NO_CHAT, "large": LARGE, "refused": REFUSED, "token": TOKEN, "key": TOKEN,
}  # fmt: skip
_FOR_GOOD = frozenset({"blocked", "gone", "chat", "large", "refused"})


class Trouble(Exception):
    """`code` is a key of WORDS, or what became of one message: blocked, gone, chat, large. `detail` is what Telegram
    said, `after` how many seconds it asks to wait."""

    def __init__(self, code: str, detail: str = "", after: float = 0) -> None:
        super().__init__(code)
        self.code, self.detail, self.after = code, detail[:300], after

    @property
    def words(self) -> Promise:
        return WORDS.get(self.code, WORDS["refused"])

    def as_delivery(self) -> DeliveryError:
        """What it means for a message of ours."""
        reason = _REASONS.get(self.code, LATER)
        return DeliveryError(reason, permanent=self.code in _FOR_GOOD, detail=self.detail, after=self.after)


def in_answer(code: int, description: str, after: float = 0) -> Trouble:
    """What an error of the Bot API means (its `error_code`, `description` and `parameters.retry_after`)."""
    said, detail = description.lower(), f"{code} {description}"
    if code in {401, 404}:
        return Trouble("token", detail)
    if code == 403:
        return Trouble("gone" if "deactivated" in said else "blocked", detail)
    if code == 409:
        return Trouble("webhook" if "webhook" in said else "conflict", detail)
    if code == 429:
        return Trouble("busy", detail, after)
    if code == 413 or "too big" in said or "too large" in said:
        return Trouble("large", detail)
    if code == 400 and "chat not found" in said:
        return Trouble("chat", detail)
    return Trouble("silent" if code >= 500 else "refused", detail)


def on_the_way(error: OSError) -> Trouble:
    """What went wrong before there was an answer. Its text may hold the address, and so the token: it is not told."""
    for one in _causes(error):
        for kind, code in (
            (ForbiddenHost, "forbidden"),
            (NoAddress, "host"),
            (socket.gaierror, "host"),
            (ssl.SSLCertVerificationError, "certificate"),
        ):
            if isinstance(one, kind):
                return Trouble(code)
    return Trouble("silent", str(error) if isinstance(error, Unanswered) else type(error).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
