"""What is known of the addresses that a ticket's customer writes from: blocked, allowed, suspected, or silenced."""

from __future__ import annotations

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.html import format_html
from django.utils.translation import gettext as _

from channels_inbox.models import Sender, Silence, Verdict
from customers.models import Identity, IdentityKind
from tickets.addresses import address
from tickets.hints import Hint, tells
from tickets.models import MessageKind, Ticket

_SUSPECTED, _SILENCED = "suspected", "silenced"


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
    own = Identity.objects.filter(customer=ticket.customer_id, kind=IdentityKind.EMAIL)
    domain = Func(F("key"), Value("@"), Value(2), function="split_part", output_field=CharField())
    written = Q(pattern__in=own.values("key")) | Q(
        pattern__in=own.annotate(domain_of=domain).values("domain_of")
    )
    judged = Sender.objects.filter(written).order_by().values_list("verdict", "pattern")
    silent = Silence.objects.standing().filter(address__in=own.values(lower=Lower("value")))
    suspect = ticket.messages.filter(kind=MessageKind.CUSTOMER, flags__contains=["unproved"])
    return list(
        judged.union(
            silent.values_list(Value(_SILENCED), "address"),
            suspect.values_list(Value(_SUSPECTED), Value("", output_field=CharField())),
        )
    )


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
