"""Header fields as words: encoded words (RFC 2047) in right and wrong shapes, parameters (RFC 2231), message ids."""

import binascii
import re

from channels_inbox.adapters.email.charsets import decode

LONGEST = 100_000
"""Bytes of one field that are read."""

_FOLD = re.compile(rb"\r?\n[ \t]*|\r")
_WORD = re.compile(
    rb"=\?([A-Za-z0-9_.:()+$-]{1,60})(?:\*[A-Za-z0-9-]*)?\?([BbQq])\?"
    rb"((?:(?!=\?[A-Za-z0-9_.:()+$*-]{1,60}\?[BbQq]\?)[\s\S])*?)(?:\?=|(?==\?[A-Za-z0-9_.:()+$*-]{1,60}\?[BbQq]\?)|\Z)"
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]+")
_SPACES = re.compile(r"[ \t\r\n\x85]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def words(value: bytes, charset: str = "") -> str:
    """The text of an unstructured field on one line: encoded words decoded, split letters joined, bare 8-bit
    bytes read as `charset` or what they look like, controls and line ends taken out (RFC 2047)."""
    value = value[:LONGEST]
    text = _once(value, charset)
    for _ in range(2):
        # Some gateways encode what was encoded already.
        if "=?" not in text or not text.isascii():
            break
        again = _once(text.encode(), charset)
        if again == text:
            break
        text = again
    if not text.isprintable() or "  " in text:
        text = _SPACES.sub(" ", _UNSEEN.sub("", text))
    return text.strip()


def _once(value: bytes, charset: str) -> str:
    if b"=?" not in value:
        return decode(_FOLD.sub(b" ", value), charset)
    made: list[str] = []
    run: list[bytes] = []
    run_kind: tuple[str, bytes] | None = None
    position = 0

    def close() -> None:
        if run_kind:
            made.append(decode(_decoded(run, run_kind[1]), run_kind[0]))
            run.clear()

    for found in _WORD.finditer(value):
        kind = (found[1].decode("ascii").lower(), found[2].upper())
        between = value[position : found.start()]
        if between.strip() or kind != run_kind:
            close()
        if between.strip() or not run_kind:
            made.append(decode(_FOLD.sub(b" ", between), charset))
        run_kind = kind
        run.append(found[3])
        position = found.end()
    close()
    made.append(decode(_FOLD.sub(b" ", value[position:]), charset))
    return "".join(made)


def _decoded(pieces: list[bytes], kind: bytes) -> bytes:
    if kind == b"Q":
        joined = b"".join(_FOLD.sub(b"", piece) for piece in pieces)
        return binascii.a2b_qp(joined.replace(b"\n", b""), header=True)
    clean = [_NOT_BASE64.sub(b"", piece) for piece in pieces]
    # A word of its own has whole groups or says by "=" that it is short; otherwise the stream was cut anywhere.
    if all(len(one) % 4 == 0 or b"=" in piece for one, piece in zip(clean, pieces, strict=True)):
        return b"".join(map(from_base64, clean))
    return from_base64(b"".join(clean))


def from_base64(letters: bytes) -> bytes:
    """Bytes of base64 `letters` (alphabet only, no padding); a last lone letter is dropped."""
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


_PARAMETER = re.compile(
    rb""";\s*([A-Za-z0-9!#$%&+^_`{|}~.-]+?)(?:\*(\d{1,4}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)(?:"|\Z)|([^;]*))"""
)
_ESCAPED = re.compile(rb'\\(["\\])')
_MOST_PARAMETERS = 200
LONGEST_PIECE = 3_000
_EXTENDED = re.compile(rb"^([A-Za-z0-9_:.-]*)'([A-Za-z0-9-]*)'([\s\S]*)$")
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){2,}")


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """A structured field as (its main value in lower case, parameters by name in lower case).

    Continued and encoded parameters (RFC 2231) are joined, and so are the wrong ways to write them: encoded
    words in quotes, bare 8-bit bytes, per cents without a charset, missing quotes."""
    value = _FOLD.sub(b" ", value[:LONGEST])
    main, _, rest = value.partition(b";")
    main, _, loose = main.strip().partition(b" ")
    value = b";" + loose + b";" + rest
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(value)):
        if count > _MOST_PARAMETERS:
            break
        name = match[1].decode("ascii").lower()
        quoted, plain = match[4], match[5]
        data = _ESCAPED.sub(rb"\1", quoted) if quoted is not None else (plain or b"").strip().strip(b"\"'")
        if match[2] or match[3]:
            pieces.setdefault(name, []).append((int(match[2] or 0), bool(match[3]), data))
        elif not found.get(name):
            found[name] = _plain_parameter(data)
    for name, parts in pieces.items():
        if joined := _joined(parts):
            found[name] = joined
    return main.decode("ascii", "ignore").lower(), found


def _plain_parameter(data: bytes) -> str:
    extended = _EXTENDED.match(data)
    if extended and extended[1] and b"%" in extended[3]:
        return decode(_unquoted(extended[3]), extended[1].decode("ascii"))
    text = words(data)
    if _PERCENT.search(text) and "%" in text and text.isascii():
        raw = _unquoted(text)
        if not raw.isascii():
            return decode(raw)
    return text


def _unquoted(data: bytes | str) -> bytes:
    """`data` with its per cents undone (RFC 3986, 2.1), a run at a time: a name may be made of nothing else."""
    data = data.encode() if isinstance(data, str) else data
    return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode("ascii")), data)


def _joined(parts: list[tuple[int, bool, bytes]]) -> str:
    parts.sort(key=lambda part: part[0])
    charset = ""
    data = b""
    for place, (_, encoded, piece) in enumerate(parts):
        piece = piece[:LONGEST_PIECE]
        if place == 0 and encoded and (extended := _EXTENDED.match(piece)):
            charset, piece = extended[1].decode("ascii"), extended[3]
        data += _unquoted(piece) if encoded else piece
    return words(data, charset) if b"=?" in data else decode(data, charset)


_ANGLED = re.compile(r"<\s*([^<>]{1,998}?)\s*>")


def message_ids(value: bytes) -> list[str]:
    """The ids in Message-ID, In-Reply-To or References, without angle brackets, each once, in order."""
    text = _FOLD.sub(b"", value[:LONGEST]).decode("latin-1")
    found = _ANGLED.findall(text)
    if not found:
        # Without brackets: words with an "@", for In-Reply-To was once allowed to be a sentence.
        bare = text.replace(",", " ").split()
        found = [word for word in bare if "@" in word] or (bare if len(bare) == 1 else [])
    tidy = ("".join(one.split()).strip("<>") for one in found)
    return [one[:998] for one in dict.fromkeys(_UNSEEN.sub("", one) for one in tidy) if one]
