"""Icons for the desk's templates, drawn once: `{% icon "check" %}`, `{% icon "inbox" "drawing" %}`."""

from django import template

from tickets.icons import icon

register = template.Library()


@register.simple_tag(name="icon")
def _icon(name: str, css: str = "icon s") -> str:
    return icon(name, css)
