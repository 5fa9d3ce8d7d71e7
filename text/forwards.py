"""Mails that were passed on: told by their subject, and taken apart into what was said before and what was passed on."""

import re

_MARK = (
    r"fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|ilt|továbbítás|пересл|"
    r"إعادة توجيه|اعادة توجيه|محول|محوّل|تحويل|هدایت|بازارسال|ارسال مجدد|فوروارد|转发|轉寄|転送"
)
_SUBJECT = re.compile(
    rf"^\s*(?:(?:re|aw|رد|پاسخ)\s*:\s*)?(?:\[[^\]]{{1,40}}\]\s*)?({_MARK})\s*[:：]\s*", re.IGNORECASE
)


def is_forward(subject: str) -> bool:
    """Whether the subject says so, in the ways of the mail programs of many languages."""
    return bool(_SUBJECT.match(subject))


def without_mark(subject: str) -> str:
    """The subject of what was passed on."""
    while found := _SUBJECT.match(subject):
        subject = subject[found.end() :]
    return subject.strip()
