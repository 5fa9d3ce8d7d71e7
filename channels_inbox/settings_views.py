"""Channels of every kind; and mailboxes: who writes to which address, and whether mail comes and goes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agents.access import AgentRequest, administrator
from agents.forms import sent
from agents.models import Team
from channels_inbox import round_trip
from channels_inbox.adapters import KINDS, adapter_of, adapters
from channels_inbox.models import Channel, Outlet
from customers.models import IdentityKind
from customers.models.identity import key_of


class Mailbox(forms.ModelForm):
    address = forms.EmailField(
        label=gettext_lazy("Address"),
        max_length=320,
        help_text=gettext_lazy("Customers write to it, and replies come from it."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        empty_label=gettext_lazy("Choose a team"),
        help_text=gettext_lazy("Whose tickets its mail becomes."),
    )

    forwards = forms.BooleanField(
        label=gettext_lazy("A customer’s mail that an agent forwards here opens the customer’s ticket"),
        required=False,
        help_text=gettext_lazy(
            "What the agent writes above it becomes a note. The mail server has to prove that it came from the agent."
        ),
    )

    class Meta:
        model = Channel
        fields = ["name", "address", "from_name", "team", "is_active"]
        labels = {
            "name": gettext_lazy("Name"),
            "from_name": gettext_lazy("Sender's name"),
            "is_active": gettext_lazy("Active"),
        }
        help_texts = {
            "name": gettext_lazy("For colleagues, such as “Orders”."),
            "from_name": gettext_lazy("Customers see it beside the address."),
            "is_active": gettext_lazy("Mail to an inactive address is refused."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "from_name": forms.TextInput(attrs={"dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["forwards"] = self.instance.opens_forwards

    def facts(self) -> dict[str, Any]:
        """What a channel is set to."""
        facts = dict(self.cleaned_data)
        forwards = facts.pop("forwards")
        return facts | {"config": self.instance.config | {"forwards": forwards}}

    def clean_address(self) -> str:
        try:
            address = key_of(IdentityKind.EMAIL, self.cleaned_data["address"])
        except ValueError:
            raise forms.ValidationError(_("That is not an address.")) from None
        if Channel.objects.filter(kind="email", address=address).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a mailbox with this address already."))
        return address


@require_safe
@administrator
def channels(request: AgentRequest) -> HttpResponse:
    """All channels, and what else can be connected."""
    found = Channel.objects.filter(kind__in=KINDS).select_related("team", "consent")
    return render(
        request,
        "channels_inbox/settings_channels.html",
        {"channels": [(channel, adapter_of(channel.kind)) for channel in found], "offered": adapters()},
    )


@require_http_methods(["GET", "POST"])
@administrator
def new(request: AgentRequest) -> HttpResponse:
    """Connect a mailbox."""
    form = Mailbox(sent(request), initial={"is_active": True})
    if not form.is_valid():
        return _shown(request, form)
    channel = Channel.connect(request.user, kind="email", **form.facts())
    Outlet.objects.create(channel=channel)
    messages.success(request, _("Connected. A test mail shows whether it works both ways."))
    return redirect("channel", channel.pk)


@require_http_methods(["GET", "POST"])
@administrator
def channel(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Change a mailbox."""
    channel = get_object_or_404(Channel, pk=channel_id, kind="email")
    form = Mailbox(sent(request), instance=Channel.objects.get(pk=channel_id))
    if not form.is_valid():
        return _shown(request, form, channel=channel, trip=round_trip.trip(channel))
    channel.change(request.user, **form.facts())
    messages.success(request, _("Saved."))
    return redirect("channel", channel.pk)


@require_http_methods(["GET", "POST"])
@administrator
def test(request: AgentRequest, channel_id: int) -> HttpResponse:
    """POST sends a test mail there and back; GET answers the fragment that tells how far it came."""
    channel = get_object_or_404(Channel, pk=channel_id, kind="email")
    if request.method == "POST":
        round_trip.begin(channel)
        channel.refresh_from_db()
        if not request.htmx:
            return redirect("channel", channel.pk)
    return render(
        request, "channels_inbox/round_trip.html", {"channel": channel, "trip": round_trip.trip(channel)}
    )


def _shown(request: AgentRequest, form: Mailbox, **context: Any) -> HttpResponse:
    context["form"] = form
    status = 422 if form.is_bound else 200
    return render(request, "channels_inbox/settings_channel.html", context, status=status)
