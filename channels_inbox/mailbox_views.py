"""Fetching a channel's mail by IMAP: connecting, how it goes, and the archive of the days before."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox.adapters.email.troubles import WORDS
from channels_inbox.consent_views import signing_in
from channels_inbox.mailbox_forms import Beginning, ByConsent, ByPassword, Fetching
from channels_inbox.models import Archive, ArchiveState, Channel, Consent, Mailbox, Provider, SignIn


@require_http_methods(["GET", "POST"])
@administrator
def mailbox(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Connect it, or change how; with `test` pressed only tell whether it would work. `by` says how to sign in."""
    channel = _channel(channel_id)
    known = Mailbox.objects.filter(channel=channel).first()
    by = request.GET.get("by") or (known.sign_in if known else SignIn.PASSWORD)
    if by in Provider and not Consent.objects.filter(channel=channel, provider=by).exists():
        return redirect("consent", channel.pk, by)
    form = _form(channel, by, sent(request))
    if not form.is_valid() or "test" in request.POST:
        return _shown(request, channel, known, form)
    _save(request, known or Mailbox(channel=channel), form)
    page = reverse("mailbox", args=[channel.pk])
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)


def _form(channel: Channel, by: str, data: QueryDict | None = None) -> Fetching:
    """Asked for how it is signed in to: a password, or the consent that was given."""
    instance = Mailbox.objects.filter(channel=channel).first()
    consent = Consent.objects.filter(channel=channel, provider=by).first()
    return (
        ByConsent(data, instance=instance, consent=consent)
        if consent
        else ByPassword(data, instance=instance)
    )


def _save(request: AgentRequest, mailbox: Mailbox, form: Fetching) -> None:
    facts = form.facts()
    is_new = mailbox.pk is None
    was = (mailbox.host, mailbox.user, mailbox.folder)
    mailbox.change(request.user, **facts)
    if form.found and (is_new or was != (mailbox.host, mailbox.user, mailbox.folder)):
        mailbox.begin_at(form.found.uid_validity, form.found.uid_next)
    if form.archive_days:
        Archive.begin(mailbox, form.archive_days, request.user)
    messages.success(
        request, _("Connected. New mail becomes tickets from now on.") if is_new else _("Saved.")
    )


@require_safe
@administrator
def state(request: AgentRequest, channel_id: int) -> HttpResponse:
    """The fragment that tells how it goes."""
    return render(request, "channels_inbox/mailbox_state.html", _going(_mailbox(channel_id)))


@require_POST
@administrator
def archive(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Read the last days; with `stop` pressed, no further."""
    mailbox = _mailbox(channel_id)
    if "stop" in request.POST:
        for running in mailbox.archives.filter(state=ArchiveState.RUNNING):
            running.stop(request.user)
        return redirect("mailbox", channel_id)
    form = Beginning(request.POST)
    if form.is_valid():
        Archive.begin(mailbox, form.cleaned_data["days"], request.user)
        return redirect("mailbox", channel_id)
    return _shown(request, mailbox.channel, mailbox, _form(mailbox.channel, mailbox.sign_in), beginning=form)


@require_POST
@administrator
def remove(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Fetch no more; what was fetched stays, here and there."""
    _mailbox(channel_id).forget(request.user)
    messages.success(request, _("Its mail is no longer fetched."))
    return redirect("channel", channel_id)


def _channel(channel_id: int) -> Channel:
    return get_object_or_404(Channel, pk=channel_id, kind="email")


def _mailbox(channel_id: int) -> Mailbox:
    return get_object_or_404(Mailbox.objects.select_related("channel"), channel=_channel(channel_id))


def _going(mailbox: Mailbox | None) -> dict[str, Any]:
    if mailbox is None:
        return {"mailbox": None}
    last = mailbox.archives.order_by("-pk").first()
    again = mailbox.trouble in {"consent", "declined", "registration"} and mailbox.sign_in in Provider
    return {
        "mailbox": mailbox, "trouble": WORDS.get(mailbox.trouble, ""), "archive": last, "connect_again": again,
    }  # fmt: skip


def _shown(
    request: AgentRequest,
    channel: Channel,
    mailbox: Mailbox | None,
    form: Fetching,
    beginning: Beginning | None = None,
) -> HttpResponse:
    context = {"channel": channel, "form": form, "beginning": beginning or Beginning(), **_going(mailbox)}
    context |= signing_in(channel, form.consent.provider if isinstance(form, ByConsent) else SignIn.PASSWORD)
    context["works"] = form.is_bound and form.found is not None and form.is_valid()
    status = 422 if (form.is_bound and form.errors) or (beginning and beginning.errors) else 200
    return render(request, "channels_inbox/settings_mailbox.html", context, status=status)
