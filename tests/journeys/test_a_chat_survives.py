"""Nothing that is said in a chat is lost or doubled: the line is cut, the server is started anew."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.chatting import ABOVE, answer, chat, open_ticket, said, write


class Line:
    """The chat's socket, which can be made deaf one way or the other, and be cut."""

    def __init__(self, page: Page) -> None:
        self.lost = ""
        page.route_web_socket(re.compile("/ws/widget/"), self._open)

    def _open(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        self.ends = page, server
        page.on_message(lambda frame: self.lost != "up" and server.send(frame))
        server.on_message(lambda frame: self.lost != "down" and page.send(frame))

    def cut(self) -> None:
        for end in self.ends:
            end.close(code=4000)
        self.lost = ""


def test_nothing_is_lost_or_doubled_when_the_line_is_cut_ten_times(sign_in, visit, shop):
    ann, dora = sign_in("ann"), visit()
    line = Line(dora)
    dora.goto(shop)
    write(dora, "Is the line good?")
    open_ticket(ann, "Is the line good?")
    for turn in range(10):
        line.lost = ("up", "down")[turn % 2]
        write(dora, f"asked {turn}.")
        answer(ann, f"answered {turn}.")
        line.cut()
        said(dora, f"answered {turn}.").wait_for()
        ann.locator(ABOVE, has_text=f"asked {turn}.").wait_for()
    expect(chat(dora).locator(".state").last).to_contain_text(re.compile("Sent|Seen"))
    seen = chat(dora).locator(".row .letter").all_inner_texts()
    shown = ann.locator(ABOVE).all_inner_texts()
    assert [words.strip() for words in shown] == [words.strip() for words in seen]
    turns = [f"{what} {turn}." for turn in range(10) for what in ("asked", "answered")]
    assert sorted(seen) == sorted(["Is the line good?", *turns])
    dora.reload()
    dora.locator("fanoos-chat .bubble").click()
    said(dora, "answered 9.").wait_for()
    expect(chat(dora).locator(".row .letter")).to_have_text(seen)


def test_the_server_is_started_anew(sign_in, visit, desk):
    """The last of them: it takes the desk away for a moment."""
    ann, dora = sign_in("ann", loses_desk=True), visit()
    write(dora, "Before the storm")
    open_ticket(ann, "Before the storm")
    desk.stop()
    write(dora, "In the storm")
    write(dora, "Still in it")
    chat(dora).locator(".trouble").wait_for()
    desk.screen.clear()
    desk.start()
    ann.locator(ABOVE, has_text="Still in it").wait_for(timeout=60_000)
    answer(ann, "It is over.")
    said(dora, "It is over.").wait_for(timeout=60_000)
    expect(chat(dora).locator(".trouble")).to_be_hidden()
    words = ["Before the storm", "In the storm", "Still in it", "It is over."]
    expect(chat(dora).locator(".row .letter")).to_have_text(words)
    expect(ann.locator(ABOVE)).to_have_text(words)
