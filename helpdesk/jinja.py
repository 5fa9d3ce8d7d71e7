"""What templates under `templates/jinja2/` may use beside their context."""

from functools import lru_cache
from typing import Any

from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from agents.templatetags.people import tint
from tickets.icons import icon


def environment(**options: Any) -> Environment:
    """Jinja2 with translation, addresses and icons; everything is escaped unless it is marked safe."""
    found = Environment(**options)  # noqa: S701 - Django's backend turns escaping on
    found.globals |= {"_": translated, "pgettext": pgettext, "url": _url, "icon": icon, "tint": tint}
    found.globals |= {"say": say, "csrf_field": csrf_field}
    return found


def translated(text: str) -> str:
    """In the language of the moment. Kept: a page says three hundred things, and Django looks each up in a chain."""
    return _kept(text, get_language())


@lru_cache(maxsize=10_000)
def _kept(text: str, _language: str | None) -> str:
    return gettext(text)


def say(sentence: str, **parts: object) -> Markup:
    """A translated sentence, whose own tags stand, with its parts escaped."""
    return Markup(sentence) % parts  # noqa: S704 - sentences are ours, parts are escaped


@pass_context
def csrf_field(context: Context) -> SafeString:
    """The hidden field of a form that posts: made once a request, since a page has thirty such forms."""
    request = context["request"]
    if not hasattr(request, "csrf_field"):
        request.csrf_field = csrf_input(request)
    return request.csrf_field


def _url(name: str, *args: object) -> str:
    return reverse(name, args=args)
