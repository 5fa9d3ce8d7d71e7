"""Content-Transfer-Encoding undone (RFC 2045 section 6), and what was done without saying so, or said but not done."""

import binascii
import re

from channels_inbox.adapters.email.headers import from_base64

_SPACE = b" \t\r\n"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_MOST_STREAMS = 1_000
_UNSAID_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{4}\s*)*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*")
_HIGH_ESCAPES = re.compile(rb"(?:=[89A-F][0-9A-F]){2}|=3D|=20\r?\n")
_SOFT_BREAK = re.compile(rb"=\r?\n")
_UU_FILE = re.compile(r"^begin \d{3,4} ([^\n]{1,200})\n((?:[ -`]{1,90}\n)+?)end[ \t]*$", re.MULTILINE)
_UU_BEGIN = re.compile(rb"^begin \d{3,4} [^\r\n]{1,200}\r?\n", re.MULTILINE)


def decoded(data: bytes, encoding: str, *, is_text: bool) -> bytes:
    """`data` with its transfer `encoding` undone. For text, an encoding that was left unsaid is found too."""
    encoding = encoding.strip().strip("\"'").lower()
    if encoding.startswith(("base64", "b64")) or encoding == "b":
        return _base64(data, is_text)
    if encoding.startswith(("quoted", "qp")) or encoding == "q":
        if is_text and _looks_base64(data):
            return _base64(data, is_text)
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencoded(data)
    if is_text:
        if _looks_base64(data):
            return _base64(data, is_text)
        head = data[:100_000]
        if head.isascii() and _SOFT_BREAK.search(head) and _HIGH_ESCAPES.search(head):
            return binascii.a2b_qp(data)
    return data


def _base64(data: bytes, is_text: bool) -> bytes:
    letters = data.translate(None, _NOT_BASE64)
    foreign = len(data.translate(None, _SPACE)) - len(letters)
    if is_text and (foreign * 20 > len(letters) or (b" " in data.strip() and not _decodes_to_text(letters))):
        # Said to be base64 but written plainly.
        return data
    # Several streams, one after the other, each with its own padding, or a footer hung on by a mailing list.
    first, _, rest = letters.partition(b"=")
    if not rest.strip(b"="):
        return from_base64(first)
    if letters.count(b"=") > _MOST_STREAMS:
        return from_base64(letters.replace(b"=", b""))
    return b"".join(from_base64(piece) for piece in letters.split(b"=") if piece)


def _decodes_to_text(letters: bytes) -> bool:
    start = from_base64(letters[:4_000].split(b"=", 1)[0])
    controls = len(start) - len(start.translate(None, bytes(set(range(32)) - {9, 10, 13, 27})))
    return bool(start) and controls * 50 < len(start)


def _looks_base64(data: bytes) -> bool:
    """Whether text is base64 that does not say so: long, no spaces in it, and decoding to UTF-8 words."""
    head = data[:4_000].strip()
    if len(head) < 40 or b" " in head or head.translate(None, _BASE64 + _SPACE):
        return False
    if len(data) < 100_000 and not _UNSAID_BASE64.fullmatch(data):
        return False
    letters = head.translate(None, _SPACE).split(b"=", 1)[0]
    start = from_base64(letters[: len(letters) // 4 * 4])
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:
            return False
        text = start[: error.start].decode("utf-8")
    printable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return bool(text) and printable == len(text)


def uuencoded_files(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Files written into the words of a mail between "begin 644 name" and "end": (the words without them,
    (name, bytes) of each)."""
    files: list[tuple[str, bytes]] = []

    def take(found: re.Match[str]) -> str:
        content = _uuencoded(found[2].encode("ascii", "ignore"))
        files.append((found[1].strip(), content))
        return ""

    return _UU_FILE.sub(take, text), files


def _uuencoded(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    made = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if not line.strip() or line.strip() == b"end":
            break
        # Some encoders pad a line beyond the length it promises: no more is read than that.
        promised = 1 + ((line[0] - 32 & 63) + 2) // 3 * 4
        try:
            made.append(binascii.a2b_uu(line[:promised]))
        except binascii.Error:
            continue
    return b"".join(made)
