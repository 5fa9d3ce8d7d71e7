"""Mail goes into a folder, where it can be read in the browser, and nowhere else."""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import SafeMIMEText
from django.utils.timezone import now


class OutboxBackend(BaseEmailBackend):
    """One `.eml` file a mail, named by the time it was sent. For development only: in production it refuses to be."""

    def __init__(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise ImproperlyConfigured("In production mail needs a server: set EMAIL_URL.")
        super().__init__(*args, **options)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.OUTBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            self._write(folder, _bytes(mail))
        return len(email_messages)

    def _write(self, folder: Path, content: bytes) -> None:
        # Under its name it is there whole or not at all: the page may be read at this moment.
        handle, draft = tempfile.mkstemp(dir=folder, suffix=".draft")
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(draft, folder / f"{now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml")


def _bytes(mail: EmailMessage) -> bytes:
    return cast(SafeMIMEText, mail.message()).as_bytes(linesep="\r\n")
