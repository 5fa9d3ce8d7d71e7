"""How mail programs announce that what follows was written before: told line by line, in many languages.

Three shapes: a sentence ("On Monday Dora wrote:"), a block of headers ("From: … Sent: … Subject: …"), and lines
that begin with ">". A forwarded mail is none of them: its sender wants it read.
"""

import re
from collections.abc import Sequence

OWN, QUOTE, SIGNATURE = "own", "quote", "signature"

_MARKS = (
    0x00AD,
    0x061C,
    0x200B,
    *range(0x200D, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
_UNSEEN: dict[int, str | None] = dict.fromkeys(_MARKS)
_UNSEEN |= {0x00A0: " ", 0x202F: " ", 0x2009: " "}
_STEERED = re.compile(f"[{''.join(map(chr, _UNSEEN))}]")

_VERB = re.compile(
    r"(?:\b(?:wrote|sent|writes|schrieb|a écrit|a ecrit|escribió|escribio|escreveu|ha scritto|schreef|napisał\w*|pisze|"
    r"skrev|yazdı|написал\w*|написа\w*|пишет|пише|đã viết|menulis|kirjoitti|napsal\w*|a scris|írta|έγραψε)\b"
    r"|wrote\s*:|تمت كتابة ما يلي|\bكتبت?\b|نوشت(?:ه|ند)?\b|写道|寫道|書きました|のメール|작성|님이)",
    re.IGNORECASE,
)
_START = re.compile(
    r"^[\s\-–—*>]*(?:on|le|am|el|em|il|op|w dniu|dnia|den|vào|pada|dne|la|på|em|a|в|ons?dag|"
    r"mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"في|بتاريخ|يوم|وفي|بـ|ب|در|روز|در تاریخ|به تاریخ|在|\d{1,4})(?=[\s,.،:/年月-]|在?\d{4}|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_IN_BRACKETS = re.compile(
    r"<\s*(?:mailto:)?[^\s<>@]*@[^\s<>@]+\s*>|\[mailto:[^\]\s]+\]|\(\s*[^\s()@]+@[^\s()@]+\s*\)"
)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:٫.]\s?\d{2}(?!\d)")
_END = re.compile(r"(?:[:：]|[-–—]{2,})[\s*_\"”»>]*$")
_NAMED = re.compile(r"^[^<>\n]{2,80}<[^\s<>@]+@[^\s<>@]+>")
_DASHED = re.compile(r"^[-–—]{3,}.{1,200}?(?:wrote|كتب|نوشت)\s*:?\s*[-–—]{3,}$", re.IGNORECASE)

_ORIGINAL = (
    "original message|original appointment|reply message|reply above this line|اكتب ردك فوق هذا السطر|"
    "پاسخ خود را بالای این خط بنویسید|"
    "originalnachricht|ursprüngliche nachricht|message d['’]origine|message original|mensaje original|"
    "mensagem original|messaggio originale|oorspronkelijk bericht|originalmeddelande|ursprungligt meddelande|"
    "oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|"
    "původní zpráva|özgün ileti|orijinal mesaj|исходное сообщение|оригинальное сообщение|"
    "الرسالة الأصلية|الرسالة الاصلية|رسالة أصلية|رسالة اصلية|النص الأصلي|پیام اصلی|پيام اصلي|متن اصلی|"
    "原始邮件|原始郵件|元のメッセージ|원본 메시지|원본 메일"
)
_SEPARATOR = re.compile(rf"^[\s*]*[-–—_=]{{2,}}[\s*]*(?:{_ORIGINAL})[\s*:]*[-–—_=]{{2,}}", re.IGNORECASE)
_FORWARD = re.compile(
    r"^[\s*]*(?:[-–—_=]{2,}[\s*]*(?:forwarded message|forwarded by|weitergeleitete nachricht|message transféré|"
    r"mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|пересылаемое сообщение|"
    r"пересланное сообщение|iletilmiş mesaj|رسالة معاد توجيهها|رسالة مُعاد توجيهها|الرسالة المعاد توجيهها|رسالة محولة|"
    r"پیام هدایت ?شده|پیام بازارسال ?شده|پیام فوروارد ?شده|转发邮件|轉寄郵件)"
    r"|begin forwarded message\s*:|بدء الرسالة المعاد توجيهها\s*:|شروع پیام هدایت ?شده\s*:|début du message réexpédié\s*:)",
    re.IGNORECASE,
)

# First letters, so that most lines are spared the patterns.
_DRAWN = frozenset("-–—_=*")
_DRAWN_OR_BEGIN = _DRAWN | frozenset("bBdDبش")

_LABELS = {
    "from": "from|de|von|da|van|från|fra|od|kimden|от|отправитель|发件人|寄件者|差出人|보낸 사람|"
    "من|المرسل|المُرسِل|از|فرستنده",
    "sent": "sent|envoyé|gesendet|enviado|enviada em|inviato|verzonden|skickat|sendt|wysłano|gönderildi|отправлено|"
    "发送时间|寄件日期|送信日時|보낸 날짜|تم الإرسال|تم الارسال|أُرسلت|أرسلت|ارسلت|تاريخ الإرسال|مرسل|مُرسَل|تاریخ ارسال|"
    "ارسال شده|ارسال‌شده|زمان ارسال|ارسال",
    "date": "date|datum|fecha|data|tarih|дата|日期|日付|날짜|التاريخ|تاريخ|تاریخ|زمان",
    "to": "to|à|an|para|a|aan|till|til|do|kime|кому|收件人|收件者|宛先|받는 사람|إلى|الى|المرسل إليه|به|گیرنده",
    "cc": "cc|kopie|kopia|copie|копия|抄送|副本|참조|نسخة|نسخة إلى|رونوشت|کپی",
    "subject": "subject|objet|betreff|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|konu|тема|主题|主旨|件名|제목|"
    "الموضوع|موضوع",
}
_LABEL = re.compile(
    r"^[\s*_|>]*(?:" + "|".join(f"(?P<{kind}>{names})" for kind, names in _LABELS.items()) + r")[\s*_]*[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s*]{0,9}[_\-=*─–—]{5,300}[\s*]{0,9}$")
_QUOTED = re.compile(r"^\s{0,4}[>›|](?!.*<<)")
_ARROWS = re.compile(r"^\s{0,4}>.*<<")

_DEVICES = (
    "iphone|ipad|ipod|blackberry|android|samsung|galaxy|huawei|xiaomi|redmi|honor|oppo|nokia|windows phone|"
    "windows 10|windows 11|mail for windows|smartphone|smart phone|mobile|mobile device|phone|handheld|tablet|device|"
    "outlook|yahoo mail|yahoo|gmail|aol|hotmail|proton mail|protonmail|mail\\.ru|yandex|thunderbird|sparrow|acompli|"
    "آيفون|ايفون|آيباد|ايباد|سامسونج|سامسونغ|هاتفي|جوالي|جهازي|هاتف|أندرويد|اندرويد|ياهو|أوتلوك|"
    "آیفون|آیپد|سامسونگ|اندروید|گوشی|موبایل|یاهو|هواوی|شیائومی|تلفن"
)
_SENT_FROM = re.compile(
    rf"^[\s*_\"(]*(?:(?:sent|posted|written) (?:from|via|with|by|using)(?: \S+){{0,6}}? ?(?:{_DEVICES})(?: \S+){{0,4}}"
    rf"|get outlook for \w+.*|sent with \S+.{{0,60}}|yahoo mail: search, organize, conquer.{{0,60}}"
    rf"|(?:[أا]ُ?رسلت|تم الإ?[إا]?رسال|تم إرسالها?|مرسل[ةه]?|مُرسل[ةه]?|المرسل)(?: هذه الرسالة)? (?:من|بواسطة|عبر|باستخدام)"
    rf"(?: \S+){{0,4}}|احصل على outlook.{{0,80}}"
    rf"|(?:ارسال شده|ارسال‌شده|فرستاده شده|فرستاده‌شده|ارسال) (?:از|توسط|با)(?: \S+){{0,5}}"
    rf"|از (?:\S+ ){{1,4}}(?:ارسال|فرستاده) ?(?:شد|شده|شده است|می‌شود)|دریافت outlook.{{0,80}}"
    rf"|(?:envoyé|gesendet|von meinem|enviado|inviato|verzonden|отправлено) (?:\S+ ){{0,4}}(?:{_DEVICES})(?: \S+){{0,3}})"
    rf"[\s*_\")]*$",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^(?:-- ?|—|– ?|--\s*)$")
LONGEST_SIGNATURE = 14
"""Lines with words: more than these after "--" are no signature."""

_MOST_ATTRIBUTION_LINES = 5


def bare(line: str) -> str:
    """`line` without the marks that only steer its display."""
    # To look for them takes a tenth of the time of `translate`, and few lines have any.
    return (line.translate(_UNSEEN) if _STEERED.search(line) else line).strip()


def is_forward_line(line: str) -> bool:
    """Whether `line` begins a forwarded mail."""
    return line[:1] in _DRAWN_OR_BEGIN and bool(_FORWARD.match(line))


def is_rule(line: str) -> bool:
    """Whether `line` is nothing but a line drawn across."""
    return bool(_RULE.match(line))


def header(line: str) -> tuple[str, str]:
    """(kind, value) of a line such as "From: Dora <dora@shop.example>", in many languages: "from", "sent", "date",
    "to", "cc" or "subject"; ("", "") for any other."""
    found = _LABEL.match(line)
    return (found.lastgroup or "", line[found.end() :].strip(" \t*")) if found else ("", "")


def is_separator(line: str) -> bool:
    """Whether `line` announces, in words between dashes, that what follows was written before."""
    return line[:1] in _DRAWN and bool(_SEPARATOR.match(line))


def labels(lines: Sequence[str]) -> list[str]:
    """For each line whose it is: `OWN` words of the sender, `QUOTE`d history (with the line that announces it), or
    the sender's `SIGNATURE`. Blank lines are of the kind before them."""
    plain = [bare(line) for line in lines]
    found = [OWN] * len(lines)
    own_before = False
    at = 0
    while at < len(lines):
        line = plain[at]
        if not line:
            found[at] = found[at - 1] if at else OWN
        elif _QUOTED.match(line) and not _ARROWS.match(line):
            found[at] = QUOTE
        elif is_forward_line(line):
            break
        elif own_before and (is_separator(line) or is_header_block(plain, at)):
            _rest(found, plain, at)
            break
        elif length := attribution(plain, at):
            after = _next_words(plain, at + length)
            if after is not None and _QUOTED.match(plain[after]):
                found[at : after + 1] = [QUOTE] * (after + 1 - at)
                at = after
            elif own_before and _is_certain(" ".join(plain[at : at + length])):
                _rest(found, plain, at)
                break
            else:
                own_before = True
        else:
            own_before = True
        at += 1
    _mark_signature(found, plain)
    return found


def _rest(found: list[str], plain: Sequence[str], at: int) -> None:
    """From line `at` on all is history, and so is the rule drawn above it."""
    above = at
    while above > 0 and (not plain[above - 1] or _RULE.match(plain[above - 1])):
        above -= 1
        if plain[above]:
            at = above
    found[at:] = [QUOTE] * (len(found) - at)


def _next_words(plain: Sequence[str], at: int) -> int | None:
    for place in range(at, min(at + 8, len(plain))):
        if plain[place]:
            return place
    return None


def attribution(plain: Sequence[str], at: int) -> int:
    """How many lines from `at` on say "On … Dora wrote:"; 0 if none do."""
    dashed = plain[at].startswith(("--", "–", "—"))
    if not dashed and not _START.match(plain[at]) and not _NAMED.match(plain[at]):
        return 0
    joined = ""
    for length in range(1, _MOST_ATTRIBUTION_LINES + 1):
        if at + length > len(plain):
            return 0
        part = plain[at + length - 1]
        joined = f"{joined} {part}".strip()
        if len(joined) > 500 or (length > 1 and (_QUOTED.match(part) or _RULE.match(part))):
            return 0
        if (_END.search(part) or part.endswith(">")) and _is_attribution(joined, plain, at + length):
            # "On it!" above "On Monday … wrote:" is not part of it.
            later = (" ".join(plain[place : at + length]) for place in range(at + 1, at + length))
            return (
                0
                if any(_START.match(line) and _is_attribution(line, plain, at + length) for line in later)
                else length
            )
    return 0


def _is_attribution(line: str, plain: Sequence[str], after: int) -> bool:
    if _DASHED.match(line):
        return True
    if not any(map(str.isdigit, line)) and not _NAMED.match(line):
        return False
    starts, verb, ends = _START.match(line), _VERB.search(line), _END.search(line)
    if ends and verb and (starts or _NAMED.match(line)):
        return True
    if not (starts and _YEAR.search(line) and _IN_BRACKETS.search(line)):
        return False
    if ends:
        return True
    following = _next_words(plain, after)
    return following is not None and bool(_QUOTED.match(plain[following])) and line.endswith(">")


def _is_certain(line: str) -> bool:
    """Whether an announcement without ">" below it can be nothing else: it names an address, or a date and hour."""
    return bool(_ADDRESS.search(line) or _DASHED.match(line) or (_YEAR.search(line) and _TIME.search(line)))


def is_header_block(plain: Sequence[str], at: int) -> bool:
    """Whether the headers of an earlier mail stand from line `at` on: three kinds of them within ten lines, From
    among them, and a sign that it is a mail and not a journey from one town to another on some date."""
    if (":" not in plain[at][:40] and "：" not in plain[at][:40]) or not _LABEL.match(plain[at]):
        return False
    kinds: set[str] = set()
    address = False
    others = 0
    for line in plain[at : at + 14]:
        label = _LABEL.match(line)
        if label:
            kinds.add(label.lastgroup or "")
            others = 0
            address = address or "@" in line
        elif line:
            others += 1
            address = address or ("@" in line and others == 1)
            if others > 2:
                break
    return len(kinds) >= 3 and "from" in kinds and (address or bool(kinds & {"subject", "sent"}))


def _mark_signature(found: list[str], plain: Sequence[str]) -> None:
    own = [place for place, kind in enumerate(found) if kind == OWN and plain[place]]
    for order, place in enumerate(own):
        if order and len(plain[place]) < 150 and _SENT_FROM.match(plain[place]):
            found[place] = SIGNATURE
        elif _DASHES.match(plain[place]) and order and len(own) - order - 1 <= LONGEST_SIGNATURE:
            for line in range(place, own[-1] + 1):
                found[line] = SIGNATURE if found[line] == OWN else found[line]
            return
        elif (
            order
            and re.match(r"^_{20,}$", plain[place])
            and len(own) - order - 1 <= 6
            and any("://" in plain[line] or "@" in plain[line] for line in own[order + 1 :])
        ):
            for line in own[order:]:
                found[line] = SIGNATURE
            return
