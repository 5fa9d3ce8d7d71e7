"""Writing: replies, notes, and the drafts that are kept while they are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.access import AgentRequest
from agents.models import IdempotencyKey
from tickets.along import read
from tickets.composer import composer_of, drafts_of
from tickets.forms import MOST_LETTERS, ReplyForm
from tickets.mentions import mentioned
from tickets.models import Attachment, Delivery, Draft, Message, MessageKind, Ticket
from tickets.uploads import attach
from tickets.views.answers import Undo, refused, written
from tickets.views.door import Resource

MOST_ADDRESSES = 10_000
"""Letters in a field of addresses."""


class Replies(Resource):
    """POST answers the customer; it is held a moment where the channel allows."""

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        form = ReplyForm(request.POST)
        if not form.is_valid():
            return _kept(request, ticket, MessageKind.REPLY, form)
        drafts = drafts_of(ticket, request.user)
        draft = drafts.pop(MessageKind.REPLY, None)
        others = _unseen(request, ticket)
        audience = ticket.audience()
        to = form.cleaned_data["to"]
        # Whom the agent addressed, if that is not whom the border would.
        written = form.cleaned_data | {"to": [] if to == [audience["to"]] else to}
        written["along"] = read(request.user, ticket, written["along"])
        message = _once(
            request,
            form,
            lambda: ticket.reply(request.user, attachments=_files(request, draft), draft=draft, **written),
        )
        held = message.delivery == Delivery.HELD
        undo = Undo("reply", "DELETE", args=(message.pk,)) if held else None
        said = " ".join([_said(message, ticket.hold_seconds), others])
        return _written(request, ticket, MessageKind.REPLY, said, undo, audience=audience, drafts=drafts)


class Reply(Resource):
    """DELETE takes a held reply back into the draft; once sent it stays sent."""

    def delete(self, request: AgentRequest, ticket: Ticket, message_id: int) -> HttpResponse:
        message = get_object_or_404(
            ticket.messages, pk=message_id, kind=MessageKind.REPLY, agent=request.user
        )
        if not message.withdraw(request.user):
            return refused(request, ticket, _("It has been sent already."))
        ticket.refresh_from_db()
        return _written(
            request, ticket, MessageKind.REPLY, _("Taken back: it is in the composer again."), None
        )


class Notes(Resource):
    """POST leaves a word for colleagues."""

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        form = ReplyForm(request.POST)
        if not form.is_valid():
            return _kept(request, ticket, MessageKind.NOTE, form)
        drafts = drafts_of(ticket, request.user)
        draft = drafts.pop(MessageKind.NOTE, None)
        text = form.cleaned_data["text"]
        called = mentioned(ticket, text)
        _once(
            request,
            form,
            lambda: ticket.note(
                request.user, text=text, attachments=_files(request, draft), mentions=called, draft=draft
            ),
        )
        return _written(request, ticket, MessageKind.NOTE, _("Note added."), None, drafts=drafts)


class Drafts(Resource):
    """PUT keeps what stands in the composer, unless that composer has been sent meanwhile."""

    def put(self, request: AgentRequest, ticket: Ticket, kind: str) -> HttpResponse:
        if kind not in {MessageKind.REPLY, MessageKind.NOTE}:
            return HttpResponse(status=404)
        stands = QueryDict(request.body, encoding="utf-8")
        sent = IdempotencyKey.objects.filter(agent=request.user, token=None, key=_key(stands))
        if not sent.exists():
            Draft.keep(ticket, request.user, kind, **_fields(stands))
        return HttpResponse(status=204)


def _key(form: QueryDict) -> str:
    return f"desk:{form.get('once', '')[:64]}"


def _fields(form: QueryDict) -> dict[str, Any]:
    """For a draft: its words, and whom the agent addressed, where the form says so."""
    whom = {name: form[name][:MOST_ADDRESSES] for name in ("to", "cc") if name in form}
    return {"text": form.get("text", "")[:MOST_LETTERS], **whom}


def _once(request: AgentRequest, form: ReplyForm, write: Callable[[], Message]) -> Message:
    """What `write` writes, or what this very form has written already: where an answer is lost, an agent sends it
    again. Other words out of the same page, as after going back, are another message."""
    if "once" not in request.POST:
        return write()
    words = json.dumps([request.path, form.cleaned_data], sort_keys=True)
    said = hashlib.sha256(words.encode()).hexdigest()
    row, new = IdempotencyKey.claim(request.user, None, _key(request.POST), said)
    if not new and row.fingerprint == said:
        return Message.objects.get(pk=cast(int, row.made_id))
    message = write()
    if new:
        row.keep(message)
    return message


def _files(request: AgentRequest, draft: Draft | None) -> list[Attachment]:
    """What was uploaded to the draft, and what a form without scripts brings along."""
    uploaded = draft.attachments.all() if draft else ()
    return [*uploaded, *(attach(file, request.user) for file in request.FILES.getlist("files"))]


def _unseen(request: AgentRequest, ticket: Ticket) -> str:
    """A word about colleagues' replies that came after the page was loaded: a warning, never a refusal."""
    seen = request.POST.get("seen_number", "")
    if not seen.isdecimal():
        return ""
    found = ticket.messages.filter(kind=MessageKind.REPLY, number__gt=int(seen)).exclude(agent=request.user)
    names = sorted(
        {
            str(message.agent)
            for message in found.exclude(delivery=Delivery.WITHDRAWN).select_related("agent")[:5]
        }
    )
    return _("Note that %(names)s replied meanwhile.") % {"names": ", ".join(names)} if names else ""


def _said(message: Message, seconds: int) -> str:
    if message.delivery != Delivery.HELD:
        return _("Sent.")
    return ngettext("Sending in %(count)s second.", "Sending in %(count)s seconds.", seconds) % {
        "count": seconds
    }


def _written(
    request: AgentRequest,
    ticket: Ticket,
    kind: str,
    said: str,
    undo: Undo | None,
    **known: Any,
) -> HttpResponse:
    """`known` already: what the composer would ask for."""
    composer = composer_of(ticket, request.user, open_tab=kind, **known)
    return written(request, ticket, said, undo, composer)


def _kept(request: AgentRequest, ticket: Ticket, kind: str, form: ReplyForm) -> HttpResponse:
    """422: the words stay in the composer, with what is wrong beside them."""
    Draft.keep(ticket, request.user, kind, **_fields(request.POST))
    composer = composer_of(ticket, request.user, open_tab=kind)
    composer["error"] = " ".join(str(said) for messages in form.errors.values() for said in messages)
    if not request.htmx:
        return redirect("ticket", ticket.pk)
    response = render(
        request, "tickets/composer.html", {"composer": composer, "oob": True}, status=422, using="jinja2"
    )
    response["HX-Trigger"] = json.dumps({"desk:refused": {"ticket": ticket.pk}})
    return response
