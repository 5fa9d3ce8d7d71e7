"""For the desk's templates: icons, drawn once (`{% icon "check" %}`, `{% icon "inbox" "drawing" %}`), and rows."""

from django import template

from tickets.icons import icon
from tickets.rows import drawn

register = template.Library()
register.filter("drawn_rows", drawn)


@register.simple_tag(name="icon")
def _icon(name: str, css: str = "icon s") -> str:
    return icon(name, css)
