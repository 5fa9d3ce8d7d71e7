"""What somebody passed on is taken apart into his own words and the mail below them, in the shapes of mail programs."""

import pytest

from text.forwards import passed_on
from text.html import to_text

BODY = "Hello,\n\nthe lid arrived cracked.\n\nDora"
WHO = ("dora@customer.example", "Dora", "Cracked lid")

SHAPES = {
    "gmail": (
        "Please look.\n\n---------- Forwarded message ---------\nFrom: Dora <dora@customer.example>\n"
        "Date: Mon, 4 May 2026 at 10:00\nSubject: Cracked lid\nTo: <ann@shop.example>\n\n\n{body}",
        "Mon, 4 May 2026 at 10:00",
    ),
    "gmail, name in bold": (
        "Please look.\n\n---------- Forwarded message ---------\nFrom: *Dora* <dora@customer.example>\n"
        "Date: Mon, 4 May 2026 at 10:00\nSubject: Cracked lid\nTo: Ann <ann@shop.example>\nCc: Bob <bob@x.example>,\n"
        " Carol <carol@x.example>\n\n\n{body}",
        "Mon, 4 May 2026 at 10:00",
    ),
    "outlook": (
        "Please look.\n\n________________________________\nFrom: Dora <dora@customer.example>\n"
        "Sent: Monday, May 4, 2026 10:00 AM\nTo: Ann <ann@shop.example>\nSubject: Cracked lid\n\n{body}",
        "Monday, May 4, 2026 10:00 AM",
    ),
    "outlook, old": (
        "Please look.\n\n-----Original Message-----\nFrom: Dora [mailto:dora@customer.example]\n"
        "Sent: Monday, May 4, 2026 10:00 AM\nTo: Ann\nSubject: Cracked lid\n\n{body}",
        "Monday, May 4, 2026 10:00 AM",
    ),
    "apple": (
        "Please look.\n\nBegin forwarded message:\n\n> From: Dora <dora@customer.example>\n> Subject: Cracked lid\n"
        "> Date: 4 May 2026 at 10:00:00 CEST\n> To: ann@shop.example\n> \n> {quoted}",
        "4 May 2026 at 10:00:00 CEST",
    ),
    "yahoo": (
        "Please look.\n\n   ----- Forwarded Message ----- From: Dora <dora@customer.example>To: Ann\n"
        "From: Dora <dora@customer.example>\nTo: Ann <ann@shop.example>\nSent: Monday, May 4, 2026, 10:00 AM\n"
        "Subject: Cracked lid\n\n{body}",
        "Monday, May 4, 2026, 10:00 AM",
    ),
    "thunderbird": (
        "Please look.\n\n\n-------- Forwarded Message --------\nSubject: \tCracked lid\n"
        "Date: \tMon, 4 May 2026 10:00:00 +0200\nFrom: \tDora <dora@customer.example>\nTo: \tann@shop.example\n\n\n\n{body}",
        "Mon, 4 May 2026 10:00:00 +0200",
    ),
    "arabic gmail": (
        "انظروا من فضلكم.\n\n---------- رسالة معاد توجيهها ---------\nمن: Dora <dora@customer.example>\n"
        "التاريخ: الاثنين، 4 مايو 2026 10:00\nالموضوع: Cracked lid\nإلى: <ann@shop.example>\n\n\n{body}",
        "الاثنين، 4 مايو 2026 10:00",
    ),
    "arabic outlook": (
        "انظروا من فضلكم.\n\n________________________________\nمن: Dora <dora@customer.example>\n"
        "تم الإرسال: 04 مايو, 2026 10:00\nإلى: Ann <ann@shop.example>\nالموضوع: Cracked lid\n\n{body}",
        "04 مايو, 2026 10:00",
    ),
    "persian gmail": (
        "لطفاً ببینید.\n\n---------- پیام هدایت شده ---------\nاز: Dora <dora@customer.example>\n"
        "تاریخ: دوشنبه 4 مه 2026، 10:00\nموضوع: Cracked lid\nبه: <ann@shop.example>\n\n\n{body}",
        "دوشنبه 4 مه 2026، 10:00",
    ),
    "persian outlook": (
        "لطفاً ببینید.\n\nاز: Dora <dora@customer.example>\nارسال شده: دوشنبه 4 مه 2026 10:00\n"
        "به: Ann <ann@shop.example>\nموضوع: Cracked lid\n\n{body}",
        "دوشنبه 4 مه 2026 10:00",
    ),
    "french": (
        "Merci.\n\n---------- Message transféré ---------\nDe : Dora <dora@customer.example>\n"
        "Date : lun. 4 mai 2026 à 10:00\nObjet : Cracked lid\nÀ : <ann@shop.example>\n\n\n{body}",
        "lun. 4 mai 2026 à 10:00",
    ),
    "german": (
        "Bitte.\n\nVon: Dora <dora@customer.example>\nGesendet: Montag, 4. Mai 2026 10:00\n"
        "An: Ann <ann@shop.example>\nBetreff: Cracked lid\n\n{body}",
        "Montag, 4. Mai 2026 10:00",
    ),
    "spanish": (
        "Mira.\n\n---------- Forwarded message ---------\nDe: Dora <dora@customer.example>\n"
        "Date: lun, 4 may 2026 a las 10:00\nSubject: Cracked lid\nTo: <ann@shop.example>\n\n\n{body}",
        "lun, 4 may 2026 a las 10:00",
    ),
    "russian": (
        "Посмотрите.\n\n-------- Пересылаемое сообщение --------\nОт: Dora <dora@customer.example>\n"
        "Дата: 4 мая 2026, 10:00\nТема: Cracked lid\nКому: ann@shop.example\n\n{body}",
        "4 мая 2026, 10:00",
    ),
    "turkish": (
        "Bakın.\n\n________________________________\nKimden: Dora <dora@customer.example>\n"
        "Gönderildi: 4 Mayıs 2026 Pazartesi 10:00\nKime: Ann <ann@shop.example>\nKonu: Cracked lid\n\n{body}",
        "4 Mayıs 2026 Pazartesi 10:00",
    ),
    "only html": (
        to_text(
            "<div>Please look.</div><hr><div><p><b>From:</b> Dora &lt;dora@customer.example&gt;<br>"
            "<b>Sent:</b> Monday, May 4, 2026 10:00 AM<br><b>To:</b> Ann<br><b>Subject:</b> Cracked lid</p></div>"
        )
        + "\n\n{body}",
        "Monday, May 4, 2026 10:00 AM",
    ),
    "a table": (
        to_text(
            "<p>Please look.</p><p>-------- Forwarded Message --------</p><table><tr><th>Subject: </th><td>Cracked lid"
            "</td></tr><tr><th>Date: </th><td>Mon, 4 May 2026</td></tr><tr><th>From: </th><td>Dora "
            "&lt;dora@customer.example&gt;</td></tr></table>"
        )
        + "\n\n{body}",
        "Mon, 4 May 2026",
    ),
    "paragraphs": (
        "Please look.\n\nFrom: Dora <dora@customer.example>\n\nSent: Monday, May 4, 2026 10:00 AM\n\n"
        "To: Ann\n\nSubject: Cracked lid\n\n{body}",
        "Monday, May 4, 2026 10:00 AM",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_whose_it_was_what_about_and_when(shape):
    written, sent = SHAPES[shape]
    found = passed_on(written.format(body=BODY, quoted=BODY.replace("\n", "\n> ")))
    assert found is not None
    assert (found.address, found.name, found.subject) == WHO
    assert found.text == BODY
    assert found.sent == sent
    assert found.comment == written.splitlines()[0]


def test_signatures_are_no_comment():
    found = passed_on(
        SHAPES["gmail"][0].format(body=BODY).replace("Please look.", "Please look.\n\n-- \nAnn, Shop")
    )
    assert found is not None
    assert found.comment == "Please look."


def test_without_a_word_of_ones_own_there_is_no_comment():
    found = passed_on(SHAPES["outlook"][0].format(body=BODY).removeprefix("Please look."))
    assert found is not None
    assert (found.address, found.comment) == (WHO[0], "")


def test_its_own_history_stays_with_it():
    earlier = "\n\nOn Sun, 3 May 2026 at 9:00, Care <care@shop.example> wrote:\n> It was sent."
    found = passed_on(SHAPES["gmail"][0].format(body=BODY + earlier))
    assert found is not None
    assert found.text == BODY + earlier


@pytest.mark.parametrize(
    "text",
    [
        "Just a mail.",
        "",
        "---------- Forwarded message ---------\n",
        "---------- Forwarded message ---------\nFrom: Dora\nSubject: x\n\nHello",
        "From: Tehran\nTo: Shiraz\nDate: 4 May\n\nA ticket please",
    ],
)
def test_what_names_nobody_is_not_taken_apart(text):
    assert passed_on(text) is None


@pytest.mark.parametrize(
    "piece", ["From: a@b.example\n", "> ", "-----Original Message-----\n", "From:", "\n", "*" * 50]
)
def test_it_ends_in_time(piece):
    passed_on(piece * 50_000)
