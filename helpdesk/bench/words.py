"""Words for tickets that nobody wrote: three languages, some words in every third message, most of them seldom."""

import random
from itertools import accumulate

COMMON = "order"
RARE = "zirconium"
RARE_EVERY = 8_000  # messages

_KNOWN = f"""{COMMON} grinder kettle filter delivery invoice return lid broken coffee thanks please parcel machine water
when still again address week today price new lost email phone received loud warranty spare part clean pressure beans
طلب قهوة مطحنة شحنة فاتورة مكسور غطاء شكرا أين متى آلة ضمان استرجاع جديد عنوان اليوم ماء فلتر
سفارش قهوه آسیاب ارسال فاکتور شکسته درپوش ممنون کجا چه زمانی دستگاه گارانتی مرجوعی تازه نشانی امروز آب""".split()
_SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo wu xa ye zi lo ma ne ri so ta".split()


class Words:
    """Reproducible texts: the same seed gives the same tickets."""

    def __init__(self, seed: int = 42, vocabulary: int = 3000) -> None:
        self.random = random.Random(seed)
        made = {
            "".join(self.random.choices(_SYLLABLES, k=self.random.randint(2, 4))) for _ in range(vocabulary)
        }
        self.words = _KNOWN + sorted(made - set(_KNOWN))
        # As in real language the n-th word is about n times rarer than the first.
        self.weights = list(accumulate(1 / (place + 12) for place in range(len(self.words))))

    def text(self, least: int = 12, most: int = 60) -> str:
        return " ".join(
            self.random.choices(self.words, cum_weights=self.weights, k=self.random.randint(least, most))
        )

    def subject(self) -> str:
        return self.text(3, 7).capitalize()
