"""What the widget asks over HTTP. The shapes are the wire's: see docs/widget.md."""

from __future__ import annotations

import hashlib
import json
import uuid
from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels_inbox.adapters.widget import files, leaving, looks
from channels_inbox.adapters.widget.asking import Asking, Refused, body_of, from_page, from_visitor, text_in
from channels_inbox.adapters.widget.identity import is_vouched_for
from channels_inbox.adapters.widget.models import Conversation, Visitor
from channels_inbox.adapters.widget.showing import shown, summaries, with_content
from tickets.downloads import download
from tickets.models import Attachment

PAGE = 50
AROUND = 64 * 1024
"""Bytes that a form may hold beside its file."""


@from_page("GET", "HEAD")
def settings(request: Asking) -> HttpResponse:
    """What the look needs before anybody writes. Its ETag is of what it says."""
    body = json.dumps(looks.settings_of(request.widget, request.GET.get("lang", ""))).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=60"
    return response


@from_page("POST", what="visitor")
def visitors(request: Asking) -> HttpResponse:
    """A token for a new browser; with the website's own hash the signed-in user's history, else nobody's."""
    sent = body_of(request)
    email = text_in(sent, "email").strip()
    is_signed = is_vouched_for(request.widget, email, text_in(sent, "user_hash"))
    told = {name: text_in(sent, name) for name in ("name", "language", "zone", "page", "referrer")}
    try:
        visitor, token = Visitor.welcome(request.widget.channel, email=email, is_signed=is_signed, **told)
    except ValueError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    own = summaries(Conversation.objects.of(visitor)) if is_signed else []
    answer = {"token": token, "visitor": str(visitor.pk), "signed": is_signed, "conversations": own}
    return _fresh(answer, HTTPStatus.CREATED)


@from_visitor("GET")
def conversations(request: Asking) -> HttpResponse:
    return _fresh({"conversations": summaries(Conversation.objects.of(request.visitor))})


@from_visitor("GET")
def messages(request: Asking, conversation_id: uuid.UUID) -> HttpResponse:
    """A page of its lines, oldest first: the newest, those `before` a number, or those `after` one."""
    conversation = _own(request, conversation_id)
    lines = with_content(conversation.lines.all())
    after, before = _number(request, "after"), _number(request, "before")
    if after is not None:
        found = list(lines.filter(number__gt=after).order_by("number")[: PAGE + 1])
        return _fresh({"messages": shown(found[:PAGE]), "more": len(found) > PAGE})
    if before is not None:
        lines = lines.filter(number__lt=before)
    found = list(lines.order_by("-number")[: PAGE + 1])
    return _fresh({"messages": shown(reversed(found[:PAGE])), "more": len(found) > PAGE})


@from_visitor("POST", what="transcript")
def transcript(request: Asking, conversation_id: uuid.UUID) -> HttpResponse:
    """The chat by mail, to the address that is told."""
    conversation = _own(request, conversation_id)
    try:
        sent = leaving.mail_transcript(conversation, text_in(body_of(request), "email").strip())
    except ValueError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    if sent is None:
        raise Refused(HTTPStatus.CONFLICT, _("It cannot be sent by mail just now."))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@from_visitor("POST", what="file")
def upload(request: Asking) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > files.MOST_BYTES + AROUND:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This file is too large."))
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(HTTPStatus.BAD_REQUEST, _("There is no file in it."))
    try:
        return _fresh({"file": files.keep(request.visitor, file)}, HTTPStatus.CREATED)
    except files.TooLarge as error:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)) from None
    except ValueError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


@require_safe
def file(request: HttpRequest, token: str, name: str) -> FileResponse:
    """A file that stands in a chat, for whoever has its random address: an image needs no header then."""
    found = Attachment.objects.filter(message__line__isnull=False, blob__isnull=False).select_related("blob")
    attachment = get_object_or_404(found, token=token)
    if "\0" in name:
        raise Http404
    response = download(attachment, inline=attachment.is_image, cache="max-age=3600")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _own(request: Asking, conversation_id: uuid.UUID) -> Conversation:
    own = Conversation.objects.of(request.visitor).select_related(*leaving.RELATED)
    conversation = own.filter(pk=conversation_id).first()
    if conversation is None:
        raise Refused(HTTPStatus.NOT_FOUND)
    return conversation


def _number(request: Asking, name: str) -> int | None:
    written = request.GET.get(name)
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Refused(HTTPStatus.BAD_REQUEST, _("This is not a number."))
    return int(written)


def _fresh(answer: dict, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    response = JsonResponse(answer, status=status)
    response["Cache-Control"] = "no-store"
    return response
