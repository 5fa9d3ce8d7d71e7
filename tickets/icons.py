"""Icons of the places tickets come from, drawn once and kept: a row costs no drawing."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import lucide
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SOURCES: dict[str, tuple[str, StrOrPromise]] = {
    "email": ("mail", _("Email")),
    "phone": ("phone", _("Phone")),
    "chat": ("message-circle", _("Live chat")),
    "widget": ("message-circle", _("Live chat")),
    "api": ("braces", _("API")),
    "portal": ("globe", pgettext_lazy("source", "Portal")),
    "whatsapp": ("message-circle-more", "WhatsApp"),
}

CHATS = {"chat", "widget"}
"""Where lines are said to one person, and no letters with copies are written."""


def introduce(source: str, icon: str, label: StrOrPromise, *, is_chat: bool) -> None:
    """Of a source that rooms above know of; before the first page is drawn."""
    SOURCES[source] = icon, label
    CHATS.update({source} if is_chat else ())


@cache
def icon(name: str, css: str = "icon") -> SafeString:
    """The inline SVG of a lucide icon, without a size of its own: CSS gives it one."""
    svg = lucide._render_icon(name, None, **{"class": css, "aria-hidden": "true"})
    return mark_safe(svg)  # noqa: S308 - drawn by us from a fixed set


def source_icon(source: str) -> SafeString:
    """The icon of a source slug; a plain bubble for one that is not known."""
    return icon(SOURCES.get(source, ("message-square", ""))[0])


def source_label(source: str) -> str:
    """What people call that source, in the language of the moment."""
    return _label(source, get_language())


@lru_cache(maxsize=500)
def _label(source: str, _language: str | None) -> str:
    return str(SOURCES[source][1]) if source in SOURCES else source.replace("-", " ").capitalize()
