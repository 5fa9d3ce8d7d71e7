"""All that the chat itself says to a visitor, in the language of the moment. `%s` is filled in by the browser."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def words() -> dict[str, str]:
    """By the names under which `static/widget/` looks for them."""
    return {
        "chat": _("Chat with us"),
        "close": _("Close the chat"),
        "more": _("More"),
        "mine": _("Your conversations"),
        "new": _("New conversation"),
        "you": _("You"),
        "write": _("Write a message…"),
        "send": _("Send"),
        "attach": _("Attach files"),
        "photo": _("Take a photo"),
        "emoji": _("Emoji"),
        "too_big": _("Larger than %s"),
        "typing": _("%s is writing…"),
        "sending": _("Sending…"),
        "waiting": _("Waiting for a connection"),
        "sent": _("Sent"),
        "seen": _("Seen"),
        "failed": _("Not sent"),
        "retry": _("Try again"),
        "remove": _("Remove"),
        "deleted": _("This message was deleted."),
        "offline": _("No connection. What you write is kept, and sent as soon as there is one."),
        "unavailable": _("The chat is not available here."),
        "unread": _("New messages: %s"),
        "sound": _("Sound"),
        "email": _("Email address"),
        "later": _("Not now"),
        "leave": _("Continue by email"),
        "leave_ask": _(
            "You need not wait here: leave your email address, and the answer reaches you there too."
        ),
        "leave_do": _("Save"),
        "leave_done": _("If you are gone, the answer goes to %s."),
        "transcript": _("Send me a copy"),
        "transcript_ask": _("Where should a copy of this conversation go?"),
        "transcript_do": _("Send"),
        "transcript_done": _("A copy is on its way to %s."),
        "end": _("End the chat"),
        "end_ask": _("End this chat? You can begin a new one at any time."),
        "end_do": _("End the chat"),
        "ended": _("This chat has ended."),
    }


def reply_words(seconds: float | None) -> str:
    """How soon an answer usually comes; nothing where that is not known, or too long to be a promise."""
    if seconds is None or seconds > 2 * DAY:
        return ""
    if seconds <= MINUTE:
        return _("We usually reply within a minute")
    if seconds <= 55 * MINUTE:
        count = -(-int(seconds) // MINUTE)
        said = ngettext(
            "We usually reply within %(count)s minute", "We usually reply within %(count)s minutes", count
        )
    elif seconds <= 22 * HOUR:
        count = max(1, round(seconds / HOUR))
        said = ngettext(
            "We usually reply within %(count)s hour", "We usually reply within %(count)s hours", count
        )
    else:
        count = max(1, round(seconds / DAY))
        said = ngettext(
            "We usually reply within %(count)s day", "We usually reply within %(count)s days", count
        )
    return said % {"count": count}
