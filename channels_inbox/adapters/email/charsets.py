"""Bytes to words, whatever the label says. Pure, never raises, looks at a sample of long bodies only.

Labels lie: windows-1256 is sent as utf-8, utf-8 as iso-8859-1, GBK as gb2312, or nothing is said at all.
UTF-8 is believed when the bytes are valid UTF-8 (no other charset produces that by chance for long);
otherwise the label is, unless its words look like nothing while another charset's look like a language.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache

from channels_inbox.adapters.email.charset_labels import ALIASES, NOT_CHARSETS

SAMPLE = 16_384
"""Bytes a guess is made from."""

_SHIFTED = {"utf-7", "hz", "iso2022_jp_ext", "iso2022_jp", "iso2022_kr", "iso2022_jp_2", "utf-16", "utf-32"}
_WIDE = ("utf-16", "utf-32")
_UNFIT = re.compile("[\0\ud800-\udfff]+")


@dataclass(slots=True)
class Guesses:
    """What was guessed in one mail. A guess is slow, and a mail has one program and one charset: when `left` is
    spent, the last guess for the same label is believed."""

    left: int = 100_000
    """Bytes that may yet be looked at."""
    last: dict[str, str] = field(default_factory=dict)

    def guess(self, data: bytes, labelled: str) -> str:
        """The charset `data` is in although it is `labelled` otherwise; "" if the label may stand."""
        if self.left > 0 or labelled not in self.last:
            self.left -= min(len(data), SAMPLE)
            self.last[labelled] = _better_than(labelled, data) if labelled else _guess(data)
        return self.last[labelled]


_guesses: ContextVar[Guesses | None] = ContextVar("guesses", default=None)


@contextmanager
def one_mail() -> Iterator[None]:
    """All that is decoded inside is of one mail: its guesses are limited together."""
    token = _guesses.set(Guesses())
    try:
        yield
    finally:
        _guesses.reset(token)


def decode(data: bytes, label: str = "") -> str:
    """The words in `data`, said to be in charset `label`. NULs and lone surrogates are taken out."""
    if not data:
        return ""
    codec = _codec(label)
    if codec not in _SHIFTED and data.isascii() and b"\x1b" not in data and b"\0" not in data:
        return data.decode("ascii")
    text = _decoded(data, codec, _guesses.get() or Guesses())
    # Only charsets that shift can bring forth halves of letters.
    return _UNFIT.sub("", text) if codec in _SHIFTED or "\0" in text else text


def _decoded(data: bytes, codec: str, guesses: Guesses) -> str:
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    if codec.startswith(_WIDE):
        return data.decode(codec, "replace")
    if wide := _unmarked_utf16(data):
        return data.decode(wide, "replace")
    if codec in _SHIFTED:
        return data.decode(codec, "replace")
    if b"\x1b$" in data or b"\x1b(J" in data:
        return data.decode("iso2022_jp_ext", "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data, error.start):
            return data.decode("utf-8", "replace")
    else:
        high = len(data) - len(data.translate(None, _HIGH))
        if not _double_byte(codec) or high >= 6 or not codec:
            return text
    if codec in ("", "utf-8"):
        return data.decode(guesses.guess(data, "") or "cp1252", "replace")
    return data.decode(guesses.guess(data, codec) or codec, "replace")


_LOW = bytes(set(range(9)) | set(range(14, 27)) | set(range(28, 32)))


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark: every other byte is a small number, 0 for Latin letters and 6 for Arabic ones."""
    sample = data[:SAMPLE]
    if 0 not in sample or len(sample) < 8:
        return ""
    first, second = sample[::2], sample[1::2]
    for low, other, codec in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        if (
            len(low.translate(None, _LOW)) < len(low) * 0.1
            and len(other.translate(None, b"\0")) > len(other) * 0.8
        ):
            return codec
    return ""


_HIGH = bytes(range(128, 256))


def _mostly_utf8(data: bytes, broken_at: int) -> bool:
    """Whether `data` is UTF-8 with a few broken places: cut in the middle of a letter, or one foreign byte."""
    part = data[max(0, broken_at - 1_000) : broken_at + 1_000]
    text = part.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    plain = len(part.translate(None, _HIGH))
    sound = len(text) - broken - plain - len(re.findall(rb"[\x00-\x7f]+", part))
    return sound > 3 * broken


@lru_cache(maxsize=512)
def _codec(label: str) -> str:
    """Python's name of the charset `label` means; "" if it means none."""
    name = label.strip().strip("\"'").lower().split("$")[0].strip().lstrip("_")[:40]
    name = ALIASES.get(name, name)
    if not name:
        return ""
    for candidate in (
        name,
        re.sub(r"^(?:x-|cs|charset=)", "", name),
        re.sub(r"^(?:win|windows|cp)[-_ ]?(\d+)$", r"cp\1", name),
    ):
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if found._is_text_encoding and found.name.replace("-", "_") not in NOT_CHARSETS:
            return ALIASES.get(found.name, found.name)
    return ""


def _double_byte(codec: str) -> bool:
    return codec.startswith(("gb", "big5", "cp94", "cp93", "euc", "shift"))


_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإئ،؟پچژگک"
_CYRILLIC = "оеаинтсрвлкмдпу"
_CHINESE = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日请谢您单收货问题吗件公司"
)
_CHINESE_OLD = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事"
    "成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日請謝您單收貨問題嗎件公司"
)
_KOREAN = (
    "이다는을가에의고하지한를로은도사기서인리어시자대나해수일부정보여전과있그상장원주안아니합습요세문배송"
)
_LATIN = "éèàçäöüßñáíóúâêîôûøåæãõëïœ’‘“”–—«»…€£°·ÉÀÇÄÖÜ"
# Charset → the characters its languages use most, and the span of what else they use.
_LANGUAGES = (
    ("cp1256", _ARABIC, "\u060c\u06ff"),
    ("iso-8859-6", _ARABIC, "\u060c\u06ff"),
    ("cp1251", _CYRILLIC, "\u0400\u04ff"),
    ("koi8-r", _CYRILLIC, "\u0400\u04ff"),
    ("iso-8859-5", _CYRILLIC, "\u0400\u04ff"),
    ("gb18030", _CHINESE, "\u4e00\u9fff"),
    ("big5hkscs", _CHINESE_OLD, "\u4e00\u9fff"),
    ("cp932", "".join(map(chr, range(0x3041, 0x30FF))), "\u4e00\u9fff"),
    ("euc_jp", "".join(map(chr, range(0x3041, 0x30FF))), "\u4e00\u9fff"),
    ("cp949", _KOREAN, "\uac00\ud7a3"),
    ("cp1253", "αειοτνσηρπκμλςυάέίόύήώ", "\u0370\u03ff"),
    ("cp1255", "יוהלאמרתבשנדםפקעחכ", "\u0590\u05ff"),
    ("cp874", "านรอกเงมยลวดทสตะปบคหแจพช่้ัีิ็์ไใโ", "\u0e00\u0e7f"),
    ("cp1252", _LATIN, "\u00c0\u00ff"),
)
_COMMON = {codec: frozenset(common) for codec, common, _ in _LANGUAGES}
_SPAN = {codec: span for codec, _, span in _LANGUAGES}
_MIXED = re.compile(r"[A-Za-z](?=[^\x00-\xbf\u2000-\u2fff])|[^\x00-\xbf\u2000-\u2fff](?=[A-Za-z])")
_PUNCTUATION = frozenset("،؛؟«»“”‘’–—…。，、？！：（）「」 \xa0\u200c\u200f\u200e•№")


def _guess(data: bytes) -> str:
    """The charset whose words look most like a language; "" if none does."""
    sample = _sample(data)
    scores = [(_likeness(sample, codec), -rank, codec) for rank, (codec, _, _) in enumerate(_LANGUAGES)]
    best = max(scores)
    return best[2] if best[0] > 0.2 else ""


def _better_than(codec: str, data: bytes) -> str:
    """Another charset than the labelled one, if it makes a language of what the label makes noise of."""
    sample = _sample(data)
    labelled = _likeness(sample, codec)
    if labelled >= 0.5 or len(sample.translate(None, _HIGH)) > len(sample) - 4:
        return ""
    guessed = _guess(data)
    return guessed if guessed and _likeness(sample, guessed) > labelled + 0.3 else ""


def _sample(data: bytes) -> bytes:
    if len(data) <= SAMPLE:
        return data
    first = re.search(rb"[\x80-\xff]", data)
    start = max(0, first.start() - 1000) if first else 0
    return data[start : start + SAMPLE]


def _likeness(sample: bytes, codec: str) -> float:
    """How much the foreign letters of `sample` in `codec` look like a language: 1 and more yes, 0 and less no."""
    text = sample.decode(codec, "replace")
    letters = {letter: count for letter, count in Counter(text).items() if letter > "\x7f"}
    foreign = sum(letters.values())
    if not foreign:
        return 0.0
    common = _COMMON.get(codec, _COMMON["cp1252"])
    first, last = tuple(_SPAN.get(codec, "\u00c0\u024f"))
    score = 0.0
    for letter, count in letters.items():
        if letter in common:
            score += count
        elif first <= letter <= last:
            score += 0.25 * count
        elif letter in _PUNCTUATION:
            score += 0.5 * count
        elif letter == "\ufffd" or "\x80" <= letter <= "\x9f" or "\ue000" <= letter <= "\uf8ff":
            score -= 2 * count
        else:
            score -= 0.6 * count
    score /= foreign
    if last <= "\u024f":
        # European languages have a few letters above ASCII; a text of little else is another script in disguise.
        plain = sum(character.isalpha() for character in text if character < "\x80")
        if foreign > max(2, plain * 0.6):
            score -= 0.8
    elif last < "\u0e80":
        # No word is half in one alphabet and half in another.
        score -= min(0.8, 2 * len(_MIXED.findall(text)) / foreign)
        score += min(0.3, 3 * text.count("ال") / foreign)
    return score
