"""Names of attached files made harmless: cleaned first, judged afterwards, never the other way round."""

import mimetypes
import re
import unicodedata

LONGEST = 150
"""Characters, and at most 240 bytes: file systems refuse 256."""

_FORBIDDEN = re.compile(r'[<>:"|?*;%]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}


def clean_filename(name: str, content_type: str = "", *, fallback: str = "attachment") -> str:
    """`name` as a plain file name: no path, no control, zero-width or bidi character, no dot or space at either
    end, its extension kept when it is cut. Without a usable name: `fallback` with the extension of
    `content_type`."""
    name = unicodedata.normalize("NFC", name[:1_000])
    if not name.isprintable():
        name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = re.split(
        r"[/\\\u2044\u2215\u29f8\uff0f\uff3c]", name.replace("\u2024", ".").replace("\uff0e", ".")
    )[-1]
    name = _FORBIDDEN.sub("_", " ".join(name.split())).strip(". \u00a0")
    if _RESERVED.match(name):
        name = "_" + name
    if not name.strip("_"):
        return fallback + _extension(content_type)
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 12:
        stem, dot, extension = name, "", ""
    if len(name) > LONGEST or len(name.encode()) > 240:
        room = 240 - len((dot + extension).encode())
        stem = stem[: LONGEST - len(dot + extension)].encode()[:room].decode(errors="ignore").rstrip(". ")
    return stem + dot + extension


def _extension(content_type: str) -> str:
    return _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type, strict=False) or ""
