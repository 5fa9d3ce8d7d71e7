"""Dates as mail programs write them, also without a zone or in local words."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_MONTHS = {
    "jan": "janvier januar enero gennaio janeiro ocak januari يناير كانون_الثاني ژانویه янв",
    "feb": "février fevrier februar febrero febbraio fevereiro şubat februari فبراير شباط فوریه фев",
    "mar": "mars märz marz maerz marzo março marco mart maart مارس آذار мар",
    "apr": "avril abril aprile nisan أبريل ابريل نيسان آوریل апр",
    "may": "mai mayo maggio maio mayıs mei مايو أيار مه май мая",
    "jun": "juin juni junio giugno junho haziran يونيو حزيران ژوئن июн",
    "jul": "juillet juli julio luglio julho temmuz يوليو تموز ژوئیه июл",
    "aug": "août aout agosto ağustos augustus أغسطس اغسطس آب اوت авг",
    "sep": "septembre septiembre settembre setembro eylül september سبتمبر أيلول سپتامبر сен",
    "oct": "octobre oktober octubre ottobre outubro ekim أكتوبر اكتوبر تشرين_الأول اکتبر окт",
    "nov": "novembre noviembre novembro kasım نوفمبر تشرين_الثاني نوامبر ноя",
    "dec": "décembre decembre dezember diciembre dicembre dezembro aralık ديسمبر كانون_الأول دسامبر дек",
}
_MONTH_OF = {word.replace("_", " "): month for month, others in _MONTHS.items() for word in others.split()}
_NUMBER_OF = {month: number for number, month in enumerate(_MONTHS, 1)} | {"sept": 9}
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ,]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_DAY_FIRST = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})[ ,]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_WORDED = re.compile(
    r"\b(\d{1,2})\.?[ -]+(?:de )?([^\W\d_]+)\.?,?[ -]+(?:de )?(\d{4})[ ,]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_ZONE = re.compile(r"(?:^|[\s\d])([+-])(\d{2}):?(\d{2})\b")


def sent_at(value: str) -> datetime | None:
    """The moment a Date field names, aware; without a zone it is read as UTC. None if it names none in 1970–2100."""
    value = " ".join(value[:200].translate(_DIGITS).split())
    if not value:
        return None
    try:
        moment = _standard(value) or _local(value)
        return moment if moment and 1970 <= moment.astimezone(UTC).year <= 2100 else None
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError):
        return None


def _standard(value: str) -> datetime | None:
    if re.match(r"\d{4}-", value):
        return None
    parsed = parsedate_tz(value)
    if not parsed:
        return None
    offset = parsed[9] or 0
    zone = timezone(timedelta(seconds=offset)) if abs(offset) <= 15 * 3600 else UTC
    second = min(parsed[5], 59)
    return datetime(*parsed[:5], second, tzinfo=zone)


def _local(value: str) -> datetime | None:
    if found := _ISO.search(value):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.search(value):
        year, month, day = int(found[3]), int(found[2]), int(found[1])
        if month > 12:
            month, day = day, month
    elif found := _WORDED.search(_with_english_months(value)):
        year, month, day = int(found[3]), _NUMBER_OF.get(found[2].lower()[:3], 0), int(found[1])
    else:
        return None
    hour, minute, second = (int(found[place] or 0) for place in (4, 5, 6))
    zone = UTC
    if offset := _ZONE.search(value[found.end() - 1 :]):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        zone = timezone(-span if offset[1] == "-" else span)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)


def _with_english_months(value: str) -> str:
    lower = value.lower()
    for word, month in _MONTH_OF.items():
        if word in lower:
            return re.sub(rf"{re.escape(word)}\w*", month, lower, count=1)
    return lower
