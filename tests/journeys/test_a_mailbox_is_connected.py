"""An administrator connects a mailbox, and a mail that comes to it is in the inbox within two seconds."""

import os
import time

import pytest

from tests.servers.mail import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.servers]

MAIL = b"From: Dora <dora@customer.example>\r\nMessage-ID: <%d@customer.example>\r\nSubject: Fetched %d\r\n\r\nHello\r\n"


def test_a_mailbox_is_connected(desk, mail_server: MailServer, sign_in, tmp_path):
    page = sign_in("adam")
    page.goto(f"{desk.url}/settings/channels/")
    page.click("text=Care")
    page.click("text=Fetching mail")
    page.fill("[name=host]", "127.0.0.1")
    page.fill("[name=port]", str(mail_server.imap_port))
    page.select_option("[name=encryption]", "none")
    page.fill("[name=user]", "journey")
    page.fill("[name=password]", "pw")
    page.click("button:text-is('Test connection')")
    page.wait_for_selector("text=It works.")
    page.fill("[name=password]", "pw")
    page.click("main button:text-is('Connect')")
    page.wait_for_selector("text=All is well.", timeout=20_000)
    look_at(page, tmp_path, "connected")

    inbox = sign_in("ann")
    seconds = []
    for number in (1, 2, 3):
        mail_server.put("journey", MAIL % (number, number))
        began = time.monotonic()
        while f"Fetched {number}" not in inbox.request.get(f"{desk.url}/inbox/?view=open").text():
            assert time.monotonic() - began < 30
            time.sleep(0.05)
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[1] < 2, seconds


@pytest.mark.parametrize("name", ["amira", "arash"])
def test_the_page_reads_from_right_to_left(desk, sign_in, tmp_path, name):
    page = sign_in(name, width=390, height=844)
    page.goto(f"{desk.url}/settings/channels/1/mailbox/")
    assert page.get_attribute("html", "dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look_at(page, tmp_path, name)


def look_at(page, folder, name: str) -> None:
    page.screenshot(path=os.path.join(os.environ.get("SHOTS_DIR", folder), f"{name}.png"), full_page=True)
