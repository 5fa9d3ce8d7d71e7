"""Whether, when and how often customers are asked how it went."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox.models import Channel
from csat.models import AskingRules, ChannelRule
from csat.models.rules import DELAYS, MOST_PAUSE, delay_in_words


class RulesForm(forms.ModelForm):
    pause_days = forms.IntegerField(
        label=gettext_lazy("Days between two questions to one customer"),
        min_value=0,
        max_value=MOST_PAUSE,
        help_text=gettext_lazy("Nobody likes to be asked all the time. 0: after each ticket."),
        widget=forms.NumberInput(attrs={"min": 0, "max": MOST_PAUSE, "dir": "ltr"}),
        error_messages={"max_value": gettext_lazy("A year at most.")},
    )

    class Meta:
        model = AskingRules
        fields = ["is_on", "after_automatic", "pause_days"]
        help_texts = {
            "is_on": gettext_lazy(
                "Once for each ticket, when it is solved; never for spam or what was merged."
            ),
            "after_automatic": gettext_lazy("Such as a rule that solves what nobody answered any more."),
        }


class ChannelForm(forms.Form):
    is_on = forms.BooleanField(label=gettext_lazy("Ask here"), required=False)
    delay_minutes = forms.TypedChoiceField(label=gettext_lazy("When"), coerce=int)

    def __init__(self, data: Any, rule: ChannelRule) -> None:
        self.rule, self.channel = rule, rule.channel
        initial = {"is_on": rule.is_on, "delay_minutes": rule.delay_minutes}
        super().__init__(data, prefix=f"channel-{rule.channel_id}", initial=initial)
        offered = sorted({*DELAYS, rule.delay_minutes})
        delays = [(minutes, delay_in_words(minutes)) for minutes in offered]
        self.fields["delay_minutes"].choices = delays  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@administrator
def questions(request: AgentRequest) -> HttpResponse:
    """The rules for all, and those of each channel."""
    form = RulesForm(sent(request), instance=AskingRules.current())
    own = {rule.channel_id: rule for rule in ChannelRule.objects.select_related("channel")}
    channels = list(Channel.objects.active().order_by("name"))
    rows = [ChannelForm(sent(request), own.get(one.pk) or ChannelRule(channel=one)) for one in channels]
    if not (form.is_valid() and all(row.is_valid() for row in rows)):
        context = {"form": form, "rows": rows}
        return render(request, "csat/settings.html", context, status=422 if form.is_bound else 200)
    with transaction.atomic():
        AskingRules.current().change(request.user, **form.cleaned_data)
        for row in rows:
            row.rule.change(request.user, **row.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("questions")
