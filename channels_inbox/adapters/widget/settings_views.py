"""The settings of a website's chat: its looks, where it may stand, and how the website vouches for its users."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import AgentRequest, administrator
from agents.forms import sent
from agents.models import Workspace
from channels_inbox.adapters.widget.forms import Appearance
from channels_inbox.adapters.widget.identity import user_hash
from channels_inbox.adapters.widget.models import Widget
from channels_inbox.secrets import Undecryptable

EXAMPLE = "dora@customer.example"


@require_http_methods(["GET", "POST"])
@administrator
def new(request: AgentRequest) -> HttpResponse:
    """Put a chat on a website."""
    form = Appearance(sent(request))
    if not form.is_valid():
        return _shown(request, form)
    widget = Widget.connect(request.user, **form.channel_facts(), **form.facts())
    messages.success(request, _("Ready. Put the line below into your website’s pages."))
    return redirect("channel-widget", widget.channel_id)


@require_http_methods(["GET", "POST"])
@administrator
def widget(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Change it; the line to copy, and the secret for signed-in users."""
    widget = _widget(channel_id)
    form = Appearance(sent(request), instance=_widget(channel_id))
    if not form.is_valid():
        return _shown(request, form, widget)
    widget.channel.change(request.user, **form.channel_facts())
    widget.change(request.user, **form.facts())
    messages.success(request, _("Saved."))
    return redirect("channel-widget", channel_id)


@require_POST
@administrator
def secret(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Another secret: what was signed with the old one is good no more."""
    _widget(channel_id).renew_secret(request.user)
    messages.success(request, _("There is a new secret. Put it into your website’s server."))
    return redirect("channel-widget", channel_id)


def _widget(channel_id: int) -> Widget:
    return get_object_or_404(Widget.objects.select_related("channel__team"), channel=channel_id)


def _shown(request: AgentRequest, form: Appearance, widget: Widget | None = None) -> HttpResponse:
    context = {"form": form, "widget": widget, "address": settings.PUBLIC_URL, "example": EXAMPLE}
    context["company"] = Workspace.current().sender_name
    if widget is not None:
        try:
            context["secret"] = widget.plain_secret
            context["example_hash"] = user_hash(widget.plain_secret, EXAMPLE)
        except Undecryptable:
            context["secret"] = ""
    socket = settings.PUBLIC_URL.replace("http", "ws", 1)
    context["policy"] = [
        f"script-src {settings.PUBLIC_URL};",
        f"connect-src {settings.PUBLIC_URL} {socket};",
        f"img-src {settings.PUBLIC_URL} blob:;",
    ]
    return render(request, "widget/settings.html", context, status=422 if form.is_bound else 200)
