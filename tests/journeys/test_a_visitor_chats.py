"""A visitor of a website talks with an agent: two pages side by side, the shop's and the desk's."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.chatting import ABOVE, PHONE, answer, chat, open_ticket, said, write
from tests.plugins.browser import barriers


def test_a_visitor_asks_and_an_agent_answers(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "The handle of my mill is bent")
    open_ticket(ann, "The handle of my mill is bent")
    expect(chat(dora).locator(".state").last).to_contain_text("Seen")
    expect(ann.locator("#whereto")).to_contain_text("on the website now")

    chat(dora).locator(".field textarea").press_sequentially("It came ")
    expect(ann.locator("#visitor-typing")).not_to_be_empty()
    took = []
    for words in ("It came today.", "In the blue box.", "Order 1042.", "No hurry.", "Well, a little."):
        write(dora, words)
        sent = time.monotonic()
        ann.locator(ABOVE, has_text=words).wait_for()
        took.append(time.monotonic() - sent)
    assert min(took) < 1, took
    expect(ann.locator("#visitor-typing")).to_be_empty()

    ann.locator("#reply-text").press_sequentially("A new lid ")
    chat(dora).locator(".dots").wait_for()
    expect(chat(dora).locator("header")).to_contain_text("Ann is writing")
    answer(ann, "A new lid is on its way.")
    said(dora, "A new lid is on its way.").wait_for()
    expect(chat(dora).locator(".dots")).to_have_count(0)
    expect(ann.locator("#timeline .msg.ours .seen-mark")).to_be_visible()
    expect(ann.locator(".delivery.held")).to_have_count(0)


def test_a_chat_that_is_nobodys_yet_is_told_in_the_title(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    ann.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    write(dora, "Is anybody there?")
    expect(ann).to_have_title(re.compile(r"^\(1\) "), timeout=15_000)


def test_a_note_of_colleagues_is_not_shown_as_writing(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "Between you and me")
    open_ticket(ann, "Between you and me")
    ann.click(".tabs label:has(input[value=note])")
    ann.locator("#note-text").press_sequentially("He is a friend.", delay=50)
    dora.wait_for_timeout(700)
    expect(chat(dora).locator(".dots")).to_have_count(0)


def test_it_is_all_there_after_a_reload_and_what_comes_meanwhile_is_counted(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "My parcel came twice")
    open_ticket(ann, "My parcel came twice")
    dora.reload()
    answer(ann, "Keep one, and enjoy it.")
    expect(dora.locator("fanoos-chat .badge")).to_have_text("1")
    assert dora.evaluate("document.cookie") == ""
    dora.locator("fanoos-chat .bubble").click()
    said(dora, "Keep one, and enjoy it.").wait_for()
    expect(said(dora, "My parcel came twice")).to_have_count(1)
    expect(ann.locator("#timeline .msg.ours .seen-mark")).to_be_visible()
    dora.keyboard.press("Escape")
    expect(dora.locator("fanoos-chat .badge")).to_be_hidden()


def test_it_speaks_arabic_and_fills_a_phone(sign_in, visit):
    amal, nada = sign_in("amal"), visit("ar", **PHONE)
    nada.locator("fanoos-chat .bubble").click()
    box = chat(nada).bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert nada.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    for _ in range(12):
        nada.keyboard.press("Tab")
        assert nada.evaluate("document.activeElement.tagName") in {"FANOOS-CHAT", "BODY"}
    write(nada, "وصلت الآلة والغطاء مكسور")
    open_ticket(amal, "وصلت الآلة والغطاء مكسور")
    expect(chat(nada).locator(".state").last).to_contain_text("قُرئت")
    answer(amal, "نعتذر عن ذلك، والبديل في الطريق.")
    said(nada, "نعتذر عن ذلك، والبديل في الطريق.").wait_for()
    sent, came = said(nada, "وصلت الآلة").bounding_box(), said(nada, "نعتذر").bounding_box()
    assert sent["x"] < 20
    assert came["x"] + came["width"] > 370
    chat(nada).locator(".close").click()
    assert nada.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_is_good_to_everyone(language, scheme, visit):
    page = visit(language, color_scheme=scheme)
    write(page, "Is this good to everyone? https://shop.example/")
    chat(page).locator(".more").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    chat(page).locator(".smile").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(chat(page)).to_be_hidden()
    assert (
        page.evaluate("document.querySelector('fanoos-chat').shadowRoot.activeElement.className") == "bubble"
    )
    assert barriers(page) == []


def test_what_is_chosen_for_a_chat_is_seen_while_it_is_chosen(sign_in, desk):
    adam = sign_in("adam")
    adam.goto(f"{desk.url}/settings/channels/new/widget/")
    picture = adam.locator(".chat-preview")
    expect(picture).to_contain_text("How can we help you?")
    adam.fill("[name=from_name]", "The blue shop")
    adam.fill("[name=greeting]", "Good morning!")
    adam.check("[name=side][value=start]")
    adam.fill("[name=accent]", "#f5d020")
    expect(picture.locator("header")).to_have_text("The blue shop")
    expect(picture.locator("header")).to_have_css("background-color", "rgb(245, 208, 32)")
    expect(picture.locator("header")).to_have_css("color", "rgb(0, 0, 0)")
    expect(picture.locator(".chat-log p").first).to_have_text("Good morning!")
    bubble, page = picture.locator(".chat-bubble").bounding_box(), picture.bounding_box()
    assert bubble["x"] - page["x"] < page["width"] / 2
    adam.fill("[name=greeting]", "")
    expect(picture).to_contain_text("How can we help you?")
