"""What the desk does by itself, and what an agent has ready: written in the browser, seen on a customer's mail."""

from playwright.sync_api import expect

from tests.journeys.inbox import open_ticket
from tests.journeys.letters import letter, post

DORA = "Dora <dora.rule@customer.example>"


def add_step(page, place, kind):
    """As fast as a person could."""
    page.click("button[value=add]")
    expect(page.locator(f"#do-{place}")).to_be_focused()
    page.wait_for_timeout(200)
    page.select_option(f"#do-{place}", kind)


def test_a_rule_acts_on_the_next_mail_and_says_so(sign_in, desk):
    adam = sign_in("adam")
    adam.goto(f"{desk.url}/settings/rules/new/")
    adam.fill("[name=name]", "Burst kettles")
    adam.locator("button[value='cadd-0']").press("Enter")
    expect(adam.locator("[id='c-0.0-fact']")).to_be_focused()
    adam.select_option("[id='c-0.0-fact']", "message.text")
    expect(adam.locator("[id='c-0.0-fact'] option:checked")).to_have_attribute("value", "message.text")
    adam.fill("[id='c-0.0-value']", "BURST kettle 12")
    adam.select_option("#do-0", "tag")
    adam.fill("input#value-0", "kettle")
    adam.click("#editor footer .btn.main")
    adam.locator("#trial-title").wait_for()
    adam.click("button[value=on]")
    adam.locator(".banner.ok").wait_for()
    adam.wait_for_timeout(1200)  # every process has asked anew by then

    post(desk, letter("Steam everywhere", "My burst kettle ۱۲ is leaking.", DORA))
    ann = sign_in("ann")
    open_ticket(ann, "Steam everywhere")
    ann.locator("#timeline", has_text="Rule “Burst kettles”").wait_for()
    ann.click("#thread-head [popovertarget=more-menu]")
    ann.click("#more-menu a[href$='/rules/']")
    ann.locator(".run", has_text="Burst kettles").wait_for()
    adam.goto(f"{desk.url}/settings/rules/")
    adam.click("button[value=off]")
    adam.locator(".banner.ok").wait_for()


def test_a_macro_is_found_by_keys_edited_and_sent_with_what_follows(sign_in, desk):
    ann = sign_in("ann")
    ann.goto(f"{desk.url}/settings/macros/new/")
    ann.fill("[name=name]", "Spare lid")
    ann.fill("#value-0", "Dear {customer.name}, a lid is on its way.")
    add_step(ann, 1, "tag")
    ann.fill("input#value-1", "lids")
    add_step(ann, 2, "status")
    ann.locator("select#value-2 option[value=solved]").wait_for(state="attached")
    ann.select_option("#value-2", "solved")
    ann.click("#editor footer .btn.main")
    ann.locator(".banner.ok").wait_for()

    post(desk, letter("A lid in pieces", "It broke.", DORA))
    ann.goto(f"{desk.url}/inbox/?view=open")
    open_ticket(ann, "A lid in pieces")
    ann.locator("#thread-head h2").click()
    ann.keyboard.press("m")
    ann.locator("#macro-list .item").first.wait_for()
    ann.keyboard.type("spare")
    expect(ann.locator("#macro-list .item")).to_have_count(1)
    ann.keyboard.press("Enter")
    expect(ann.locator("#reply-text")).to_have_value("Dear Dora, a lid is on its way.")
    expect(ann.locator("[data-along]")).to_contain_text("lids")
    ann.keyboard.type(" Best, Ann")
    ann.keyboard.press("Control+Enter")
    ann.locator("#timeline .msg.ours", has_text="Best, Ann").wait_for()
    expect(ann.locator("[data-along]")).to_be_hidden()
    expect(ann.locator("#thread-head .removable", has_text="lids")).to_be_visible(timeout=25_000)
    expect(ann.locator("#thread-head .state")).to_contain_text("Solved")
