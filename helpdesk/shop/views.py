"""A pretend shop, to see the chat as a customer does. Development only: the page does not exist in production."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels_inbox.adapters.widget.models import Widget

GOODS = [
    ("kettle", _("Gooseneck kettle"), _("Pours a thin, steady stream."), 240),
    ("grinder", _("Hand grinder"), _("Steel burrs, forty steps, no noise."), 320),
    ("dripper", _("Dripper of clay"), _("Keeps its warmth while you pour."), 95),
    ("beans", _("Beans from Haraz"), _("Roasted on Thursday. Raisin, cardamom, cocoa."), 68),
]


@require_safe
@never_cache
def shop(request: HttpRequest) -> HttpResponse:
    """In the language asked for by ?lang=, with the newest chat that is connected."""
    languages = dict(settings.LANGUAGES)
    language = request.GET.get("lang", "")
    if language not in languages:
        language = translation.get_language() or "en"
    widget = Widget.objects.filter(channel__is_active=True).order_by("-pk").first()
    links = [(code, name, urlencode({"lang": code})) for code, name in settings.LANGUAGES]
    with translation.override(language):
        context = {"widget": widget, "goods": GOODS, "links": links, "language": language}
        return render(request, "shop/shop.html", context)
