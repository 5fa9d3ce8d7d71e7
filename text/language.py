"""Which language a text is in, and which way it runs. No network, no model until Arabic letters leave a doubt."""

import re
import threading
import unicodedata
from functools import lru_cache

LOOKED_AT = 2_000
"""Characters: enough to be sure, and quick for any length."""

_ARABIC_SCRIPT = re.compile(
    r"[\u0620-\u063F\u0641-\u064A\u066E-\u06D3\u06D5\u06EE-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFC]"
)
_LATIN = re.compile(r"[A-Za-z\u00C0-\u024F\u1E00-\u1EFF]")
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|<[^<>]{0,200}>")
# Letters one of the two languages does not write. Arabic keyboards give Persians ي and ك, so these prove nothing.
_PERSIAN_ONLY = re.compile("[پچژگ]|[\u06cc\u06a9]")
_ARABIC_ONLY = re.compile("[ةىأإؤ]|\\bال")
_NEITHER = re.compile("[ٹڈڑںےہھۓێۆڵڕەټډړږښڼۍې]")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_WORDS = (
    "the and is are was were you your i my me it to of for in on with not have has had this that please can could "
    "will would be been hello hi dear thanks thank regards order help when what how why where do does did am an a "
    "we our they from at or but if so no yes need want get got"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
# Frequent words that English does not have, of the languages that share its alphabet.
_OTHER_WORDS = (
    "le la les des une est et je vous nous pas que qui dans pour sur avec bonjour merci cette mon ma mes votre du au "
    "der das und ist nicht ich sie mit für auf ein eine wir bitte danke hallo habe den dem zu von wie kann mein meine "
    "el los las una es por para con no gracias hola pero como está mi su del al qué usted tengo favor "
    "il che di per non sono ciao grazie una della mio ho "
    "o os as um uma não obrigado você meu minha olá "
    "ve bir bu için değil merhaba teşekkürler çok ben siz var mı lütfen "
    "het een niet ik u van met voor maar dank och att det jag inte som är tack nie jest się dziękuję proszę na w "
    "dan yang di untuk tidak saya terima kasih ini"
)
_OTHERS = frozenset(_OTHER_WORDS.split()) - _ENGLISH


def detect(text: str) -> str:
    """One of "ar", "fa", "en", or "" for anything else or nothing to tell by.

    The script decides first (addresses and tags left out). Arabic script: letters only Arabic or only Persian
    writes, then a model of these two; Urdu, Pashto and Kurdish letters give "". Latin script: "en" unless
    frequent words of other languages outnumber the English ones."""
    text = _NOISE.sub(" ", text[:LOOKED_AT])
    arabic, latin = len(_ARABIC_SCRIPT.findall(text)), len(_LATIN.findall(text))
    letters = sum(map(str.isalpha, text))
    if arabic and arabic >= letters * 0.3:
        return _arabic_or_persian(text)
    if latin and latin >= letters * 0.6:
        return _english_or_not(text)
    return ""


def direction(text: str) -> str:
    """Either "rtl" or "ltr" by the first strong character, as HTML's `dir="auto"` does; "ltr" when there is none."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return "ltr"


def _arabic_or_persian(text: str) -> str:
    if len(_NEITHER.findall(text)) > 1:
        return ""
    persian, arabic = len(_PERSIAN_ONLY.findall(text)), len(_ARABIC_ONLY.findall(text))
    if persian and not arabic:
        return "fa"
    if arabic and not persian:
        return "ar"
    return _model_says(text[:500])


def _english_or_not(text: str) -> str:
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _OTHERS for word in words)
    return "" if others > english else "en"


_lock = threading.Lock()


def _model_says(text: str) -> str:
    with _lock:
        language = _model().detect_language_of(text)
    return language.iso_code_639_1.name.lower() if language else ""


@lru_cache(maxsize=1)
def _model():
    # Loaded at the first doubt, not with the module: it costs a process memory it may never need.
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(Language.ARABIC, Language.PERSIAN).build()
