"""How a mailbox's mail leaves, and the words of its automatic mails."""

from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox import round_trip, wording
from channels_inbox.models import Channel, MailText, Outlet, Provider
from channels_inbox.sending_forms import WAYS, Sending
from channels_inbox.wording import KINDS, said, words_of
from text.paragraphs import paragraphs
from text.placeholders import unknown

LONGEST = 5000


class Words(forms.Form):
    """One text for each language; empty ones are ours."""

    def __init__(self, data: Any, channel: Channel, purpose: str) -> None:
        super().__init__(data)
        for code, name in settings.LANGUAGES:
            self.fields[code] = forms.CharField(
                label=name,
                required=False,
                max_length=LONGEST,
                initial=words_of(channel, purpose, code),
                widget=forms.Textarea(attrs={"dir": "auto", "rows": 8}),
            )

    def clean(self) -> dict[str, Any]:
        for code, words in list(self.cleaned_data.items()):
            if wrong := unknown(words, wording.ABOUT.keys() - {"agent.name"}):
                self.add_error(code, _("There is no such blank: %(blank)s") % {"blank": ", ".join(wrong)})
        return self.cleaned_data


@require_http_methods(["GET", "POST"])
@administrator
def sending(request: AgentRequest, channel_id: int) -> HttpResponse:
    """The server or provider, the pace, and what is added to answers."""
    channel = get_object_or_404(Channel.objects.select_related("outlet"), pk=channel_id, kind="email")
    outlet, data = Outlet.of(channel), sent(request)
    form = Sending(data, instance=copy(outlet))
    chosen = form["way"].value()
    keys = {way: kind(data if way == chosen else None, outlet) for way, kind in WAYS.items()}
    if not form.is_valid() or not keys[chosen].is_valid():
        context = {"form": form, "keys": keys, "channel": channel, "outlet": outlet, "kinds": KINDS.items()}
        context |= {"providers": Provider, "hook": _hook_of(outlet), "trip": round_trip.trip(channel)}
        return render(
            request, "channels_inbox/settings_sending.html", context, status=422 if form.is_bound else 200
        )
    outlet.change(request.user, **form.cleaned_data, **keys[chosen].facts())
    messages.success(request, _("Saved. A test mail shows whether it works."))
    return redirect("channel-sending", channel_id)


@require_http_methods(["GET", "POST"])
@administrator
def texts(request: AgentRequest, channel_id: int, purpose: str) -> HttpResponse:
    """The words of one kind of automatic mail, in every language."""
    channel = get_object_or_404(Channel, pk=channel_id, kind="email")
    form = Words(sent(request), channel, _known(purpose))
    if not form.is_valid():
        context = {"form": form, "channel": channel, "purpose": purpose, "label": KINDS[purpose].label}
        context |= {
            "blanks": _blanks(),
            "previews": [_preview(channel, code, form[code].value()) for code in form.fields],
        }
        return render(
            request, "channels_inbox/settings_texts.html", context, status=422 if form.is_bound else 200
        )
    for code, words in form.cleaned_data.items():
        _write(request, channel, purpose, code, words)
    messages.success(request, _("Saved."))
    return redirect("channel-texts", channel_id, purpose)


@require_POST
@administrator
def preview(request: AgentRequest, channel_id: int, language: str) -> HttpResponse:
    """The fragment that shows a text as a customer would get it; nothing is kept."""
    channel = get_object_or_404(Channel, pk=channel_id, kind="email")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    seen = _preview(channel, language, request.POST.get(language, "")[:LONGEST])
    return render(request, "channels_inbox/text_preview.html", {"seen": seen, "channel": channel})


def _hook_of(outlet: Outlet) -> str:
    """Where its provider reports; nothing where it has none."""
    known = outlet.pk and outlet.by_api
    return f"{settings.PUBLIC_URL}{reverse('mail-hook', args=[outlet.hook_token])}" if known else ""


def _write(request: AgentRequest, channel: Channel, purpose: str, language: str, words: str) -> None:
    """Keep what differs from what was; ours, typed anew, is still ours."""
    words = words.replace("\r\n", "\n").strip()
    if words != words_of(channel, purpose, language):
        with translation.override(language):
            ours = str(KINDS[purpose].words)
        MailText.write(request.user, channel, purpose, language, "" if words == ours else words)


def _preview(channel: Channel, language: str, words: str) -> dict[str, Any]:
    with translation.override(language):
        facts = wording.example(channel)
    text = said(words.replace("\r\n", "\n"), facts)
    return {
        "language": language,
        "name": dict(settings.LANGUAGES)[language],
        "paragraphs": paragraphs(text),
    }


def _blanks() -> list[tuple[str, Any]]:
    return [(f"{{{name}}}", label) for name, label in wording.ABOUT.items() if name != "agent.name"]


def _known(purpose: str) -> str:
    if purpose not in KINDS:
        raise Http404
    return purpose
