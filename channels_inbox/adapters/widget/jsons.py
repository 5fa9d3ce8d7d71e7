"""JSON of strangers."""

from __future__ import annotations

import json
import re
from typing import Any

DEEPEST = 200
"""Brackets outside of texts: so many nobody needs, and thousands exhaust the parser's stack."""
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


def object_in(text: str) -> dict[str, Any]:
    """The object, or an empty one for whatever else was sent."""
    try:
        if (
            text.count("[") + text.count("{") > DEEPEST
            and len(re.findall(r"[\[{]", _TEXTS.sub("", text))) > DEEPEST
        ):
            return {}
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
