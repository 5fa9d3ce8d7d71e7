"""Words in the cells of a spreadsheet."""

_BEGINS_FORMULA = frozenset("=+-@|%＝＋－＠\t\r\n")


def harmless(words: str) -> str:
    """`words` so that no spreadsheet takes them for a formula: whatever could begin one stands behind an apostrophe,
    also after blanks and unseen marks, which spreadsheets drop (OWASP, CSV injection)."""
    words = words.replace("\0", "")
    begins = next((char for char in words if not (char in " \u00a0\ufeff" or _is_unseen(char))), "")
    return f"'{words}" if begins in _BEGINS_FORMULA or words[:1] in _BEGINS_FORMULA else words


def _is_unseen(char: str) -> bool:
    return not char.isprintable() and char not in "\t\r\n"
