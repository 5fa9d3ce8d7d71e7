"""An administrator connects a mailbox, and a mail that comes to it is in the inbox within two seconds."""

import os
import time

import pytest

from tests.servers.mail import MailServer
from tests.servers.oauth import CLIENT_ID, CLIENT_SECRET, OAuthServer, serve

pytestmark = [pytest.mark.browser, pytest.mark.servers]

END = "from channels_inbox.models import Consent; Consent.objects.get().end()"
MAIL = b"From: Zeynep <zeynep@customer.example>\r\nMessage-ID: <%d@customer.example>\r\nSubject: Fetched %d\r\n\r\nHello\r\n"


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
    assert page.input_value("[name=password]") == "pw"
    assert "pw" not in [found.get_attribute("value") for found in page.query_selector_all("input")]
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


def test_a_mailbox_is_connected_by_its_owners_consent(desk, mail_server: MailServer, sign_in, tmp_path):
    provider = OAuthServer(mail_server.oauth_port, {f"{desk.url}/settings/consents/google/"}, user="owned")
    server = serve(provider)
    page = sign_in("adam")
    page.goto(f"{desk.url}/settings/channels/new/")
    page.fill("[name=name]", "Owned")
    page.fill("[name=address]", "owned@localhost")
    page.select_option("[name=team]", label="Orders")
    page.click("main form.form button.main")
    page.click("text=Fetching mail")
    look_at(page, tmp_path, "fetching")
    page.click("nav >> text=Google")
    look_at(page, tmp_path, "register")
    assert page.text_content("#redirect-address") == f"{desk.url}/settings/consents/google/"
    page.fill("[name=client_id]", CLIENT_ID)
    page.fill("[name=secret]", CLIENT_SECRET)
    page.click("form:has([name=client_id]) footer button")
    page.fill("[name=user]", "owned@localhost")
    look_at(page, tmp_path, "connect")
    page.click("text=Connect with Google")
    page.wait_for_selector("text=Google lets this desk in.")
    page.check("[name=begin][value=archive]")
    page.fill("[name=days]", "7")
    page.click("button:text-is('Test connection')")
    page.wait_for_selector("text=It works.")
    assert page.input_value("[name=days]") == "7"
    look_at(page, tmp_path, "consented")
    page.click("main button:text-is('Connect')")
    page.wait_for_selector("text=All is well.", timeout=20_000)
    look_at(page, tmp_path, "fetched")
    mail_server.put("owned", MAIL % (77, 77))
    inbox = sign_in("ann")
    began = time.monotonic()
    while "Fetched 77" not in inbox.request.get(f"{desk.url}/inbox/?view=open").text():
        assert time.monotonic() - began < 30
        time.sleep(0.05)
    provider.revoke("owned")
    desk.manage("shell", "-c", END)
    page.goto(f"{desk.url}/settings/channels/")
    look_at(page, tmp_path, "ended-list")
    page.click("a.tag:text-is('Connect again')")
    look_at(page, tmp_path, "ended")
    page.click("text=Connect again with Google")
    page.wait_for_selector("text=Google lets this desk in.")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["amira", "arash"])
def test_the_pages_of_consent_read_from_right_to_left(desk, sign_in, tmp_path, name):
    page = sign_in(name, width=390, height=844)
    for provider in ("google", "microsoft"):
        page.goto(f"{desk.url}/settings/channels/1/consent/{provider}/")
        assert page.get_attribute("html", "dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        look_at(page, tmp_path, f"{name}-{provider}")


@pytest.mark.parametrize("name", ["amira", "arash"])
def test_the_page_reads_from_right_to_left(desk, sign_in, tmp_path, name):
    page = sign_in(name, width=390, height=844)
    page.goto(f"{desk.url}/settings/channels/1/mailbox/")
    assert page.get_attribute("html", "dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look_at(page, tmp_path, name)


def look_at(page, folder, name: str) -> None:
    page.screenshot(path=os.path.join(os.environ.get("SHOTS_DIR", folder), f"{name}.png"), full_page=True)
