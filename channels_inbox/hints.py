"""What is known of the addresses that a ticket's customer writes from: blocked, allowed, suspected, or silenced."""

from __future__ import annotations

from django.db import connection
from django.utils.html import format_html
from django.utils.translation import gettext as _

from channels_inbox.models import Verdict
from tickets.addresses import address
from tickets.hints import Hint, tells
from tickets.models import Ticket

_SUSPECTED, _SILENCED = "suspected", "silenced"
_KNOWN = """
    WITH own AS (SELECT key, lower(value) AS written FROM customers_identity WHERE customer_id = %s AND kind = 'email')
    SELECT verdict, pattern FROM channels_inbox_sender
      WHERE pattern IN (SELECT key FROM own UNION ALL SELECT split_part(key, '@', 2) FROM own)
    UNION SELECT %s, address FROM channels_inbox_silence
      WHERE lifted_at IS NULL AND address IN (SELECT written FROM own)
    UNION SELECT %s, '' FROM tickets_message
      WHERE ticket_id = %s AND kind = 'customer' AND flags @> '["unproved"]'
"""


@tells
def about_sender(ticket: Ticket) -> list[Hint]:
    """One query, and none where the ticket did not come by mail."""
    if ticket.source != "email":
        return []
    known = _known(ticket)
    said = {pattern: verdict for verdict, pattern in known if verdict in Verdict.values}
    hints = [
        _of_sender(pattern, verdict, ticket) for pattern, verdict in said.items() if _counts(pattern, said)
    ]
    if (_SUSPECTED, "") in known:
        hints.append(Hint("shield-alert", format_html("{}", _("Suspected spam or forgery. Take care."))))
    silenced = _("No mail is sent to {}: it failed again and again, or its owner wants none.")
    hints += [
        Hint("mail-x", format_html(silenced, _isolated(pattern)))
        for what, pattern in known
        if what == _SILENCED
    ]
    return hints


def _known(ticket: Ticket) -> list[tuple[str, str]]:
    """What is said, and of which pattern. Raw: it is asked for each page, and would take longer to put together than
    to run."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [ticket.customer_id, _SILENCED, _SUSPECTED, ticket.pk])
        return cursor.fetchall()


def _counts(pattern: str, said: dict[str, str]) -> bool:
    """What is said of an address outweighs what is said of its domain."""
    return "@" in pattern or not any(one.endswith(f"@{pattern}") for one in said)


def _of_sender(pattern: str, verdict: str, ticket: Ticket) -> Hint:
    if verdict == Verdict.ALLOW:
        says = _("Mail from {} is always let through.")
        return Hint("shield-check", format_html(says, _isolated(pattern)))
    says = format_html(_("Mail from {} is blocked."), _isolated(pattern))
    if "@" not in pattern:
        return Hint("ban", says)
    return Hint("ban", says, address("ticket-sender", ticket.pk), _("Unblock"))


def _isolated(pattern: str) -> str:
    return format_html("<bdi>{}</bdi>", pattern)
