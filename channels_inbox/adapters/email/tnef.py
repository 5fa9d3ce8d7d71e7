"""Outlook's winmail.dat (MS-OXTNEF): the words and files it wraps."""

import struct
from dataclasses import dataclass, field

from channels_inbox.adapters.email.charsets import decode
from channels_inbox.adapters.email.rtf import compressed_rtf_text

_SIGNATURE = 0x223E9F78
_MESSAGE_PROPERTIES = 0x00069003
_BODY = 0x0002800C
_CODEPAGE = 0x00069007
_NEW_ATTACHMENT = 0x00069002
_ATTACHMENT_TITLE = 0x00018010
_ATTACHMENT_DATA = 0x0006800F
_ATTACHMENT_PROPERTIES = 0x00069005
MOST_ATTRIBUTES = 20_000
MOST_FILES = 1_000

# MAPI property types → bytes of a value, padding to four included; None where the value says its own length.
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_SAYS_LENGTH = (0x0D, 0x1E, 0x1F, 0x0102)
_UNICODE, _OBJECT, _MANY = 0x1F, 0x0D, 0x1000
_PROPERTY_BODY, _PROPERTY_RTF, _PROPERTY_HTML = 0x1000, 0x1009, 0x1013
_PROPERTY_DATA, _PROPERTY_NAME, _PROPERTY_LONG_NAME = 0x3701, 0x3704, 0x3707
_PROPERTY_TYPE, _PROPERTY_CONTENT_ID = 0x370E, 0x3712


@dataclass(slots=True)
class File:
    name: str = ""
    content_type: str = ""
    data: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Wrapped:
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


def open_tnef(data: bytes) -> Wrapped | None:
    """What a winmail.dat wraps; as much as can be read of a broken one. None if it is none, or holds nothing."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    wrapped = Wrapped()
    charset = ""
    rtf = b""
    for name, value in _attributes(data):
        if name == _CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            wrapped.text = wrapped.text or decode(value, charset)
        elif name == _MESSAGE_PROPERTIES:
            known = _properties(value)
            if _PROPERTY_BODY in known:
                wrapped.text = _words(known[_PROPERTY_BODY], charset)
            if _PROPERTY_HTML in known:
                wrapped.html = _words(known[_PROPERTY_HTML], charset)
            rtf = known.get(_PROPERTY_RTF, (0, b""))[1]
        elif name == _NEW_ATTACHMENT:
            if len(wrapped.files) >= MOST_FILES:
                break
            wrapped.files.append(File())
        elif wrapped.files:
            _read_file(wrapped.files[-1], name, value, charset)
    if rtf and not wrapped.text.strip() and not wrapped.html:
        wrapped.text = compressed_rtf_text(rtf)
    wrapped.text = wrapped.text.replace("\r\n", "\n").strip("\n")
    wrapped.files = [file for file in wrapped.files if file.data or file.name]
    return wrapped if wrapped.text or wrapped.html or wrapped.files else None


def _read_file(file: File, name: int, value: bytes, charset: str) -> None:
    if name == _ATTACHMENT_TITLE:
        file.name = file.name or decode(value, charset)
    elif name == _ATTACHMENT_DATA:
        file.data = value
    elif name == _ATTACHMENT_PROPERTIES:
        known = _properties(value)
        for key in (_PROPERTY_LONG_NAME, _PROPERTY_NAME):
            if key in known:
                file.name = _words(known[key], charset) or file.name
                break
        if _PROPERTY_TYPE in known:
            file.content_type = _words(known[_PROPERTY_TYPE], charset).strip().lower()
        if _PROPERTY_CONTENT_ID in known:
            file.content_id = _words(known[_PROPERTY_CONTENT_ID], charset).strip("<> ")
        if not file.data and _PROPERTY_DATA in known:
            kind, content = known[_PROPERTY_DATA]
            # An object begins with the 16 bytes of its interface; within a message that is one more winmail.dat.
            file.data = content[16:] if kind == _OBJECT else content


def _attributes(data: bytes):
    position = 6
    for _ in range(MOST_ATTRIBUTES):
        if position + 9 > len(data):
            return
        name, length = struct.unpack_from("<II", data, position + 1)
        yield name, data[position + 9 : position + 9 + length]
        position += 9 + length + 2


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties by id: (type, value); reading stops where it cannot go on."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        count, position = struct.unpack_from("<I", data)[0], 4
        for _ in range(min(count, MOST_ATTRIBUTES)):
            kind, name = struct.unpack_from("<HH", data, position)
            position += 4
            if name >= 0x8000:
                named, length = struct.unpack_from("<II", data, position + 16)
                position += 24 + (-(-length // 4) * 4 if named else 0)
            many, kind = bool(kind & _MANY), kind & ~_MANY
            values = 1
            if many or kind in _SAYS_LENGTH:
                values = struct.unpack_from("<I", data, position)[0]
                position += 4
            for place in range(min(values, MOST_ATTRIBUTES)):
                if kind in _SAYS_LENGTH:
                    length = struct.unpack_from("<I", data, position)[0]
                    position += 4
                else:
                    length = _SIZES[kind]
                if position > len(data):
                    return found
                if place == 0:
                    found[name] = (kind, data[position : position + length])
                position += -(-length // 4) * 4
    except (struct.error, KeyError):
        pass
    return found


def _words(value: tuple[int, bytes], charset: str) -> str:
    kind, data = value
    return (data.decode("utf-16-le", "replace") if kind == _UNICODE else decode(data, charset)).replace(
        "\0", ""
    )
