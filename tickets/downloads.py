"""A stored file as an answer that no browser runs."""

import structlog
from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header

from tickets.models import Attachment

log = structlog.get_logger(__name__)


def download(attachment: Attachment, *, inline: bool, cache: str) -> FileResponse:
    """The content; `inline` lets a browser show it. Http404 when it was redacted, or when the storage has lost it."""
    if attachment.blob is None:
        raise Http404
    try:
        content = attachment.blob.open()
    except FileNotFoundError:
        log.error("file_lost", attachment=attachment.pk, sha256=attachment.blob.sha256)
        raise Http404
    response = FileResponse(content, content_type=attachment.content_type)
    response["Content-Disposition"] = content_disposition_header(not inline, attachment.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, {cache}"
    return response
