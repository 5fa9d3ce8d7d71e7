"""A message of ours in the pieces that Telegram takes, each sent once: what it took is noted before the next goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from channels_inbox.adapters.telegram.api import Api, Upload
from channels_inbox.adapters.telegram.models import Bot, Piece
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.links import Button, buttons
from channels_inbox.models import Envelope
from tickets.models import Attachment, Message

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LARGEST_PHOTO = 10 * 1024 * 1024
PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
IN_A_ROW = 5


@dataclass(slots=True)
class Part:
    text: str
    file: Attachment | None = None
    keyboard: dict[str, Any] | None = None


def send(envelope: Envelope, bot: Bot) -> str:
    """Send what Telegram does not have yet; returns the id of the last piece, which carries the buttons. Trouble when a
    piece did not go."""
    chat = envelope.thread.key if envelope.thread else ""
    sent = dict(envelope.pieces.values_list("number", "remote_id"))
    last = 0
    for number, part in enumerate(parts(envelope.message)):
        last = sent.get(number) or 0
        if not last:
            answer = _hand_over(bot.api, chat, part)
            last = int(answer["message_id"])
            Piece.objects.create(envelope=envelope, number=number, remote_id=last)
    return f"{bot.remote_id}:{chat}:{last}"


def parts(message: Message) -> list[Part]:
    """The text, cut where it is too long, then the files; a single file carries a short text below it."""
    files = list(message.attachments.select_related("blob").filter(blob__isnull=False).order_by("pk"))
    links = [
        f"{one.label}: {one.url}" for one in buttons(message, pressed=True) if one.url and not _fits(one)
    ]
    text = "\n".join([message.text.strip(), *links])
    if len(files) == 1 and _length(text) <= LONGEST_CAPTION:
        found = [Part(text, files[0])]
    else:
        found = [*(Part(piece) for piece in pieces(text)), *(Part("", file) for file in files)]
    if not found:
        raise Trouble("refused", "It is empty.")
    found[-1].keyboard = keyboard(message)
    return found


def keyboard(message: Message) -> dict[str, Any] | None:
    """An InlineKeyboardMarkup: faces in a row, all else one below the other; what was chosen bears a mark."""
    shown = [one for one in buttons(message, pressed=True) if _fits(one)]
    if not shown:
        return None
    rows, faces = [], [one for one in shown if one.mark]
    for start in range(0, len(faces), IN_A_ROW):
        rows.append([_button(one, message.chosen) for one in faces[start : start + IN_A_ROW]])
    rows += [[_button(one, message.chosen)] for one in shown if not one.mark]
    return {"inline_keyboard": rows}


def _fits(one: Button) -> bool:
    """Telegram refuses a whole message for a button that leads to an address which only we can reach."""
    return not one.url or one.url.startswith("https://")


def _button(one: Button, chosen: str) -> dict[str, str]:
    if one.url:
        return {"text": one.label, "url": one.url}
    words = one.mark or one.label
    return {"text": f"✓ {words}" if one.value == chosen else words, "callback_data": one.value}


def pieces(text: str, most: int = LONGEST_TEXT) -> Iterator[str]:
    """At most `most` UTF-16 units each, cut between paragraphs, lines or words where that is possible."""
    while _length(text) > most:
        head = _beginning(text, most)
        cut = next(
            (at for mark in ("\n\n", "\n", " ") if (at := head.rfind(mark)) > len(head) // 2), len(head)
        )
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _beginning(text: str, most: int) -> str:
    raw = text[:most].encode("utf-16-le", "replace")[: 2 * most]
    return raw.decode("utf-16-le", "ignore")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _hand_over(api: Api, chat: str, part: Part) -> Any:
    if part.file is None:
        return api.call("sendMessage", chat_id=chat, text=part.text, reply_markup=part.keyboard)
    said: dict[str, Any] = {"chat_id": chat, "caption": part.text or None, "reply_markup": part.keyboard}
    assert part.file.blob is not None, "erased files are left out"
    with part.file.blob.open() as content:
        upload: Upload = (
            part.file.name or "file",
            content.read(),
            part.file.content_type or "application/octet-stream",
        )
    if part.file.content_type in PHOTOS and len(upload[1]) <= LARGEST_PHOTO:
        try:
            return api.call("sendPhoto", upload={"photo": upload}, **said)
        except Trouble as trouble:
            if trouble.code not in {"refused", "large"}:
                raise  # too wide, too high or broken: as a file it goes all the same
    return api.call("sendDocument", upload={"document": upload}, **said)
