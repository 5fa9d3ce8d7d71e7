"""A plain text, paragraph by paragraph."""

import re

from text.language import direction


def paragraphs(text: str) -> list[dict[str, object]]:
    """Its paragraphs, for `mail/paragraphs.html`: each with its lines and the direction that it reads in."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.strip())]
    return [{"lines": part.splitlines(), "direction": direction(part)} for part in parts if part]
