"""Language and direction of short messages."""

import pytest

from text.language import detect, direction

MESSAGES = {
    "ar": ["السلام عليكم", "أين طلبي؟", "لم يصل الطلب حتى الآن", "شكراً جزيلاً", "متى يصل الطلب رقم 1234?",
           "ابغى استرجع المبلغ",
           "عايز اعرف الاوردر فين", "كم سعر الشحن", "Order #55 لم يصل بعد"],
    "fa": ["سفارش من کجاست؟", "ممنون از شما", "چرا هنوز نرسیده", "لطفا پیگیری کنید", "می‌خواهم کالا را پس بدهم",
           "سلام خسته نباشيد سفارش من نرسيده است", "پولم را پس بدهید", "كي ميرسد سفارش من"],
    "en": ["Where is my order?", "Thanks!", "refund please", "Hello, it does not work", "ok"],
    "": ["", "123", "👍", "Здравствуйте", "您好", "https://shop.example/", "Bonjour, je n'ai pas reçu ma commande",
         "Ich habe meine Bestellung nicht erhalten", "Siparişim gelmedi, lütfen bir bakın ve", "میرا آرڈر کہاں ہے"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"), [(text, code) for code, texts in MESSAGES.items() for text in texts]
)
def test_language_of_short_messages(text, language):
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("سلام", "rtl"),
        ("hello سلام", "ltr"),
        ("123 — سلام", "rtl"),
        ("", "ltr"),
        ("12!", "ltr"),
        ("שלום", "rtl"),
    ],
)
def test_direction_by_the_first_strong_character(text, way):
    assert direction(text) == way
