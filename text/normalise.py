"""Folding: one spelling for what readers take for the same word, so that search finds it.

`fold` is for comparing and for trigram columns, `search_text` for what goes into a `simple` tsvector,
`query_terms` for what is asked of it. Whatever changes the result raises `FOLD_VERSION`: stored search
text of an older version is then rebuilt.
"""

import re
import unicodedata

FOLD_VERSION = 1

LONGEST_TEXT = 200_000
"""Characters of search text. PostgreSQL refuses a tsvector over 1 MB."""

LONGEST_BYTES = 400_000
"""UTF-8 bytes of search text: even unique three-byte words, each with its position, then stay below 1 MB."""

LONGEST_WORD = 255
"""Characters of a word, at most 1,020 bytes: PostgreSQL ignores words of 2,047 bytes and more."""

MOST_TERMS = 16

_MARKS = (
    (0x0300, 0x036F),  # Latin, Greek, Cyrillic
    (0x0591, 0x05BD),  # Hebrew points
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C7),
    (0x0610, 0x061A),  # Arabic
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0898, 0x089F),
    (0x08CA, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
)
_UNSEEN = (
    (0x0000, 0x0008),
    (0x000E, 0x001F),
    (0x007F, 0x007F),
    (0x00AD, 0x00AD),  # soft hyphen
    (0x061C, 0x061C),  # Arabic letter mark
    (0x0640, 0x0640),  # tatweel
    (0x180B, 0x180F),
    (0x200B, 0x200F),  # zero-width characters and bidi marks, ZWNJ among them
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xD800, 0xDFFF),  # lone surrogates: no database takes them
)
_LETTERS = {
    "ٱ": "ا",
    "ٲ": "ا",
    "ٳ": "ا",
    "ٵ": "ا",
    "ء": "",
    "ٴ": "",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ۍ": "ي",
    "ک": "ك",
    "ڪ": "ك",
    "ة": "ه",
    "ۃ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "٫": ".",
    "٬": ",",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ŋ": "n",
    "ŧ": "t",
    "ß": "ss",
}
_ZEROS: tuple[int, ...] = (
    0x0660,
    0x06F0,
    0x07C0,
    0x0966,
    0x09E6,
    0x0A66,
    0x0AE6,
    0x0B66,
    0x0BE6,
    0x0C66,
    0x0CE6,
    0x0D66,
    0x0E50,
)
_ZEROS += (0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810)


class _Folded(dict):
    """Each character's folded form, found when it is first met: `str.translate` then runs at the speed of C."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        if plain != chr(code):
            plain = plain.translate(self)
        self[code] = plain = unicodedata.normalize("NFKC", plain)
        return plain


class _Spaced(dict):
    """Letters, digits and the marks that belong to them as they are, all else as a space."""

    def __missing__(self, code: int) -> int:
        # Marks of Indic and South-East Asian scripts are part of the word although Python counts them no letters.
        kept = chr(code).isalnum() or any(first <= code <= last for first, last in _WORD_MARKS)
        self[code] = spaced = code if kept else 32
        return spaced


_FOLDED = _Folded({code: "" for first, last in (*_MARKS, *_UNSEEN) for code in range(first, last + 1)})
_FOLDED.update({ord(letter): plain for letter, plain in _LETTERS.items()})
_FOLDED.update({zero + digit: str(digit) for zero in _ZEROS for digit in range(10)})
_WORD_MARKS = ((0x0900, 0x0DFF), (0x0E00, 0x109F), (0x1780, 0x17FF), (0x3099, 0x309A))
_SPACED = _Spaced()
_ARTICLE = re.compile(r"(?:[وف]?[بك]?ال|[وف]?لل)(\w{3,})")


def fold(text: str) -> str:
    """`text` in one spelling: case, Latin accents, Arabic vowels and joiners, forms of hamza, alef, ya, kaf and
    ta marbuta, and all digits made alike; controls removed. White space and punctuation stay. Folding twice
    changes nothing more."""
    plain = text.translate(_FOLDED)
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


def search_text(*parts: str) -> str:
    """The words of all `parts`, folded, single spaces between them, Arabic words with an article once more
    without it. Safe for `to_tsvector('simple', …)`: within the lengths above, no NUL, no punctuation from which
    PostgreSQL would read hosts, paths and signs."""
    # Cut before the work as well: a 20 MB body is not folded to keep its first hundredth.
    raw = "\n".join(part[: 2 * LONGEST_TEXT] for part in parts if part)[: 2 * LONGEST_TEXT]
    words = [word[:LONGEST_WORD] for word in fold(raw).translate(_SPACED).split()]
    text = " ".join(words)
    if not text.isascii():
        text = " ".join(both for word in words for both in (word, _without_article(word)) if both)
        text = text[:LONGEST_TEXT].encode()[:LONGEST_BYTES].decode(errors="ignore")
    return text[:LONGEST_TEXT].rstrip()


def query_terms(text: str) -> list[str]:
    """The words to look for, as `search_text` stores them: folded, each once, at most 16, of letters and digits
    only, so that `" & ".join(f"{term}:*" for term in terms)` is always a valid tsquery."""
    words = fold(text[:1000]).translate(_SPACED).split()
    return list(dict.fromkeys((_without_article(word) or word)[:LONGEST_WORD] for word in words))[:MOST_TERMS]


def _without_article(word: str) -> str:
    # "الطلب", "والطلب" and "للطلب" are all found by "طلب"; the prefixes are one letter to four.
    found = _ARTICLE.fullmatch(word) if "ل" in word[:5] else None
    return found[1] if found else ""
