"""An Update of Telegram's as what the border takes: a message, a change of one, or a pressed button."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from channels_inbox.adapters.contract import Choice, Incoming, Unreadable, Unwanted
from channels_inbox.adapters.telegram import content
from customers.models import IdentityKind

PREFIX = "telegram:"
_MESSAGES = ("message", "edited_message")


def address_of(user_id: Any) -> str:
    """By which a user of Telegram is known here: names change there, ids do not."""
    return f"{PREFIX}{user_id}"


def origin(update: Any) -> dict[str, Any]:
    """Of whom it is, to which chat it belongs and to which album, as far as it says; whatever shape it has."""
    if not isinstance(update, dict):
        return {}
    press = update.get("callback_query")
    found = [update.get(name) for name in _MESSAGES] + [
        press.get("message") if isinstance(press, dict) else None
    ]
    message = next((one for one in found if isinstance(one, dict)), {})
    writer = press if isinstance(press, dict) else message
    chat, user = message.get("chat"), writer.get("from")
    meta = {
        "chat": chat.get("id") if isinstance(chat, dict) else None,
        "from": address_of(user.get("id")) if isinstance(user, dict) else None,
        "album": message.get("media_group_id") if "message" in update else None,
    }
    return {name: value for name, value in meta.items() if isinstance(value, int | str)}


def parse(raw: bytes) -> dict[str, Any]:
    """Unreadable for what is no update."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable("It is not JSON.") from None
    if not isinstance(update, dict):
        raise Unreadable("It is no update of Telegram's.")
    return update


def message_of(update: dict[str, Any]) -> dict[str, Any]:
    """The private message in it, new or changed. Unwanted where it is for nobody here: chatter in groups, what
    merely happened in the chat, a live location that moved."""
    message = next((update[name] for name in _MESSAGES if name in update), None)
    if message is None:
        raise Unwanted
    try:
        private = message["chat"]["type"] == "private" and not message["from"].get("is_bot")
        int(message["chat"]["id"]), int(message["message_id"]), int(message["from"]["id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        if isinstance(message, dict) and "from" not in message:
            raise Unwanted from None  # a channel's post, or an anonymous administrator's
        raise Unreadable("Its message is of another shape.") from None
    moved = "edited_message" in update and "location" in message
    if not private or moved or content.happened(message):
        raise Unwanted
    return message


def incoming(message: dict[str, Any], bot_id: int, *, changed: bool) -> Incoming:
    """Without the files that it names."""
    text, html = content.words(message)
    quoted = content.answered(message)
    if quoted:
        text, html = "\n".join([text, "", *(f"> {line}" for line in quoted.splitlines())]), ""
    own_id = provider_id(message, bot_id)
    user = message["from"]
    at = message.get("edit_date") if changed else message.get("date")
    return Incoming(
        identity_kind=IdentityKind.HANDLE,
        address=address_of(user["id"]),
        name=" ".join(str(user[part]) for part in ("first_name", "last_name") if user.get(part)),
        text=text,
        html=html,
        provider_id=f"{own_id}:{at}" if changed else own_id,
        amends=own_id if changed else "",
        digest=digest(message),
        thread_key=str(message["chat"]["id"]),
        folded=bool(quoted),
        at=_moment(at),
    )


def choice(press: Any, bot_id: int) -> Choice:
    """A CallbackQuery. Unwanted where its message is not ours, or too old to be told."""
    try:
        return Choice(
            identity_kind=IdentityKind.HANDLE,
            address=address_of(int(press["from"]["id"])),
            value=str(press["data"]),
            provider_id=provider_id(press["message"], bot_id),
        )
    except (KeyError, TypeError, ValueError):
        raise Unwanted from None


def provider_id(message: dict[str, Any], bot_id: int) -> str:
    """Messages are numbered by chat, and the same person's chats with two bots bear the same number."""
    return f"{bot_id}:{int(message['chat']['id'])}:{int(message['message_id'])}"


def digest(message: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()


def is_start(message: dict[str, Any]) -> bool:
    """The button with which everybody begins says nothing, whatever a link has put behind it."""
    text = message.get("text")
    return isinstance(text, str) and text.split(" ")[0].split("@")[0] == "/start" and "\n" not in text


def _moment(seconds: Any) -> datetime | None:
    """None where it says none, or one that is not to be believed."""
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return min(at, datetime.now(UTC))
