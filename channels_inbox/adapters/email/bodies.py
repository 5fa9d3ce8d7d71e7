"""Which parts of a mail are its words and which are attached, and both read."""

from dataclasses import dataclass, field

from channels_inbox.adapters.email import tnef
from channels_inbox.adapters.email.charsets import decode
from channels_inbox.adapters.email.filenames import clean_filename
from channels_inbox.adapters.email.flowed import unflowed
from channels_inbox.adapters.email.headers import message_ids, words
from channels_inbox.adapters.email.kinds import content_type
from channels_inbox.adapters.email.structure import Part, fields_at_start
from channels_inbox.adapters.email.transfer import decoded, uuencoded_files
from text.html import from_text, to_text

THOROUGH = 50
"""Attachments whose kind is looked up in the large table."""
_NAMES = {
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "read-receipt",
    "message/rfc822": "message",
    "text/rfc822-headers": "headers",
    "text/calendar": "invitation",
    "application/pgp-signature": "signature",
    "application/pgp-encrypted": "encryption",
    "application/pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: a harmless name (never empty), its kind by bytes and label, its bytes."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""
    """By which the HTML names it (`cid:`), without angle brackets; "" if it has none."""
    inline: bool = False
    """Shown within the words rather than below them."""


@dataclass(slots=True)
class Bodies:
    text: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    protection: str = ""
    spare: "_Words | None" = None
    """Words from within a winmail.dat, shown where the mail has none of its own."""


@dataclass(slots=True)
class _Words:
    """One stretch of the mail, in the forms it is given in."""

    text: str = ""
    html: str = ""


def read_bodies(root: Part) -> Bodies:
    """The words and files below `root`. Signatures, encrypted content, attached mails and delivery reports are
    files, whole."""
    bodies = Bodies()
    stretches = _read(root, bodies, first=True)
    stretches = [one for one in stretches if one.text or one.html]
    if not stretches and bodies.spare:
        stretches = [bodies.spare]
    if any(one.html for one in stretches):
        bodies.html = "\n".join(one.html or from_text(one.text) for one in stretches)
    if any(one.text for one in stretches):
        bodies.text = "\n\n".join(one.text or to_text(one.html) for one in stretches)
    if not bodies.protection:
        if "-----BEGIN PGP MESSAGE-----" in bodies.text:
            bodies.protection = "encrypted"
        elif "-----BEGIN PGP SIGNED MESSAGE-----" in bodies.text:
            bodies.protection = "signed"
    return bodies


def _read(part: Part, bodies: Bodies, *, first: bool) -> list[_Words]:
    kind = part.content_type
    if part.children:
        if kind == "multipart/alternative":
            return [_alternative(part, bodies, first)]
        if kind == "multipart/signed":
            bodies.protection = bodies.protection or "signed"
        elif kind == "multipart/encrypted":
            bodies.protection = "encrypted"
        stretches: list[_Words] = []
        for child in part.children:
            stretches += _read(child, bodies, first=first and not stretches)
        return stretches
    if _is_words(part, first):
        return [_words(part, bodies)]
    return _attach(part, bodies)


def _alternative(part: Part, bodies: Bodies, first: bool) -> _Words:
    """One stretch given several times: the last of each form is the best (RFC 2046)."""
    merged = _Words()
    for child in part.children:
        stretches = [one for one in _read(child, bodies, first=first) if one.text or one.html]
        text = "\n\n".join(one.text for one in stretches if one.text)
        html = "\n".join(one.html for one in stretches if one.html)
        merged = _Words(text or merged.text, html or merged.html)
    return merged


def _is_words(part: Part, first: bool) -> bool:
    if part.content_type.startswith("multipart/"):
        # No boundary in it: what is there may still be the mail.
        return part.end > part.start
    if not part.content_type.startswith("text/") or part.disposition == "attachment":
        return False
    if part.content_type in (
        "text/calendar",
        "text/rfc822-headers",
        "text/vcard",
        "text/x-vcard",
        "text/csv",
        "text/xml",
    ):
        return False
    return first or not _name(part)


def _words(part: Part, bodies: Bodies) -> _Words:
    data = decoded(part.body, _encoding(part), is_text=True)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = decode(data, part.parameters.get("charset", ""))
    del data
    if part.content_type == "text/html" or (part.content_type.startswith("multipart/") and _looks_html(text)):
        return _Words(html=text)
    if part.content_type in ("text/enriched", "text/richtext"):
        return _Words(text=to_text(text.replace("<<", "&lt;")))
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    if "\nbegin " in "\n" + text[:1_000_000] and "\nend" in text:
        text, files = uuencoded_files(text)
        for name, content in files:
            _keep(bodies, name, "", content)
    return _Words(text=text.strip("\n") if text.strip() else "")


def _looks_html(text: str) -> bool:
    return text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))


def _attach(part: Part, bodies: Bodies) -> list[_Words]:
    kind, name = part.content_type, _name(part)
    if kind.startswith("message/") and _encoding(part) not in ("base64", "quoted-printable"):
        data = part.body
    else:
        data = decoded(part.body, _encoding(part), is_text=kind.startswith("text/"))
    wrapped = kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat"
    if wrapped and (opened := tnef.open_tnef(data)):
        for file in opened.files:
            _keep(bodies, file.name, file.content_type, file.data, file.content_id)
        bodies.spare = bodies.spare or _Words(opened.text, opened.html)
        return []
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        signed = "signed" in part.parameters.get("smime-type", "")
        bodies.protection = bodies.protection or ("signed" if signed else "encrypted")
    if not data and not name and not part.fields:
        return []
    if not name and kind == "message/rfc822":
        name = words(fields_at_start(data).get("subject", [b""])[0])[:100]
        name = f"{name}.eml" if name else ""
    content_id = next(iter(message_ids(part.get("content-id"))), "")
    inline = part.disposition == "inline" or (bool(content_id) and part.disposition != "attachment")
    _keep(bodies, name, kind, data, content_id, inline=inline)
    return []


def _keep(
    bodies: Bodies, name: str, label: str, data: bytes, content_id: str = "", *, inline: bool = False
) -> None:
    kind = content_type(data, label, name, thorough=len(bodies.attachments) < THOROUGH)
    bodies.attachments.append(
        Attachment(
            clean_filename(name, kind, fallback=_NAMES.get(label, "attachment")),
            kind,
            data,
            content_id,
            inline,
        )
    )


def _name(part: Part) -> str:
    return (
        part.disposition_parameters.get("filename")
        or part.parameters.get("name")
        or part.parameters.get("filename", "")
    )


def _encoding(part: Part) -> str:
    return part.get("content-transfer-encoding").split(b";")[0].decode("ascii", "ignore").strip().lower()
