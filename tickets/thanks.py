"""Whether a message only says thanks."""

from text.normalise import fold

THANKS = """
    thanks thank thankyou thx ty cheers appreciated merci
    شكرا شكر مشكور مشكورة مشكورين تسلم تسلمي تسلمون ممنون
    ممنونم متشکرم مرسی سپاس سپاسگزارم تشکر
"""
AROUND = """
    you very much so a lot many again all for the your help great perfect ok okay that s it was is works now bye
    best regards kind and dear team really
    لك لكم جزيلا كثيرا جدا على مساعدتكم المساعدة المساعده الله يعطيك العافية تمام ممتاز حبيبي يا كل الشكر الف
    از شما خیلی بابت کمک تان کمکتان کمکتون راهنماییتان پاسختان با لطفتان لطف شدم عالی بود خوب حل شد زیاد دستتون درد
    نکنه
"""
_THANKS = frozenset(fold(word) for word in THANKS.split())
_AROUND = frozenset(fold(word) for word in AROUND.split())


def is_mere_thanks(text: str) -> bool:
    """True for a short message of thanks with nothing asked and nothing added."""
    if "?" in text or "؟" in text or len(text) > 120:
        return False
    words = "".join(char if char.isalnum() else " " for char in fold(text)).split()
    return not _THANKS.isdisjoint(words) and _THANKS.union(_AROUND).issuperset(words)
