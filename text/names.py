"""People's names as pictures of them."""

import unicodedata


def initials(name: str) -> str:
    """One or two letters for an avatar; one in Arabic script, where two would join into a word. "?" for none."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    joins = unicodedata.bidirectional(words[0][0]) == "AL"
    return "".join(word[0] for word in words[: 1 if joins else 2]).upper()
