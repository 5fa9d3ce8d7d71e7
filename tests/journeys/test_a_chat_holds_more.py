"""Beside words: files by drag, paste and camera, sound by choice, several conversations, a copy by mail, and an end."""

import re
from base64 import b64encode

import pytest
from playwright.sync_api import Locator, Page, expect

from helpdesk.demo import drawing
from tests.journeys.chatting import ABOVE, PHONE, answer, chat, open_ticket, said, write

GIVE = """(element, [kinds, name, type, content]) => {
    const data = new DataTransfer(), bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt());
    data.items.add(new File([bytes], name, { type }));
    const facts = { bubbles: true, composed: true, cancelable: true };
    for (const kind of kinds) {
        if (kind === "paste") element.dispatchEvent(new ClipboardEvent(kind, { ...facts, clipboardData: data }));
        else element.dispatchEvent(new DragEvent(kind, { ...facts, dataTransfer: data }));
    }
}"""
COUNT_SOUNDS = """
    window.sounds = 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () { window.sounds += 1; return make.call(this); };
"""


def give(where: Locator, kinds: list[str], name: str, kind: str, content: bytes) -> None:
    where.evaluate(GIVE, [kinds, name, kind, b64encode(content).decode()])


def chips(page: Page) -> Locator:
    return chat(page).locator(".chips li:not(.going)")


def choose(page: Page, words: str) -> None:
    chat(page).locator(".more").click()
    chat(page).locator(".menu button", has_text=words).click()


def is_drawn(picture: Locator) -> None:
    picture.wait_for()
    picture.evaluate("one => one.decode()")
    assert picture.evaluate("one => one.naturalWidth") > 0


def test_files_are_dragged_and_pasted(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    dora.locator("fanoos-chat .bubble").click()
    give(chat(dora), ["dragover"], "lid.png", "image/png", b"x")
    expect(chat(dora)).to_have_class(re.compile("dropping"))
    give(chat(dora), ["drop"], "lid.png", "image/png", drawing.picture("cups.png"))
    expect(chat(dora)).not_to_have_class(re.compile("dropping"))
    expect(chips(dora)).to_have_count(1)
    field = chat(dora).locator(".field textarea")
    give(field, ["paste"], "invoice.txt", "text/plain", "Facture n° 42".encode())
    expect(chips(dora)).to_have_count(2)
    give(field, ["paste"], "wrong.txt", "text/plain", b"not this one")
    expect(chips(dora)).to_have_count(3)
    chips(dora).nth(2).locator(".close").click()
    write(dora, "The lid, and my invoice")
    open_ticket(ann, "The lid, and my invoice")
    expect(chat(dora).locator(".state").last).to_contain_text("Seen")
    is_drawn(chat(dora).locator(".photo img"))
    is_drawn(ann.locator("#timeline .msg .picture img"))
    expect(ann.locator("#timeline .msg")).to_contain_text("invoice.txt")
    with dora.context.expect_page() as opened:
        chat(dora).locator(".file", has_text="invoice.txt").click()
    opened.value.close()
    dora.reload()
    dora.locator("fanoos-chat .bubble").click()
    is_drawn(chat(dora).locator(".photo img"))
    expect(chat(dora).locator(".file", has_text="invoice.txt")).to_be_visible()
    expect(chat(dora).get_by_text("wrong.txt")).to_have_count(0)


def test_a_phone_takes_a_photo(sign_in, visit):
    ann, dora = sign_in("ann"), visit(**PHONE, is_mobile=True)
    dora.locator("fanoos-chat .bubble").click()
    with dora.expect_file_chooser() as asked:
        chat(dora).locator(".camera").click()
    assert asked.value.element.get_attribute("capture") == "environment"
    assert asked.value.element.get_attribute("accept") == "image/*"
    photo = {"name": "IMG_1.png", "mimeType": "image/png", "buffer": drawing.picture("box.png")}
    asked.value.set_files(photo)
    expect(chips(dora)).to_have_count(1)
    write(dora, "This came today")
    open_ticket(ann, "This came today")
    is_drawn(ann.locator("#timeline .msg .picture img"))


def test_it_makes_no_sound_unless_that_is_wished_for(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    dora.context.add_init_script(COUNT_SOUNDS)
    dora.reload()
    write(dora, "Is it loud?")
    open_ticket(ann, "Is it loud?")
    answer(ann, "Quite quiet.")
    said(dora, "Quite quiet.").wait_for()
    assert dora.evaluate("sounds") == 0
    choose(dora, "Sound")
    assert dora.evaluate("sounds") == 1
    answer(ann, "And now?")
    said(dora, "And now?").wait_for()
    assert dora.evaluate("sounds") == 2
    dora.reload()
    dora.locator("fanoos-chat .bubble").click()
    chat(dora).locator(".more").click()
    expect(chat(dora).locator(".menu button", has_text="Sound")).to_have_attribute("aria-pressed", "true")


def test_several_conversations_stay_apart(sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    write(dora, "About the red kettle")
    expect(chat(dora).locator(".state").last).to_contain_text("Sent")
    choose(dora, "New conversation")
    expect(said(dora, "About the red kettle")).to_have_count(0)
    write(dora, "About the green cup")
    open_ticket(ann, "About the green cup")
    expect(ann.locator(ABOVE, has_text="red kettle")).to_have_count(0)
    open_ticket(ann, "About the red kettle")
    answer(ann, "It is red indeed.")
    chat(dora).locator(".back").click()
    row = chat(dora).locator(".list li", has_text="It is red indeed.")
    expect(chat(dora).locator(".list li")).to_have_count(2)
    expect(row.locator("i")).to_have_text("1")
    row.locator("button").click()
    said(dora, "About the red kettle").wait_for()
    said(dora, "It is red indeed.").wait_for()
    expect(said(dora, "About the green cup")).to_have_count(0)


def test_a_copy_goes_by_mail_and_either_side_ends_it(sign_in, visit, mail_server):
    ann, dora = sign_in("ann"), visit()
    write(dora, "How long is the guarantee?")
    open_ticket(ann, "How long is the guarantee?")
    answer(ann, "Three years.")
    said(dora, "Three years.").wait_for()
    choose(dora, "Send me a copy")
    chat(dora).locator(".ask input").fill("dora.copy@customer.example")
    chat(dora).locator(".ask .main").click()
    chat(dora).get_by_text("A copy is on its way to").first.wait_for()
    letter = mail_server.wait_for("dora.copy", 1, seconds=40)[0]
    words = letter.get_body(("plain",)).get_content()
    assert "How long is the guarantee?" in words
    assert "Ann: Three years." in words

    choose(dora, "End the chat")
    chat(dora).locator(".ask .main").click()
    chat(dora).get_by_text("This chat has ended.").wait_for()
    expect(ann.locator("#whereto")).to_contain_text("Chat ended by the visitor")

    chat(dora).locator(".over .main").click()
    write(dora, "One more thing")
    open_ticket(ann, "One more thing")
    ann.locator("#visitor summary").click()
    ann.locator("#visitor button", has_text="End the chat").click()
    chat(dora).get_by_text("This chat has ended.").wait_for()
    expect(ann.locator("#whereto")).to_contain_text("Chat ended by an agent")


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("", "The visitor left · no address is known"),
        ("gone@customer.example", "The visitor left · unread answers go to gone@customer.example"),
    ],
)
def test_who_left_is_told_and_where_answers_go(email, told, sign_in, visit):
    ann, dora = sign_in("ann"), visit()
    asked = f"I have to go {bool(email)}"
    write(dora, asked)
    open_ticket(ann, asked)
    expect(ann.locator("#whereto")).to_contain_text("on the website now")
    if email:
        choose(dora, "Continue by email")
        chat(dora).locator(".ask input").fill(email)
        chat(dora).locator(".ask .main").click()
        chat(dora).get_by_text("If you are gone, the answer goes to").first.wait_for()
    dora.close()
    expect(ann.locator("#whereto")).to_contain_text(told, timeout=20_000)
