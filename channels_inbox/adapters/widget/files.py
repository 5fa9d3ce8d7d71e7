"""A visitor's files: kept when they are uploaded, taken into the message that names them, and shown to who knows
their random address."""

from __future__ import annotations

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from channels_inbox.adapters.contract import File
from channels_inbox.adapters.widget.models import Visitor
from tickets.models import Blob
from tickets.uploads import clean_name, type_of

MOST_BYTES = 10 * 1024 * 1024
MOST_TOGETHER = 3 * MOST_BYTES
"""Of one message's files: they are read at once."""
GOOD_FOR = 24 * 60 * 60
"""Seconds, after which content that no message carries is deleted."""
_SALT = "fanoos.widget.file"


class TooLarge(ValueError):
    """It is more than one file may hold."""


def keep(visitor: Visitor, file: UploadedFile) -> str:
    """The token by which he can send it, for a day. TooLarge, or ValueError for an empty one."""
    if (file.size or 0) > MOST_BYTES:
        raise TooLarge(_("This file is too large."))
    data = file.read()
    if not data:
        raise ValueError(_("This file is empty."))
    name = clean_name(file.name or "")
    kept = [visitor.pk, Blob.of(data).sha256, name, type_of(data, file.content_type or "")]
    return signing.dumps(kept, salt=_SALT, compress=True)


def opened(visitor: Visitor, tokens: tuple[str, ...]) -> tuple[File, ...]:
    """The files of these tokens. NotSaid when one of them is not his, or too old."""
    from channels_inbox.adapters.widget.saying import MOST_FILES, NotSaid

    if len(tokens) > MOST_FILES:
        raise NotSaid("files", _("These are too many files for one message."))
    found, size = [], 0
    for token in dict.fromkeys(tokens):
        try:
            owner, sha256, name, content_type = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
        except (signing.BadSignature, ValueError, TypeError):
            owner = None
        blob = Blob.objects.filter(sha256=sha256).first() if owner == visitor.pk else None
        if blob is None:
            raise NotSaid("files", _("A file got lost. Please add it again."))
        size += blob.size
        if size > MOST_TOGETHER:
            raise NotSaid("files", _("These are too many files for one message."))
        with blob.open() as content:
            found.append(File(name=name, content_type=content_type, data=content.read()))
    return tuple(found)
