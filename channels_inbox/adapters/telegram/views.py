"""A bot's settings: connecting it, trying it out, and how it goes."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from agents.access import AgentRequest, administrator
from agents.forms import sent
from channels_inbox.adapters.telegram.forms import BotSettings
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.adapters.telegram.troubles import WORDS, Trouble
from channels_inbox.models import Channel


@require_http_methods(["GET", "POST"])
@administrator
def new(request: AgentRequest) -> HttpResponse:
    """Connect a bot; with `test` pressed only tell whether it would work."""
    return _asked(request, None)


@require_http_methods(["GET", "POST"])
@administrator
def bot(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Change a bot; with `test` pressed only tell whether it would work."""
    return _asked(request, _bot(channel_id))


@require_safe
@administrator
def state(request: AgentRequest, channel_id: int) -> HttpResponse:
    """The fragment that tells how it goes."""
    bot = _bot(channel_id)
    return render(request, "telegram/state.html", {"bot": bot, "trouble": WORDS.get(bot.trouble, "")})


def _bot(channel_id: int) -> Bot:
    return get_object_or_404(Bot.objects.select_related("channel__team"), channel=channel_id)


def _asked(request: AgentRequest, bot: Bot | None) -> HttpResponse:
    form = BotSettings(sent(request), bot=bot)
    if form.is_valid() and "test" not in request.POST:
        return _kept(request, form, bot)
    works = form.is_bound and form.found is not None and form.is_valid()
    trouble = WORDS.get(bot.trouble, "") if bot else ""
    context = {"bot": bot, "form": form, "works": works, "trouble": trouble}
    return render(request, "telegram/bot.html", context, status=422 if form.is_bound and form.errors else 200)


def _kept(request: AgentRequest, form: BotSettings, bot: Bot | None) -> HttpResponse:
    with transaction.atomic():
        if bot is None:
            bot = Bot(channel=Channel.connect(request.user, kind="telegram", **form.facts))
        else:
            bot.channel.change(request.user, **form.facts)
        bot.change(request.user, **form.bot_facts)
    try:
        bot.settle()
        messages.success(request, _("Saved. Messages to the bot become tickets from now on."))
    except Trouble as trouble:
        messages.error(request, str(trouble.words))
    page = reverse("channel-telegram", args=[bot.channel_id])
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
