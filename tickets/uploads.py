"""Files that agents add: what they really are is looked at, what they are called is cleaned."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from agents.models import Agent
from tickets.models import Attachment, Blob, Draft
from tickets.models.attachment import INLINE_TYPES


def attach(file: UploadedFile, agent: Agent, draft: Draft | None = None) -> Attachment:
    """An attachment of that file, saved when it hangs on a draft. ValueError when it is too big or empty."""
    if (file.size or 0) > settings.ATTACHMENT_MAX_BYTES:
        most = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        raise ValueError(_("%(name)s is too big: at most %(size)s.") % {"name": file.name, "size": most})
    data = file.read()
    if not data:
        raise ValueError(_("%(name)s is empty.") % {"name": file.name})
    name = clean_name(file.name or "")
    attachment = Attachment(
        blob=Blob.of(data),
        name=name,
        content_type=type_of(data, file.content_type or ""),
        uploaded_by=agent,
        draft=draft,
    )
    if draft is not None:
        attachment.save()
    return attachment


def clean_name(name: str) -> str:
    """A file name without folders, control or invisible characters, and without leading dots."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        char for char in name if unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    )
    return " ".join(name.split()).lstrip(".")[-200:] or "file"


def type_of(data: bytes, claimed: str) -> str:
    """The claimed type where it is only downloaded; a type that is shown must also look like it inside."""
    claimed = claimed.partition(";")[0].strip().lower()[:127]
    if claimed not in INLINE_TYPES:
        return claimed or "application/octet-stream"
    import puremagic  # reads its large table of types

    try:
        found = {match.mime_type for match in puremagic.magic_string(data[:4096])}
    except puremagic.PureError:
        found = set()
    return claimed if claimed in found else "application/octet-stream"


def chip(file: Attachment) -> dict[str, Any]:
    """What the composer shows of an uploaded file."""
    return {
        "token": file.token,
        "name": file.name,
        "size": filesizeformat(file.blob.size) if file.blob else "",
        "image": file.is_image,
        "url": reverse("file", args=[file.token, file.name]),
        "remove": reverse("ticket-attachment", args=[file.draft.ticket_id, file.token]) if file.draft else "",
    }
