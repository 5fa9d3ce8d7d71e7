"""The five answers: their words, and the faces that stand for them where there is little room."""

from django.utils.translation import gettext_lazy

SCORES = {
    1: gettext_lazy("Very poor"),
    2: gettext_lazy("Poor"),
    3: gettext_lazy("Okay"),
    4: gettext_lazy("Good"),
    5: gettext_lazy("Excellent"),
}
FACES = {1: "😞", 2: "🙁", 3: "😐", 4: "🙂", 5: "😄"}
ICONS = {1: "angry", 2: "frown", 3: "meh", 4: "smile", 5: "laugh"}
LOW = 2
"""Up to here somebody has to look at what went wrong."""
GOOD = 4
"""From here on the customer is content."""
