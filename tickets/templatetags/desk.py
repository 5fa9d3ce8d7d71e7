"""For the desk's templates: icons, drawn once (`{% icon "check" %}`, `{% icon "inbox" "drawing" %}`), and `{% drawn %}`."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tickets.icons import icon

register = template.Library()


@register.simple_tag(name="icon")
def _icon(name: str, css: str = "icon s") -> str:
    return icon(name, css)


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str, **more: Any) -> SafeString:
    """Include a template of `templates/jinja2/`, with all that is known here and `more`."""
    known: dict[str, Any] = {str(key): value for key, value in context.flatten().items()} | more
    return mark_safe(render_to_string(name, known, known["request"], using="jinja2"))  # noqa: S308 - escapes by itself
