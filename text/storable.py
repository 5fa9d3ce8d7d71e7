"""Text that a database takes."""


def storable(text: str) -> str:
    """`text` without what PostgreSQL refuses: NUL, and halves of characters (lone surrogates), which become "?"."""
    return text.replace("\0", "").encode(errors="replace").decode()
