"""The main job, whole: a mail comes in, is seen, is answered, is solved, and the customer says how it went."""

import re
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from tests.journeys.inbox import open_ticket, solve
from tests.journeys.letters import post

LINK = re.compile(r"https?://[^\s\"<>]+/rate/[^\s\"<>]+")

ENGLISH = {
    "agent": "ann",
    "dir": "ltr",
    "customer": "dora",
    "name": "Dora Nilsson",
    "subject": "The lid is cracked",
    "body": "Hello, my espresso maker came today and the lid is cracked.",
    "reply": "I am sorry about that. A new lid leaves today.",
    "answer": "Wonderful. Which day will it come?",
    "comment": "So quick!",
}
ARABIC = {
    "agent": "amal",
    "dir": "rtl",
    "customer": "nora",
    "name": "نورة حداد",
    "subject": "وصل الطلب بغطاء مكسور",
    "body": "مرحبًا، وصلت اليوم آلة القهوة والغطاء مكسور.",
    "reply": "نعتذر منك. نرسل غطاءً جديدًا اليوم.",
    "answer": "شكرًا لكم، متى يصل؟",
    "comment": "سرعة رائعة",
}


@pytest.mark.parametrize("said", [ENGLISH, ARABIC], ids=["english", "arabic"])
def test_an_email_becomes_a_rating(said, desk, mail_server, sign_in, browser):
    page = sign_in(said["agent"])
    assert page.get_attribute("html", "dir") == said["dir"]

    # The mail appears without reloading.
    first = write(said, said["subject"], said["body"])
    post(desk, first)
    open_ticket(page, said["subject"])
    page.locator("#timeline", has_text=said["body"]).wait_for()

    # The answer reaches the mailbox as a reply in the same thread.
    page.fill("#reply-text", said["reply"])
    page.click(".side-reply .send > button[name=then]")
    page.locator("#timeline .msg.ours", has_text=said["reply"]).wait_for()
    answer = mail_server.wait_for(said["customer"], 1, seconds=40)[0]
    assert answer["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in answer["References"]
    assert answer["Subject"].strip() == f"Re: {said['subject']}"
    assert "care" in answer["Reply-To"]
    assert "Shop" in answer["From"]
    assert {part.get_content_type() for part in answer.walk()} >= {"text/plain", "text/html"}
    assert said["reply"] in answer.get_body(("plain",)).get_content()
    assert f'dir="{said["dir"]}"' in answer.get_body(("html",)).get_content()

    # The customer's reply joins, and is seen in the open ticket at once.
    second = write(said, answer["Subject"], said["answer"])
    second["In-Reply-To"] = answer["Message-ID"]
    post(desk, second)
    page.locator("#timeline .msg", has_text=said["answer"]).wait_for()

    # The page knows that it is open again: else solving it would be a conflict.
    page.locator("#thread-head input[name=seen_status][value=open]").first.wait_for(state="attached")

    # Solving asks once; looking does not vote, sending does.
    solve(page)
    question = mail_server.wait_for(said["customer"], 2, seconds=40)[1]
    link = LINK.search(question.get_body(("plain",)).get_content())[0]
    visitor = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    visitor.goto(link)
    assert visitor.get_attribute("html", "dir") == said["dir"]
    assert "rating" not in page.locator("#timeline").inner_text().lower()
    visitor.locator("label.score-5").click()
    visitor.fill("textarea", said["comment"])
    visitor.click("button.rate-send")
    visitor.locator(".rate-thanks").wait_for()
    visitor.context.close()

    # The rating stands on the ticket.
    page.locator("#thread", has_text=said["comment"]).wait_for()


def write(said, subject, body) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f'"{said["name"]}" <{said["customer"]}@customer.example>'
    mail["To"] = "care@localhost"
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="customer.example")
    mail.set_content(body)
    return mail
