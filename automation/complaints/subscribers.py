"""What moves complaints: that a ticket is marked as one, and deadlines that pass. Tickets that are none pay nothing."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agents.models import Notice
from automation.complaints.telling import tell_owners
from automation.models import COMPLAINT, Clock, Complaint, ComplaintLevel
from events.bus import on, within
from events.models import Event
from tickets.actors import names
from tickets.models import Ticket


@within("ticket.complained")
def begin(event: Event) -> None:
    """At the first level; who only says better what it is about does not begin anew."""
    if not Complaint.objects.filter(ticket=event.subject).exists():
        Complaint.begin(event.subject)


@within("ticket.complaint_withdrawn", "ticket.complaint_settled")
def end(event: Event) -> None:
    Complaint.objects.filter(ticket=event.subject).delete()


@within("complaint.level_reached")
def tell(event: Event) -> None:
    level = ComplaintLevel.objects.filter(position=event.payload["level"]).first()
    if level is not None:
        tell_owners(event.subject, level, because=event.payload["because"])


@on("complaint.level_reached")
def ring_the_bell(event: Event) -> None:
    assert event.ticket_id is not None
    level = ComplaintLevel.objects.filter(position=event.payload["level"]).first()
    if level is not None:
        Notice.ring(level.people(Ticket.objects.get(pk=event.ticket_id)), event)


@within("sla.breached")
def go_on(event: Event) -> None:
    """A level that let its deadline pass is left, unless its answer was only late."""
    if event.payload["promise"] != COMPLAINT:
        return
    ticket = event.subject
    is_open = Clock.objects.running().filter(ticket=ticket, kind=COMPLAINT, number=event.payload["began"])
    case = Complaint.objects.select_related("level").filter(ticket=ticket).first()
    if case is None or not is_open.exists():
        return
    if case.next_level is not None:
        case.pass_on(ticket, ("procedure", case.level_id), because="deadline", seen=case.position)
    elif case.level is not None:
        tell_owners(ticket, case.level, because="late")


@names("procedure")
def called(ids: Iterable[int]) -> dict[int, str]:
    return dict.fromkeys(ids, _("The complaints procedure"))
