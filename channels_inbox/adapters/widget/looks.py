"""What a widget says of itself before anybody writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.models import Agent, Calendar, Presence
from channels_inbox.adapters.widget.adapter import adapter
from channels_inbox.adapters.widget.asking import language_of
from channels_inbox.adapters.widget.colours import palette
from channels_inbox.adapters.widget.files import MOST_BYTES
from channels_inbox.adapters.widget.models import Widget
from channels_inbox.adapters.widget.saying import LONGEST, MOST_FILES
from channels_inbox.adapters.widget.words import reply_words, words

WEEK = timedelta(days=7)
REMEMBERED = 10 * 60
"""Seconds for which the expected reply time is not asked anew."""
MOST_AGENTS = 3
_MEDIAN = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_replied_at - created_at))
    FROM tickets_ticket
    WHERE team_id = %s AND source = %s AND pile IN ('active', 'snoozed', 'done') AND activity_at > %s
      AND created_at > %s AND first_replied_at IS NOT NULL
"""


def settings_of(widget: Widget, wished: str) -> dict[str, Any]:
    language = language_of(widget, wished)
    with translation.override(language):
        return {
            "name": widget.channel.sender_name,
            "language": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "colours": palette(widget.accent),
            "side": widget.side,
            "greeting": widget.greeting or _("Hello 👋 How can we help you?"),
            "hours": _hours(widget),
            "questions": widget.questions,
            "reply": reply_words(reply_seconds(widget)),
            "words": words(),
            "agents": online(widget),
            "limits": {"text": LONGEST, "file_bytes": MOST_BYTES, "files": MOST_FILES},
        }


def _hours(widget: Widget) -> dict[str, Any]:
    """Whether somebody works now, else when again and what to show meanwhile."""
    hours, moment = Calendar.hours_of(widget.channel.team_id), now()
    if hours.is_open(moment):
        return {"open": True, "next": None, "text": ""}
    opens = hours.next_opening(moment)
    return {"open": False, "next": opens.isoformat() if opens else None, "text": widget.away}


def online(widget: Widget) -> list[dict[str, Any]]:
    """Those of the team who are there."""
    there = Agent.objects.filter(teams=widget.channel.team_id, is_active=True, presence=Presence.ONLINE)
    return [
        {"name": agent.name, "picture": agent.picture_address}
        for agent in there.order_by("name")[:MOST_AGENTS]
    ]


def reply_seconds(widget: Widget) -> int | None:
    """How long chats of the last seven days waited for their first reply: the median, in seconds."""
    key = f"widget-reply-{widget.pk}"
    known = cache.get(key)
    if known is None:
        since = now() - WEEK
        with connection.cursor() as cursor:
            cursor.execute(_MEDIAN, [widget.channel.team_id, adapter.source, since, since])
            [median] = cursor.fetchone()
        known = -1 if median is None else int(median)
        cache.set(key, known, REMEMBERED)
    return None if known < 0 else known
