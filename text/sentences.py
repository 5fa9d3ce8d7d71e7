"""The first thing that somebody says beyond a greeting: what a conversation without a subject is called after."""

import re

from text.normalise import fold

LONGEST = 90
"""Characters of a name that can be taken in at a glance."""

GREETINGS = """
    hi hii hello helo hey heya hiya yo greetings salam salaam salams dear morning afternoon evening howdy marhaba
    سلام درود سلامم علیک علیکم السلام عليكم وعليكم وعلیکم والسلام مرحبا مرحبتين اهلا اهلين هلا هلو الو صباح مساء
    تحية حياكم هاي
"""
AROUND = """
    good day night to you there all everyone everybody team sir madam sirs mr mrs ms folks guys friend friends support
    anyone anybody somebody someone is are u how doing do today a the again please ok okay
    وقت بخیر روز شب عصر صبح بخير بهخیر خسته نباشید نباشيد خوبید خوبی حالتان حالتون چطوره چطورید چطور است هستید احوال شما
    دوستان عزیز گرامی همکار همکاران پشتیبانی جناب خانم اقا آقا کسی کسی هست اینجا
    الخير النور ورحمة الله وبركاته و رحمة بركاته وسهلا سهلا بكم بك بكم فيكم كيف حالكم حالك الحال شلونكم شلونك اخي اختي
    استاذ سيدي سيدتي يا هل احد احدكم هنا موجود حد من فضلك لو سمحت سمحتم طيب طاب مساؤكم يومكم السادة الكرام عزيزي
    العزيز فريق الدعم
"""
_GREETINGS = frozenset(fold(word) for word in GREETINGS.split())
_AROUND = frozenset(fold(word) for word in AROUND.split())

_SENTENCE_END = re.compile(r"(?<=[.!?؟۔…。！？])\s+|\n+")
_CLAUSE_END = re.compile(r"[,،;؛:]\s*")
_COMMAND = re.compile(r"^\s*/[a-z]\w*(@\w+)?\b", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")
_EDGES = " \t,،;؛:.。-–—*_~`\"'«»"


def first_sentence(text: str) -> str:
    """At most LONGEST characters of the first sentence that is more than a greeting; nothing where there is none."""
    for sentence in _SENTENCE_END.split(_COMMAND.sub(" ", text[:4000])):
        said = _without_greeting(" ".join(sentence.split()))
        if said and not _is_greeting(said):
            return _short(said)
    return ""


def _without_greeting(sentence: str) -> str:
    """“Hello there, my order is late” is about the order."""
    for clause_end in _CLAUSE_END.finditer(sentence):
        rest = sentence[clause_end.end() :]
        if not _is_greeting(sentence[: clause_end.start()]) or not _WORD.search(rest):
            break
        if not _is_greeting(rest):
            return rest.strip(_EDGES)
    return sentence.strip(_EDGES)


def _is_greeting(words: str) -> bool:
    """Whether it says nothing yet: greetings with what stands around them, or no words at all."""
    said = _WORD.findall(fold(words))
    return _AROUND.union(_GREETINGS).issuperset(said)


def _short(sentence: str) -> str:
    if len(sentence) <= LONGEST:
        return sentence
    cut = sentence[:LONGEST]
    return f"{cut[: cut.rfind(' ') if ' ' in cut[LONGEST // 2 :] else LONGEST].rstrip(_EDGES)}…"
