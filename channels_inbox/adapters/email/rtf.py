"""The words of a rich text (RTF), compressed as Outlook sends it (MS-OXRTFCP)."""

import re
import struct

from channels_inbox.adapters.email.charsets import decode

LONGEST = 400_000
"""Bytes of rich text that are read."""

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SILENT = {
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"object",
    b"header",
    b"footer",
    b"generator",
}
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"tab": "\t",
    b"cell": " ",
    b"row": "\n",
    b"emdash": "—",
    b"endash": "–",
}
_BREAKS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}


def compressed_rtf_text(data: bytes) -> str:
    """The words of a compressed rich text, "" if it cannot be opened."""
    if len(data) < 16:
        return ""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    if kind == 0x414C454D:
        return rtf_text(data[16 : 16 + LONGEST])
    return rtf_text(_decompressed(data, min(size, LONGEST))) if kind == 0x75465A4C else ""


def _decompressed(data: bytes, size: int) -> bytes:
    window = bytearray(_DICTIONARY) + bytearray(4096 - len(_DICTIONARY))
    write = len(_DICTIONARY)
    made = bytearray()
    position = 16
    while position < len(data) and len(made) < size:
        control = data[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(made)
                reference = data[position] << 8 | data[position + 1]
                position += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write % 4096:
                    return bytes(made)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    made.append(byte)
                    window[write % 4096] = byte
                    write += 1
            else:
                if position >= len(data):
                    return bytes(made)
                byte = data[position]
                position += 1
                made.append(byte)
                window[write % 4096] = byte
                write += 1
    return bytes(made)


def rtf_text(data: bytes) -> str:
    """The visible words of an RTF document, in lines."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return ""
    charset, skip_after_unicode, to_skip = "cp1252", 1, 0
    made: list[str] = []
    letters = bytearray()
    silent, stack, html_only = False, [], False
    starred = False

    def flush() -> None:
        if letters:
            made.append(decode(bytes(letters), charset))
            letters.clear()

    for token in _TOKEN.finditer(data[:LONGEST]):
        hexed, word, number, symbol, brace, plain = token.groups()
        if brace == b"{":
            stack.append((silent, html_only))
        elif brace == b"}":
            silent, html_only = stack.pop() if stack else (False, False)
        elif symbol == b"*":
            starred = True
            continue
        elif word:
            if starred or word in _SILENT:
                silent = True
            elif word == b"htmlrtf":
                html_only = number != b"0"
            elif word == b"ansicpg" and number:
                charset = f"cp{int(number)}"
            elif word == b"uc":
                skip_after_unicode = int(number or 1)
            elif word == b"u" and number and not silent and not html_only:
                flush()
                code = int(number) & 0xFFFF
                made.append("" if 0xD800 <= code <= 0xDFFF else chr(code))
                to_skip = skip_after_unicode
            elif word in _BREAKS and not silent and not html_only:
                flush()
                made.append(_BREAKS[word])
        elif not silent and not html_only:
            if hexed:
                if to_skip:
                    to_skip -= 1
                else:
                    letters.append(int(hexed, 16))
            elif symbol:
                letters.extend({b"~": b" ", b"_": b"-"}.get(symbol, symbol if symbol in b"\\{}" else b""))
            elif plain:
                letters.extend(plain[to_skip:])
                to_skip = 0
        starred = False
    flush()
    return re.sub(r"\n{3,}", "\n\n", "".join(made)).replace("\0", "").strip()
