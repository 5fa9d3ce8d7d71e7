"""What a visitor's frames say, as far as it has the right shape: see docs/widget.md."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from channels_inbox.adapters.widget.saying import NotSaid, Said


def facts_in(said: dict[str, Any]) -> dict[str, str]:
    """Where he is, and what his browser says of him, as far as it is text."""
    page = object_of(said, "page")
    facts = {"page": page.get("address"), "page_title": page.get("title")}
    facts |= {name: said.get(name) for name in ("language", "zone")}
    return {name: value for name, value in facts.items() if isinstance(value, str) and value}


def message_in(client_id: str, sent: dict[str, Any]) -> Said:
    """What was sent. Raises NotSaid."""
    named, text, tokens = (sent.get(name) for name in ("conversation", "text", "files"))
    try:
        conversation = None if named is None else uuid.UUID(str(named))
    except ValueError:
        raise NotSaid("conversation", _("This chat is not here any more.")) from None
    return Said(
        client_id=client_id,
        text=text if isinstance(text, str) else "",
        conversation=conversation,
        files=tuple(token for token in tokens if isinstance(token, str)) if isinstance(tokens, list) else (),
        answers={
            name: answer for name, answer in object_of(sent, "answers").items() if isinstance(answer, str)
        },
    )


def object_of(said: dict[str, Any], name: str) -> dict[str, Any]:
    """The object of this name, or an empty one."""
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def is_number(said: Any, least: int = 1) -> bool:
    """Whether it can be the number of a line."""
    return isinstance(said, int) and not isinstance(said, bool) and least <= said < 2**31


def is_client_id(said: Any) -> bool:
    return isinstance(said, str) and 0 < len(said) <= 64 and said.isprintable()
