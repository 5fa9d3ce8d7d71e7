"""The views with their counts, as the column beside the list shows them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import Agent
from tickets import inbox
from tickets.counts import Count, counts
from tickets.icons import icon, source_icon, source_label


def piles(agent: Agent, current: str) -> dict[str, list[dict[str, Any]]]:
    """`views` and `channels`, each a list of links with a count; one query."""
    found = counts(agent)
    listed = [view for view in inbox.VIEWS.values() if agent.is_lead or not view.leads]
    views = [_link(view.name, str(view.label), "", found, current) for view in listed]
    slugs = [name.removeprefix("source:") for name, count in found.items() if ":" in name and count.value]
    channels = [
        _link(f"source:{slug}", source_label(slug), source_icon(slug), found, current) for slug in slugs
    ]
    return {"views": views, "channels": channels}


def _link(name: str, label: str, icon: str, found: dict[str, Count], current: str) -> dict[str, Any]:
    count = found.get(name)
    return {
        "name": name,
        "label": label,
        "icon": icon,
        "href": f"{reverse('inbox')}?{urlencode({'view': name})}",
        "count": ""
        if count is None or not count.value
        else f"{count.value}+"
        if count.capped
        else str(count.value),
        "current": name == current,
    }


def label_of(name: str) -> str:
    """What a view is called."""
    view = inbox.view_named(name)
    return source_label(view.source) if view.source else str(view.label)


def empty_words(name: str) -> dict[str, Any]:
    """What an empty view says, kindly, and its drawing."""
    words = {
        "mine": (
            "coffee",
            _("Nothing of yours is waiting."),
            _("Take something from Unassigned, or take a breath."),
        ),
        "unassigned": (
            "hand",
            _("Everything has found someone."),
            _("New conversations appear here by themselves."),
        ),
        "at_risk": (
            "hourglass",
            _("No deadline is near."),
            _("What is late or due within the next four hours lies here."),
        ),
        "complaints": (
            "handshake",
            _("Nobody complains."),
            _("Tickets that are marked as complaints lie here until they are settled."),
        ),
        "snoozed": (
            "moon",
            _("Nothing is asleep."),
            _("Snooze a ticket, and it waits here until its time comes."),
        ),
        "solved": ("check-check", _("Nothing solved yet."), _("What you solve is kept here.")),
        "spam": (
            "shield-check",
            _("No spam. Lovely."),
            _("What is marked as spam lies here and can be brought back."),
        ),
    }
    drawing, title, hint = words.get(
        name, ("inbox", _("All is answered."), _("New conversations appear here by themselves."))
    )
    return {
        "icon": icon(drawing, "drawing"),
        "title": title,
        "hint": hint,
        "label": label_of(name),
        "new": _new_words(),
    }


# A number of each of the plural categories of CLDR, in the languages that have them.
_SAMPLES = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


def _new_words() -> dict[str, str]:
    """How "3 new" reads for each plural category, with {} for the number."""
    return {
        category: ngettext("%(count)s new", "%(count)s new", n) % {"count": "{}"}
        for category, n in _SAMPLES.items()
    }
