"""Connecting a mailbox at Google or Microsoft: the company's app there, the way to the provider and back."""

import secrets
from collections.abc import Mapping
from time import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox.adapters.email import oauth
from channels_inbox.adapters.email.providers import service_of
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.consent_forms import Asking, Registering
from channels_inbox.models import Channel, Consent, Mailbox, Provider, Registration, SignIn

PENDING = "consent"
PENDING_SECONDS = 15 * 60
AFTERWARDS = ("mailbox", "channel-sending")


@require_http_methods(["GET", "POST"])
@administrator
def consent(request: AgentRequest, channel_id: int, provider: str) -> HttpResponse:
    """POST leads to the provider, who asks the owner of the mailbox."""
    channel, registration = _channel(channel_id), _registration(provider)
    given = Consent.objects.filter(channel=channel, provider=provider).first()
    form = Asking(sent(request), initial={"user": given.user if given else channel.address})
    if not registration.pk or not form.is_valid():
        return _shown(request, channel, registration, asking=form)
    user = form.cleaned_data["user"]
    question = oauth.question(registration, redirect_uri(provider), user)
    request.session[PENDING] = {
        "state": question.state, "verifier": question.verifier, "provider": provider, "channel": channel.pk,
        "user": user, "next": _next(request), "until": time() + PENDING_SECONDS,
    }  # fmt: skip
    return HttpResponseRedirect(question.url)


@require_POST
@administrator
def registration(request: AgentRequest, channel_id: int, provider: str) -> HttpResponse:
    """Keep what the provider says of the company's app."""
    channel, known = _channel(channel_id), _registration(provider)
    form = Registering(request.POST, instance=_registration(provider))
    if not form.is_valid():
        return _shown(request, channel, known, registering=form)
    known.change(request.user, **form.cleaned_data)
    Mailbox.objects.try_again(provider)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('consent', args=[channel_id, provider])}?next={_next(request)}")


@require_GET
@never_cache
@administrator
def returned(request: AgentRequest, provider: str) -> HttpResponse:
    """The provider sends the browser back. Only who began may end it, once, and soon."""
    begun = request.session.get(PENDING, {})
    if not _is_ours(begun, provider, request.GET.get("state", "")):
        messages.error(
            request, _("This sign-in was not begun here, or is over already. Please begin it again.")
        )
        return redirect("channels")
    del request.session[PENDING]
    channel = _channel(begun["channel"])
    try:
        tokens = _redeemed(provider, request.GET, begun["verifier"])
    except Trouble as trouble:
        again = _("The provider's sign-in service does not answer as it should. Please try again.")
        messages.error(request, again if trouble.code == "provider" else str(trouble.words))
        return redirect("consent", channel.pk, provider)
    Consent.give(channel, provider, begun["user"], tokens, request.user)
    messages.success(request, _("%(provider)s lets this desk in.") % {"provider": Provider(provider).label})
    return redirect(_after(channel, provider, begun["next"]))


@require_POST
@administrator
def withdraw(request: AgentRequest, channel_id: int, provider: str) -> HttpResponse:
    """Forget the tokens."""
    get_object_or_404(Consent, channel=_channel(channel_id), provider=provider).withdraw(request.user)
    messages.success(
        request, _("The permission is forgotten here. At the provider you can take it back as well.")
    )
    return redirect("channel", channel_id)


def redirect_uri(provider: str) -> str:
    """Where the provider sends browsers back to, letter for letter as it is registered there."""
    return settings.PUBLIC_URL + reverse("consent-returned", args=[provider])


def signing_in(channel: Channel, by: str) -> dict[str, Any]:
    """For the tabs above: each way to sign in, and which is shown."""
    page = reverse("mailbox", args=[channel.pk])
    labels = [(SignIn.PASSWORD, _("Password")), *((way, way.label) for way in Provider)]
    return {"ways": [(label, f"{page}?by={way.value}", way == by) for way, label in labels], "by": by}


def _is_ours(begun: Mapping[str, Any], provider: str, state: str) -> bool:
    return (
        begun.get("provider") == provider
        and begun["until"] > time()
        and secrets.compare_digest(begun["state"].encode(), state.encode())
    )


def _redeemed(provider: str, answer: Mapping[str, str], verifier: str) -> Any:
    if "code" not in answer:
        raise Trouble("declined" if answer.get("error") == "access_denied" else "provider")
    return oauth.redeem(_registration(provider), redirect_uri(provider), answer["code"], verifier)


def _after(channel: Channel, provider: str, where: str) -> str:
    page = reverse(where, args=[channel.pk])
    return f"{page}?by={provider}" if where == "mailbox" else page


def _next(request: AgentRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if wanted in AFTERWARDS else AFTERWARDS[0]


def _channel(channel_id: int) -> Channel:
    return get_object_or_404(Channel, pk=channel_id, kind="email")


def _registration(provider: str) -> Registration:
    """The company's, unsaved where it has none yet."""
    if provider not in Provider:
        raise Http404
    return Registration.objects.filter(provider=provider).first() or Registration(provider=provider)


def _shown(
    request: AgentRequest,
    channel: Channel,
    registration: Registration,
    asking: Asking | None = None,
    registering: Registering | None = None,
) -> HttpResponse:
    provider = registration.provider
    given = Consent.objects.filter(channel=channel, provider=provider).first()
    context = signing_in(channel, provider) | {
        "channel": channel, "registration": registration, "provider": Provider(provider), "given": given,
        "asking": asking or Asking(initial={"user": given.user if given else channel.address}),
        "registering": registering or Registering(instance=_registration(provider)),
        "redirect_uri": redirect_uri(provider), "next": _next(request), "scopes": service_of(provider).scopes,
    }  # fmt: skip
    wrong = registering is not None or (request.method == "POST" and registration.pk)
    answer: Any = render(
        request, "channels_inbox/settings_consent.html", context, status=422 if wrong else 200
    )
    # Browsers hold where a form leads to, by redirects too, against the page that it stands on.
    answer._csp_update = {"form-action": [service_of(provider).origin]}
    return answer
