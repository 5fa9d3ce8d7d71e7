"""What a message of Telegram holds: words for what has none, and the files that it names.

https://core.telegram.org/bots/api#message"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from channels_inbox.adapters.telegram import entities

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """A file that a message names, to be fetched by its id."""

    file_id: str
    name: str
    content_type: str
    size: int


QUOTED = 300
"""Characters that are shown of a message which is answered."""

_FILES = {
    "document": ("document", "application/octet-stream"),
    "video": ("video.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
    "video_note": ("video.mp4", "video/mp4"),
}
_EVENTS = frozenset(
    "new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created "
    "supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id "
    "migrate_from_chat_id pinned_message successful_payment refunded_payment users_shared chat_shared "
    "write_access_allowed passport_data proximity_alert_triggered boost_added chat_background_set "
    "forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened video_chat_scheduled "
    "video_chat_started video_chat_ended video_chat_participants_invited web_app_data giveaway_created "
    "connected_website direct_message_price_changed paid_message_price_changed".split()
)


def happened(message: Said) -> bool:
    """Whether it only tells that something happened in the chat."""
    return not _EVENTS.isdisjoint(message)


def words(message: Said) -> tuple[str, str]:
    """Its plain text, and HTML where it is styled. What cannot be shown says so."""
    text, marks = _field(message, "text", str) or _field(message, "caption", str) or "", []
    if text:
        marks = message.get("entities") or message.get("caption_entities") or []
    plain = entities.plain(text, marks)
    shown = "\n".join(one for one in [_forwarded(message), *_things(message), plain] if one)
    if not shown and not list(files(message)):
        shown = _("(A message of a kind that cannot be shown here. It can be seen in Telegram.)")
    return shown, entities.html(text, marks) if shown == plain else ""


def answered(message: Said) -> str:
    """The beginning of the message that it answers."""
    quote, whole = _field(message, "quote", dict), _field(message, "reply_to_message", dict)
    text = (quote or {}).get("text") or (whole or {}).get("text") or (whole or {}).get("caption")
    if not isinstance(text, str):
        return ""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


def files(message: Said) -> Iterator[Named]:
    """What it names; of a photo the largest size."""
    sizes = [size for size in _field(message, "photo", list) or [] if isinstance(size, dict)]
    if sizes:
        largest = max(sizes, key=lambda size: (_number(size, "width") * _number(size, "height"), _size(size)))
        yield from _named(largest, "photo.jpg", "image/jpeg")
    for kind, (name, content_type) in _FILES.items():
        if kind == "document" and "animation" in message:
            continue  # it is there once more, for programs that know no animations
        if one := _field(message, kind, dict):
            yield from _named(one, name, content_type)
    if sticker := _field(message, "sticker", dict):
        if sticker.get("is_video"):
            yield from _named(sticker, "sticker.webm", "video/webm")
        elif not sticker.get("is_animated"):
            yield from _named(sticker, "sticker.webp", "image/webp")


def _named(one: Said, name: str, content_type: str) -> Iterator[Named]:
    if file_id := _field(one, "file_id", str):
        given = _field(one, "file_name", str) or name
        yield Named(file_id, given, _field(one, "mime_type", str) or content_type, _size(one))


def _things(message: Said) -> Iterator[str]:
    """What is neither text nor file."""
    for kind, tell in _THINGS.items():
        if one := _field(message, kind, dict):
            yield tell(one)
            if kind == "venue":
                return  # its location stands beside it once more


def _venue(venue: Said) -> str:
    names = [_line(venue, "title"), _line(venue, "address")]
    place = _location(_field(venue, "location", dict) or {})
    return "\n".join([f"📍 {', '.join(filter(None, names))}", place.removeprefix("📍 ")])


def _location(location: Said) -> str:
    try:
        latitude, longitude = (float(location[name]) for name in ("latitude", "longitude"))
    except (KeyError, TypeError, ValueError):
        return "📍"
    place = f"{latitude:.6f},{longitude:.6f}"
    return f"📍 {place}\nhttps://www.google.com/maps/search/?api=1&query={place}"


def _contact(contact: Said) -> str:
    name = " ".join(filter(None, (_line(contact, "first_name"), _line(contact, "last_name"))))
    return "\n".join(filter(None, (f"👤 {name}", _line(contact, "phone_number"))))


def _poll(poll: Said) -> str:
    options = [_line(one, "text") for one in _field(poll, "options", list) or [] if isinstance(one, dict)]
    return "\n".join([f"📊 {_line(poll, 'question')}", *(f"– {option}" for option in options)])


_THINGS: dict[str, Callable[[Said], str]] = {
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "dice": lambda dice: f"{_line(dice, 'emoji')} {_number(dice, 'value')}",
    "sticker": lambda sticker: _line(sticker, "emoji"),
}


def _forwarded(message: Said) -> str:
    """From whom it was passed on."""
    origin = _field(message, "forward_origin", dict)
    if origin is None:
        return ""
    who = _field(origin, "sender_user", dict) or _field(origin, "chat", dict)
    who = who or _field(origin, "sender_chat", dict) or {}
    names = [
        _line(who, "first_name"),
        _line(who, "last_name"),
        _line(who, "title"),
        _line(origin, "sender_user_name"),
    ]
    return f"↪ {' '.join(filter(None, names))}"


def _line(one: Said, name: str) -> str:
    return " ".join((_field(one, name, str) or "").split())[:300]


def _number(one: Said, name: str) -> int:
    return _field(one, name, int) or 0


def _size(one: Said) -> int:
    return _number(one, "file_size")


def _field(one: Said, name: str, kind: type) -> Any:
    """The field, where it is there and of that kind."""
    value = one.get(name)
    return value if isinstance(value, kind) else None
