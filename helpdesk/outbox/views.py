"""Reading what left, and answering it as the customer would. Development only: these pages do not exist in production."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.outbox.customer import Answer, Letter, send
from helpdesk.outbox.saved import SavedMail, named, newest
from text.html import document, with_images
from tickets.models.attachment import INLINE_TYPES

PAGE = 50
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    return _shown(request, None)


@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return _shown(request, _found(name), form=Answer())


@require_safe
@xframe_options_sameorigin
def body(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's HTML alone, for a sandboxed frame."""
    saved = _found(name)
    files = enumerate(saved.mail.attachments)
    inline = {
        one.content_id: reverse("outbox-file", args=[name, place]) for place, one in files if one.content_id
    }
    response = HttpResponse(document(with_images(saved.mail.html, inline)[0]))
    response["Content-Security-Policy"] = FRAME_POLICY
    return response


@require_safe
def file(request: HttpRequest, name: str, place: int) -> HttpResponse:
    files = _found(name).mail.attachments
    if place >= len(files):
        raise Http404
    shown = files[place].content_type in INLINE_TYPES
    response = HttpResponse(files[place].data, content_type=files[place].content_type)
    response["Content-Disposition"] = content_disposition_header(not shown, files[place].filename) or ""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
def source(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_found(name).raw, content_type="text/plain; charset=utf-8")


@require_POST
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Answer as the customer."""
    saved, form = _found(name), Answer(request.POST)
    if form.is_valid() and saved.mail.to and _sent(form, form.compose(saved.mail)):
        return redirect(f"{reverse('outbox-mail', args=[name])}?sent")
    return _shown(request, saved, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a first mail as a customer."""
    form = Letter(request.POST or None, initial={"name": "Dora", "sender": "dora@customer.example"})
    if form.is_bound and form.is_valid() and _sent(form, form.compose()):
        return redirect(f"{reverse('outbox')}?sent")
    status = 422 if form.is_bound else 200
    return render(request, "outbox/write.html", {"form": form}, status=status)


def _found(name: str) -> SavedMail:
    if saved := named(name):
        return saved
    raise Http404


def _sent(form: Any, mail: Any) -> bool:
    try:
        send(mail)
    except OSError as error:
        form.add_error(None, _("The mail gateway did not take it: %(error)s") % {"error": error})
        return False
    return True


def _shown(request: HttpRequest, saved: SavedMail | None, status: int = 200, **context: Any) -> HttpResponse:
    before = request.GET.get("before", "")
    mails = newest(PAGE + 1, before)
    more = mails[PAGE - 1].name if len(mails) > PAGE else ""
    context |= {
        "mails": mails[:PAGE],
        "more": more,
        "before": before,
        "saved": saved,
        "sent": "sent" in request.GET,
    }
    return render(request, "outbox/outbox.html", context, status=status)
