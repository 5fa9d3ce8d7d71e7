"""The first hour's checklist: each step checks itself against what is really there."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, administrator
from agents.models import Agent, Workspace
from channels_inbox import round_trip
from channels_inbox.models import Channel


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    done: bool


def steps() -> list[Step]:
    """What leads from an empty desk to a working one, in order."""
    mailboxes = list(Channel.objects.active().filter(kind="email"))
    return [
        Step("company", bool(Workspace.current().name)),
        Step("mailbox", bool(mailboxes)),
        Step("test", any(round_trip.trip(channel).get("arrived_at") for channel in mailboxes)),
        Step("colleague", Agent.objects.count() > 1),
    ]


@require_safe
@administrator
def first_hour(request: AgentRequest) -> HttpResponse:
    """The checklist, live while something is still missing."""
    found = steps()
    mailbox = Channel.objects.active().filter(kind="email").order_by("pk").first()
    context = {
        "steps": found,
        "done": sum(step.done for step in found),
        "mailbox": mailbox,
        "trip": round_trip.trip(mailbox) if mailbox else {},
    }
    return render(
        request, "settings/first_hour_list.html" if request.htmx else "settings/first_hour.html", context
    )


@require_POST
@administrator
def close(request: AgentRequest) -> HttpResponse:
    """Enough of it."""
    Workspace.current().close_guide()
    messages.success(
        request, _("The checklist is put away. You find it under “First steps” in the settings.")
    )
    return redirect("home")
