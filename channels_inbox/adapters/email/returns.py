"""Mail of ours that came back: delivery reports (RFC 3464), and the shapes of servers that write none."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from channels_inbox import signing
from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.adapters.email.addresses import addresses
from channels_inbox.adapters.email.belonging import recipients
from channels_inbox.adapters.email.parse import Mail
from channels_inbox.adapters.email.reasons import FULL, NO_MAILBOX, POLICY, TOO_LARGE
from channels_inbox.adapters.email.sending import refusal

GAVE_UP = gettext_noop("The customer's mail server could not be reached for days.")

LONGEST = 200_000
_OURS = re.compile(
    r"(?:t[0-9]{1,18}|n[0-9]{1,18}\.[0-9]{1,18})\.[0-9]{1,18}\.[0-9a-f]{24}@[^\s<>\"]{1,255}", re.IGNORECASE
)
_STATUS = re.compile(r"(?<![\d.])([45])\.\d{1,3}\.\d{1,3}(?![\d.])")
_CODE = re.compile(r"(?:^|\D)([45]\d\d)[ -]")
_ADDRESS = re.compile(r"<?([^\s<>\"(),;:@]{1,64}@[^\s<>\"(),;:@]{1,253}[^\s<>\"(),;:@.])>?")
_REPORTER = re.compile(r"^(?:mailer-daemon|mail-daemon|postmaster|maildelivery|bounces?)\b", re.IGNORECASE)
_WORDS = (
    (
        NO_MAILBOX,
        r"user unknown|unknown (?:user|recipient)|no such (?:user|mailbox|recipient|address)|does(?:n't| not) exist|"
        r"couldn't be found|wasn't found|address (?:not found|rejected)|no mailbox|invalid recipient|disabled",
    ),
    (FULL, r"mailbox (?:is )?full|over quota|quota exceeded|exceeded (?:its|the) (?:storage|quota)"),
    (TOO_LARGE, r"too (?:large|big)|size limit"),
    (POLICY, r"spam|blocked|blacklist|policy|not authori[sz]ed"),
    (
        GAVE_UP,
        r"timed? ?out|could not connect|unreachable|retry time|expired|giving up|host (?:not found|unknown)",
    ),
)
_MEANINGS = [(reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _WORDS]


@dataclass(frozen=True, slots=True)
class Return:
    """What came back: `envelope_id`, `message` (ticket, message) or `notification` (ticket, agent, event) say of which
    mail of ours, and are signed; `failures` to whom it did not go ("" where that is not told) and why, none when it
    is only delayed."""

    envelope_id: int | None
    message: tuple[int, int] | None
    notification: tuple[int, int, int] | None
    failures: Mapping[str, DeliveryError]


def returned(mail: Mail, meta: Mapping[str, Any]) -> Return | None:
    """What the mail tells of one of ours that came back; None when it is another kind of mail."""
    reports = [one.data for one in mail.attachments if one.content_type == "message/delivery-status"]
    if not reports and not _is_reporters(mail, meta):
        return None
    envelope_id = signing.envelope_of_addresses(recipients(mail, meta))
    ids = [] if envelope_id else list(_ids(mail))
    message, notification = signing.message_of_ids(ids), signing.notification_of_ids(ids)
    if envelope_id is None and message is None and notification is None:
        return None
    about = (envelope_id, message, notification)
    told = [block for report in reports for block in _blocks(report)]
    if told:
        return Return(*about, dict(_failures(told)))
    failures = _failures_in_words(mail)
    return Return(*about, failures) if failures else None


def _is_reporters(mail: Mail, meta: Mapping[str, Any]) -> bool:
    return (
        meta.get("from") == ""
        or mail.headers.get("return-path", "").strip() == "<>"
        or "x-failed-recipients" in mail.headers
        or bool(_REPORTER.match(mail.sender.address))
    )


def _ids(mail: Mail) -> Iterable[str]:
    """The ids of ours that it names, of the returned mail itself or its headers first."""
    yield from (mail.in_reply_to, *reversed(mail.references))
    for one in mail.attachments:
        if one.content_type in ("message/rfc822", "text/rfc822-headers"):
            yield from _OURS.findall(one.data[:LONGEST].decode("latin-1"))
    yield from _OURS.findall(mail.text[:LONGEST])


def _blocks(report: bytes) -> list[dict[str, str]]:
    """The report's groups of fields, one a recipient, after the first, which is about the mail."""
    text = report[:LONGEST].decode("utf-8", "replace").replace("\r\n", "\n")
    groups = [re.sub(r"\n[ \t]+", " ", group) for group in re.split(r"\n[ \t]*\n", text)]
    read = [
        {
            name.strip().lower(): value.strip()
            for name, colon, value in (line.partition(":") for line in group.splitlines())
            if colon
        }
        for group in groups
    ]
    return [fields for fields in read if "final-recipient" in fields or "original-recipient" in fields]


def _failures(blocks: Iterable[dict[str, str]]) -> Iterable[tuple[str, DeliveryError]]:
    for fields in blocks:
        if fields.get("action", "failed").lower() != "failed":
            continue
        named = fields.get("original-recipient") or fields.get("final-recipient", "")
        address = named.partition(";")[2].strip().strip("<>") or named
        told = f"{fields.get('status', '')} {fields.get('diagnostic-code', '').partition(';')[2].strip()}".strip()
        yield address.lower(), meaning(told)


def _failures_in_words(mail: Mail) -> dict[str, DeliveryError]:
    """Of a report in prose, as Exim, qmail and old servers write it."""
    text = mail.text[:LONGEST].partition("\n------ This is a copy")[0]
    text = re.split(r"\n--- (?:Below this line|Enclosed|The header)", text)[0][:5_000]
    told = meaning(text)
    if not (
        _STATUS.search(text) or _CODE.search(text) or any(shape.search(text) for _why, shape in _MEANINGS)
    ):
        return {}
    named = [one.address for one in addresses(mail.headers.get("x-failed-recipients", "").encode())]
    named = named or _ADDRESS.findall(text)[:1]
    return {address.lower(): told for address in named} or {"": told}


def meaning(told: str) -> DeliveryError:
    """Why, in plain words; permanent only where no later try can help."""
    status, code = _STATUS.search(told), _CODE.search(told)
    detail = " ".join(told.split())[:500]
    if status and status[1] == "4":
        return DeliveryError(GAVE_UP, permanent=False, detail=detail)
    error = refusal(int(code[1]) if code and code[1][0] == "5" else 554, status[0] if status else "")
    in_words = next((reason for reason, shape in _MEANINGS if shape.search(told)), None)
    plain = error.reason if status and error.reason in (NO_MAILBOX, FULL, TOO_LARGE, POLICY) else in_words
    reason = plain or error.reason
    return DeliveryError(reason, permanent=reason == NO_MAILBOX, detail=detail)
