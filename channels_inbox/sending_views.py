"""How a mailbox's mail leaves, and the words of its automatic mails."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox import wording
from channels_inbox.automatic import KINDS, said, words_of
from channels_inbox.models import Channel, Consent, MailText, Outlet, Provider, Way
from text.language import direction
from text.placeholders import unknown

LONGEST = 5000
_LTR = {"dir": "ltr", "autocomplete": "off"}


class Sending(forms.ModelForm):
    way = forms.ChoiceField(
        label=gettext_lazy("Sent by"),
        choices=[(way.value, way.label) for way in (Way.DESK, Way.SMTP, Way.GOOGLE, Way.MICROSOFT)],
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept encrypted and never shown. Empty: as it was."),
    )

    field_order = [
        "way",
        "host",
        "port",
        "security",
        "user",
        "password",
        "per_minute",
        "quotes",
        "acknowledges",
        "marks_subjects",
        "trusts_subjects",
    ]

    class Meta:
        model = Outlet
        fields = ["way", "host", "port", "security", "user", "per_minute", "quotes", "acknowledges"]
        fields += ["marks_subjects", "trusts_subjects"]
        labels = {
            "host": gettext_lazy("Server"),
            "port": gettext_lazy("Port"),
            "security": gettext_lazy("Encryption"),
            "user": gettext_lazy("User name"),
            "per_minute": gettext_lazy("Mails a minute at most"),
            "quotes": gettext_lazy("Quote what the customer wrote below each answer"),
            "acknowledges": gettext_lazy("Confirm new requests by mail"),
            "marks_subjects": gettext_lazy("Put the ticket's signed number into subjects"),
            "trusts_subjects": gettext_lazy("Let that number in a subject lead to its ticket"),
        }
        help_texts = {
            "host": gettext_lazy("Such as smtp.example.com."),
            "per_minute": gettext_lazy("Empty: as fast as it goes."),
            "acknowledges": gettext_lazy("Machines get none, and nobody more than three an hour."),
            "marks_subjects": gettext_lazy("For customers whose mail programs drop everything else."),
            "trusts_subjects": gettext_lazy("Only for those who take part in it already."),
        }
        widgets = {
            "host": forms.TextInput(attrs=_LTR),
            "user": forms.TextInput(attrs=_LTR),
            "port": forms.NumberInput(attrs={"min": 1, "max": 65535, "dir": "ltr"}),
            "per_minute": forms.NumberInput(attrs={"min": 1, "dir": "ltr"}),
        }

    def clean_per_minute(self) -> int | None:
        return self.cleaned_data["per_minute"] or None

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        way = facts.get("way")
        given = Consent.objects.filter(channel=self.instance.channel_id, provider=way, ended_at=None)
        if way in Provider and not given.exists():
            self.add_error("way", _("Connect the mailbox there first."))
        if facts.get("way") == Way.SMTP:
            for name in ("host", "port"):
                if not facts.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed for a mail server of its own."))
            if facts.get("port") and facts["port"] > 65535:
                self.add_error("port", _("Ports go up to 65535."))
        return facts


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
    """The server, the pace, and what is added to answers."""
    channel = get_object_or_404(Channel.objects.select_related("outlet"), pk=channel_id, kind="email")
    outlet = Outlet.of(channel)
    form = Sending(sent(request), instance=Outlet.objects.filter(pk=outlet.pk).first() or outlet)
    if not form.is_valid():
        context = {"form": form, "channel": channel, "kinds": KINDS.items(), "providers": Provider}
        return render(
            request, "channels_inbox/settings_sending.html", context, status=422 if form.is_bound else 200
        )
    facts = form.cleaned_data
    if password := facts.pop("password"):
        facts["secret"] = password
    Outlet.of(Channel.objects.get(pk=channel_id)).change(request.user, **facts)
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
    parts = [part for part in text.split("\n\n") if part.strip()]
    return {
        "language": language,
        "name": dict(settings.LANGUAGES)[language],
        "paragraphs": [{"lines": part.splitlines(), "direction": direction(part)} for part in parts],
    }


def _blanks() -> list[tuple[str, Any]]:
    return [(f"{{{name}}}", label) for name, label in wording.ABOUT.items() if name != "agent.name"]


def _known(purpose: str) -> str:
    if purpose not in KINDS:
        raise Http404
    return purpose
