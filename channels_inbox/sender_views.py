"""Senders whose mail is held, and those whose mail never is."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox.models import Sender, Verdict
from channels_inbox.models.sender import pattern_of

MOST = 500


class SenderForm(forms.Form):
    pattern = forms.CharField(
        label=gettext_lazy("Address or domain"),
        max_length=320,
        help_text=gettext_lazy("Such as eve@evil.example, or evil.example for everyone there."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    verdict = forms.ChoiceField(label=gettext_lazy("Their mail is"), choices=Verdict.choices)

    def clean_pattern(self) -> str:
        try:
            return pattern_of(self.cleaned_data["pattern"])
        except ValueError:
            raise forms.ValidationError(_("That is not an address or a domain.")) from None


@require_http_methods(["GET", "POST"])
@administrator
def senders(request: AgentRequest) -> HttpResponse:
    """All of them, and a form for one more."""
    form = SenderForm(sent(request))
    if form.is_valid():
        Sender.judge(form.cleaned_data["pattern"], form.cleaned_data["verdict"], request.user)
        messages.success(request, _("Saved."))
        return redirect("senders")
    context: dict[str, Any] = {"form": form, "senders": Sender.objects.all()[:MOST]}
    return render(
        request, "channels_inbox/settings_senders.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@administrator
def forget(request: AgentRequest, sender_id: int) -> HttpResponse:
    """Take one off the list."""
    get_object_or_404(Sender, pk=sender_id).forget(request.user)
    messages.success(request, _("Removed."))
    return redirect("senders")
