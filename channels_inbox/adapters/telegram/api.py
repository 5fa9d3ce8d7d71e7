"""Telegram's Bot API over HTTP: https://core.telegram.org/bots/api#making-requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from channels_inbox.adapters.telegram.troubles import Trouble, in_answer, on_the_way
from channels_inbox.hosts import http_client

if TYPE_CHECKING:
    import httpx

OFFICIAL = "https://api.telegram.org"
SECONDS = 20.0
LARGEST_ANSWER = 8 * 1024 * 1024
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes that a bot may fetch (getFile)."""

Upload = tuple[str, bytes, str]
"""A file's name, content and type."""


class Api:
    """Of one bot. Every method raises Trouble, whose words hold neither token nor address."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token

    def call(
        self, method: str, *, wait: float = 0, upload: Mapping[str, Upload] | None = None, **said: Any
    ) -> Any:
        """The `result` of a method. `wait`: seconds that Telegram may take longer, when it is asked to."""
        fields = {name: value for name, value in said.items() if value is not None}
        if upload:
            plain = {name: one if isinstance(one, str) else json.dumps(one) for name, one in fields.items()}
            body: dict[str, Any] = {"data": plain, "files": dict(upload)}
        else:
            body = {"json": fields}
        try:
            with http_client(SECONDS + wait) as client:
                answer = client.post(f"{self.url}/bot{self.token}/{method}", **body)
        except OSError as error:
            raise on_the_way(error) from None
        return self._result(answer)

    def file(self, file_id: str, most: int = LARGEST_FILE) -> bytes:
        """A file's content. Trouble "large" for one of more than `most` bytes."""
        found = self.call("getFile", file_id=file_id)
        path = str(found.get("file_path") or "") if isinstance(found, dict) else ""
        if not path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise Trouble("refused", "The file has no address.")
        if (found.get("file_size") or 0) > most:
            raise Trouble("large", f"{found['file_size']} bytes")
        try:
            with (
                http_client(SECONDS) as client,
                client.stream("GET", f"{self.url}/file/bot{self.token}/{quote(path)}") as answer,
            ):
                if answer.status_code != 200:
                    gone = answer.status_code in {403, 404}
                    raise in_answer(400 if gone else answer.status_code, "The file could not be fetched.")
                return _at_most(answer, most)
        except OSError as error:
            raise on_the_way(error) from None

    def _result(self, answer: httpx.Response) -> Any:
        try:
            said = json.loads(answer.content[:LARGEST_ANSWER])
            if said["ok"] is True:
                return said["result"]
            after = (said.get("parameters") or {}).get("retry_after", 0)
            raise in_answer(int(said["error_code"]), str(said.get("description", "")), float(after))
        except (ValueError, KeyError, TypeError, AttributeError):
            code = "silent" if answer.status_code >= 500 else "strange"
            raise Trouble(code, f"HTTP {answer.status_code}") from None


def _at_most(answer: httpx.Response, most: int) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > most:
            raise Trouble("large", f"more than {most} bytes")
        parts.append(part)
    return b"".join(parts)
