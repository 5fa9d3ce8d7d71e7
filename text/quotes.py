"""What the sender wrote this time."""


def split_text(text: str) -> tuple[str, str]:
    return text, ""
