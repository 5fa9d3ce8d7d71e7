"""Telegram's Bot API for one bot, as its documentation describes it (https://core.telegram.org/bots/api): long polling,
a webhook with its secret, files, and its refusals. People who write to the bot are played by `writes`, `edits`, `presses`.

What the bot has sent stands in `chats`; `verdict(method, said)` says what becomes of a call instead, as (error_code,
description, parameters).
"""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

TOKEN = "987654321:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"
DORA = {
    "id": 5551,
    "is_bot": False,
    "first_name": "Dora",
    "last_name": "Diaz",
    "username": "dora",
    "language_code": "en",
}
LARGEST_DOWNLOAD = 20 * 1024 * 1024

Said = dict[str, Any]


class Error(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Telegram:
    port: int = 0
    token: str = TOKEN
    verdict: Callable[[str, Said], tuple[int, str, Said] | None] = lambda method, said: None
    chats: dict[int, list[Said]] = field(default_factory=dict)
    calls: list[tuple[str, Said]] = field(default_factory=list)
    updates: list[Said] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    webhook: Said = field(default_factory=dict)
    answered: list[int] = field(default_factory=list)
    """What the door to which updates are brought said."""
    changed: threading.Condition = field(default_factory=threading.Condition)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(700_001))
    message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    asking: object = None
    closed: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bot(self) -> Said:
        bot_id = int(self.token.partition(":")[0])
        return {"id": bot_id, "is_bot": True, "first_name": "Shop", "username": "fanoos_shop_bot"}

    # People ------------------------------------------------------------------------------------------

    def message(self, text: str = "", by: Said = DORA, **parts: Any) -> Said:
        """A Message in the private chat with the bot."""
        chat = {"id": by["id"], "type": "private", "first_name": by["first_name"]}
        said = {"message_id": next(self.message_ids), "from": by, "chat": chat, "date": int(time.time())}
        return said | ({"text": text} if text else {}) | parts

    def writes(self, text: str = "", by: Said = DORA, **parts: Any) -> Said:
        """Somebody writes: the update is there for the bot. Returns the Message."""
        message = self.message(text, by, **parts)
        self.has(message=message)
        return message

    def edits(self, message: Said, **parts: Any) -> Said:
        changed = message | {"edit_date": int(time.time())} | parts
        self.has(edited_message=changed)
        return changed

    def presses(self, message: Said, data: str, by: Said = DORA) -> None:
        """A button below a message of the bot's."""
        press = {
            "id": str(next(self.numbers)),
            "from": by,
            "message": message,
            "chat_instance": "1",
            "data": data,
        }
        self.has(callback_query=press)

    def file(self, content: bytes, **facts: Any) -> Said:
        """What names a file in a message."""
        file_id = f"BQACAgQAAx{len(self.files)}"
        self.files[file_id] = content
        return {
            "file_id": file_id,
            "file_unique_id": f"u{len(self.files)}",
            "file_size": len(content),
        } | facts

    def photo(self, content: bytes) -> list[Said]:
        """PhotoSize, small and large."""
        return [self.file(b"tiny", width=90, height=67), self.file(content, width=1280, height=960)]

    def has(self, **update: Any) -> Said:
        with self.changed:
            self.updates.append({"update_id": next(self.numbers)} | update)
            self.changed.notify_all()
        if self.webhook:
            self.bring()
        return self.updates[-1] if self.updates else {}

    def bring(self) -> None:
        """Bring what waits to the webhook, each until it says yes, three times at most."""
        for update in list(self.updates):
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
            for _try in range(3):
                answer = httpx.post(self.webhook["url"], json=update, headers=headers, trust_env=False)
                self.answered.append(answer.status_code)
                if answer.is_success:
                    self.updates.remove(update)
                    break

    def sent(self, to: int = DORA["id"]) -> list[Said]:
        """What the bot has said there, and what still stands there."""
        return self.chats.get(to, [])

    # The API -----------------------------------------------------------------------------------------

    def answer(self, method: str, said: Said) -> Any:
        self.calls.append((method, said))
        if refused := self.verdict(method, said):
            raise Error(refused[0], refused[1], **refused[2])
        act = getattr(self, f"do_{method}", None)
        if act is None:
            raise Error(404, "Not Found: method not found")
        return act(said)

    def do_getMe(self, said: Said) -> Said:
        return self.bot

    def do_setWebhook(self, said: Said) -> bool:
        self.webhook = said if said.get("url") else {}
        return True

    def do_deleteWebhook(self, said: Said) -> bool:
        self.webhook = {}
        return True

    def do_getUpdates(self, said: Said) -> list[Said]:
        if self.webhook:
            raise Error(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        me = self.asking = object()
        with self.changed:
            self.changed.notify_all()
            if offset := int(said.get("offset") or 0):
                self.updates = [one for one in self.updates if one["update_id"] >= offset]
            kinds = said.get("allowed_updates") or []
            until = time.monotonic() + float(said.get("timeout") or 0)
            while not (found := [one for one in self.updates if not kinds or set(kinds) & one.keys()]):
                if self.asking is not me:
                    raise Error(409, "Conflict: terminated by other getUpdates request")
                if self.closed or not self.changed.wait(max(until - time.monotonic(), 0)):
                    return []
            return found[: int(said.get("limit") or 100)]

    def do_sendMessage(self, said: Said) -> Said:
        text = said.get("text", "")
        if not text.strip():
            raise Error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) > 2 * 4096:
            raise Error(400, "Bad Request: message is too long")
        return self._say(said, text=text)

    def do_sendPhoto(self, said: Said) -> Said:
        name, content, _kind = said["photo"]
        if not content.startswith((b"\x89PNG", b"\xff\xd8")):
            raise Error(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._say(said, photo=self.photo(content), name=name)

    def do_sendDocument(self, said: Said) -> Said:
        name, content, kind = said["document"]
        return self._say(said, document=self.file(content, file_name=name, mime_type=kind))

    def do_getFile(self, said: Said) -> Said:
        content = self.files.get(said["file_id"])
        if content is None:
            raise Error(400, "Bad Request: invalid file_id")
        if len(content) > LARGEST_DOWNLOAD:
            raise Error(400, "Bad Request: file is too big")
        return {
            "file_id": said["file_id"],
            "file_size": len(content),
            "file_path": f"files/{said['file_id']}",
        }

    def do_answerCallbackQuery(self, said: Said) -> bool:
        return True

    def do_editMessageReplyMarkup(self, said: Said) -> Said:
        message = self._found(said)
        if message.get("reply_markup") == said.get("reply_markup"):
            raise Error(400, "Bad Request: message is not modified")
        message["reply_markup"] = said.get("reply_markup")
        return message

    def do_deleteMessage(self, said: Said) -> bool:
        self.chats[int(said["chat_id"])].remove(self._found(said))
        return True

    def _say(self, said: Said, **parts: Any) -> Said:
        if len(said.get("caption", "").encode("utf-16-le")) > 2 * 1024:
            raise Error(400, "Bad Request: message caption is too long")
        chat = {"id": int(said["chat_id"]), "type": "private"}
        message = {
            "message_id": next(self.message_ids),
            "from": self.bot,
            "chat": chat,
            "date": int(time.time()),
        }
        message |= parts | {name: said[name] for name in ("caption", "reply_markup") if said.get(name)}
        self.chats.setdefault(chat["id"], []).append(message)
        return message

    def _found(self, said: Said) -> Said:
        for message in self.chats.get(int(said["chat_id"]), []):
            if message["message_id"] == int(said["message_id"]):
                return message
        raise Error(400, "Bad Request: message to edit not found")


def _handler(telegram: Telegram) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            prefix = f"/file/bot{telegram.token}/files/"
            content = (
                telegram.files.get(self.path.removeprefix(prefix)) if self.path.startswith(prefix) else None
            )
            self._send(200 if content is not None else 404, content or b"", "application/octet-stream")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            _empty, bot, method = self.path.split("/")
            try:
                if bot != f"bot{telegram.token}":
                    raise Error(401, "Unauthorized")
                result = telegram.answer(method, self._said(body))
            except Error as error:
                said = {"ok": False, "error_code": error.code, "description": error.description}
                if error.parameters:
                    said["parameters"] = error.parameters
                self._send(error.code, json.dumps(said).encode())
            else:
                self._send(200, json.dumps({"ok": True, "result": result}).encode())

        def _said(self, body: bytes) -> Said:
            kind = self.headers.get("Content-Type", "")
            if not kind.startswith("multipart/"):
                return json.loads(body or b"{}")
            said: Said = {}
            for part in message_from_bytes(
                f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP
            ).iter_parts():
                facts = part["Content-Disposition"].params
                content = part.get_payload(decode=True)
                if "filename" in facts:
                    said[facts["name"]] = (facts["filename"], content, part.get_content_type())
                else:
                    said[facts["name"]] = content.decode()
            if "reply_markup" in said:
                said["reply_markup"] = json.loads(said["reply_markup"])
            return said

        def _send(self, status: int, content: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """Telegram, with a bot that nobody has written to yet."""
    ours = Telegram()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(ours))
    server.daemon_threads = True
    ours.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ours
    with ours.changed:
        ours.closed = True
        ours.changed.notify_all()
    server.shutdown()
    server.server_close()
