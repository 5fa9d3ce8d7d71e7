"""How figures are written; a dash where there is none."""

from django import template

register = template.Library()


@register.filter
def points(value: float | None) -> str:
    """A score, such as 4.62."""
    return "–" if value is None else f"{value:.2f}"


@register.filter
def percent(value: float | None) -> str:
    """A part of one, such as 61%."""
    return "–" if value is None else f"{round(100 * value)}%"


@register.filter
def plain(value: float) -> str:
    """For drawings, whatever the language writes between whole numbers and parts."""
    return f"{value:.2f}"
