"""axe-core finds nothing serious on any page, in any of the three languages."""

from functools import partial

import pytest
from playwright.sync_api import APIResponse, Browser

from tests.plugins.browser import barriers
from tests.routes import paths

VIEWS = [
    "inbox/?view=open",
    "inbox/?view=snoozed",
    "tickets/{ticket}/",
    "search/?q=nothing",
    "now/?wall",
    "settings/channels/1/",
    "settings/channels/1/mailbox/",
    "settings/channels/1/sending/",
    "settings/channels/1/texts/acknowledgement/",
    "settings/channels/1/consent/google/",
    "settings/channels/1/consent/microsoft/",
]
"""Pages that need to be told what they show. All others are found by their routes."""
LEFT_OUT = {"sign-out/", "api/v1/docs/"}
"""What ends the visit, and what Swagger UI draws by itself."""
SCROLLS = "document.body.matches('.signed-in') && document.documentElement.scrollHeight > innerHeight"
MAKE_TICKET = """
from customers.models import Customer
from agents.models import Team
from tickets.models import Ticket
from django.db import transaction
with transaction.atomic():
    dora = Customer.identify("email", "dora.axe@customer.example", name="Dora")
    ticket = Ticket.open(dora, Team.objects.get(name="Orders"), subject="Seen by everyone", source="email")
    ticket.receive(dora, text="Is this page good to everyone?")
print("TICKET", ticket.pk)
"""


@pytest.fixture(scope="module")
def ticket_id(desk) -> str:
    return desk.manage("shell", "-c", MAKE_TICKET).split("TICKET", 1)[1].split()[0]


@pytest.fixture(scope="module")
def pages(desk, sign_in_once, browser: Browser, ticket_id) -> list[str]:
    """Every page that an administrator finds."""
    context = browser.new_context(storage_state=sign_in_once("adam"))
    ask = partial(context.request.get, max_redirects=0)
    found = sorted(route for route in plain_routes() if is_page(ask(f"{desk.url}/{route}")))
    context.close()
    return [view.format(ticket=ticket_id) for view in VIEWS] + found


@pytest.mark.parametrize("name", ["adam", "amira", "arash"])
def test_every_page_is_good_to_everyone(name, sign_in, desk, pages):
    page, found = sign_in(name), {}
    for path in pages:
        assert page.goto(f"{desk.url}/{path}").status == 200, path
        serious = barriers(page)
        if page.evaluate(SCROLLS):
            serious.append("the whole page scrolls, and not its panes alone")
        if serious:
            found[path] = serious
    assert found == {}
    assert len(pages) > 40


def plain_routes() -> set[str]:
    """Every address of ours that names nothing by an argument."""
    return {path for path in paths() if not set("<(^$") & set(path)} - LEFT_OUT


def is_page(answer: APIResponse) -> bool:
    """Whole, and not a part of one, a file or a refusal."""
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status == 200 and is_html and "<html" in answer.text()


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_the_entrance_is_good_to_everyone(language, browser, desk):
    context = browser.new_context(locale=language)
    page = context.new_page()
    for path in ("/sign-in/", "/password/forgotten/"):
        page.goto(desk.url + path)
        assert page.get_attribute("html", "lang") == language
        assert barriers(page) == []
    context.close()
