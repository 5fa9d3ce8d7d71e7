import pytest

from text.sentences import LONGEST, first_sentence

GREETINGS = [
    "hi", "Hello!", "Hey there 👋", "good morning", "Hi, is anybody there?", "سلام", "سلام وقت بخیر", "سلام، خسته نباشید",
    "درود", "مرحبا", "مرحباً", "السلام عليكم", "السلام عليكم ورحمة الله وبركاته", "صباح الخير", "أهلاً وسهلاً",
    "…", "👍", "?", "", "  \n", "/start", "/start@shop_bot", "Dear team,",
]  # fmt: skip


@pytest.mark.parametrize("words", GREETINGS)
def test_a_greeting_alone_says_nothing_yet(words):
    assert first_sentence(words) == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("My order is late.", "My order is late"),
        ("Hi! Where is my order 10042? I paid on Monday.", "Where is my order 10042?"),
        ("Hello there, my grinder does not turn.", "my grinder does not turn"),
        ("Hi\nThe lid is cracked\nSee the picture", "The lid is cracked"),
        ("سلام. سفارش من نرسیده است. لطفاً پیگیری کنید.", "سفارش من نرسیده است"),
        ("سلام، سفارش من کجاست؟", "سفارش من کجاست؟"),
        ("السلام عليكم، أين طلبي؟", "أين طلبي؟"),
        ("مرحبا\nالآلة لا تعمل منذ أمس", "الآلة لا تعمل منذ أمس"),
        ("10042", "10042"),
        ("Version 2.5 does not start", "Version 2.5 does not start"),
        ("/start I need a refund", "I need a refund"),
        ("hello https://shop.example/p/7", "hello https://shop.example/p/7"),
        ("The order, the second one, is late", "The order, the second one, is late"),
    ],
)
def test_the_first_sentence_that_says_something(words, said):
    assert first_sentence(words) == said


def test_a_long_one_ends_between_two_words():
    said = first_sentence("word " * 100)
    assert said.endswith("word…")
    assert len(said) <= LONGEST + 1


def test_one_long_word_is_cut():
    assert first_sentence("x" * 5000) == "x" * LONGEST + "…"


def test_it_does_not_hang_on_much_of_nothing():
    assert first_sentence(", " * 100_000) == ""
    assert first_sentence("hi, " * 100_000) == ""
