"""A letter's HTML with its history folded away."""

from text.folding import folded, own_part
from text.html import clean

MAIL = (
    '<html dir="rtl"><body><p>الغطاء مكسور.</p><div class="gmail_quote"><div class="gmail_attr">On Thu, 19 Nov 2026, '
    "Care wrote:</div><blockquote><p>It left today.</p></blockquote></div></body></html>"
)


def test_own_words_stand_before_the_fold_and_the_rest_behind_it():
    made = folded(MAIL)
    assert "الغطاء مكسور." in own_part(made)
    assert "It left today." not in own_part(made)
    assert "It left today." in made


def test_both_parts_keep_the_documents_direction():
    before, _, behind = folded(MAIL).partition("<details")
    assert 'dir="rtl"' in before
    assert 'dir="rtl"' in behind


def test_a_letter_without_history_is_the_cleaned_letter():
    assert folded("<p>Hello</p>") == clean("<p>Hello</p>") == own_part(folded("<p>Hello</p>"))


def test_both_parts_are_cleaned():
    made = folded(
        MAIL.replace("It left", "<script>steal()</script>It left").replace(
            "الغطاء", "<b onclick=x()>الغطاء</b>"
        )
    )
    assert "script" not in made
    assert "onclick" not in made


def test_a_stranger_makes_no_fold():
    made = folded('<p>Hello</p><details class="earlier"><summary>···</summary>hidden words</details>')
    assert "hidden words" in own_part(made)
