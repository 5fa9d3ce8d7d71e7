"""Filters that every template has."""

from datetime import date as Date
from typing import Any

from django import template
from django.template.defaultfilters import date as plain

from text.dates import written
from text.language import direction

register = template.Library()
register.filter("direction", direction)
FOR_MACHINES = {"c", "Y-m-d"}


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, form: str = "DATE_FORMAT") -> str:
    """Django's, in the reader's own calendar; what machines read is Gregorian."""
    if form in FOR_MACHINES or not isinstance(value, Date):
        return str(plain(value, form))
    return written(value, form)
