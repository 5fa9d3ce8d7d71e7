"""axe-core finds nothing serious on any page, in any of the three languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse

from tests.access.test_matrix import routes

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
# axe would fetch every style sheet again, from wrong addresses, and inject them against the page's own policy.
OPTIONS = {"preload": False}
SERIOUS = {"serious", "critical"}
MAKE_TICKET = """
from customers.models import Customer
from agents.models import Team
from tickets.models import Ticket
from django.db import transaction
with transaction.atomic():
    dora = Customer.identify("email", "dora.axe@customer.example", name="Dora")
    ticket = Ticket.open(dora, Team.objects.get(), subject="Seen by everyone", source="email")
    ticket.receive(dora, text="Is this page good to everyone?")
print("TICKET", ticket.pk)
"""


@pytest.fixture(scope="module")
def ticket_id(desk) -> str:
    return desk.manage("shell", "-c", MAKE_TICKET).split("TICKET", 1)[1].split()[0]


@pytest.mark.parametrize("name", ["adam", "amira", "arash"])
def test_every_page_is_good_to_everyone(name, sign_in, desk, ticket_id):
    page = sign_in(name)
    found, seen = {}, 0
    for path in [view.format(ticket=ticket_id) for view in VIEWS] + sorted(plain_routes()):
        answer = page.request.get(f"{desk.url}/{path}", max_redirects=0)
        if path not in VIEWS and not is_page(answer):
            continue
        assert page.goto(f"{desk.url}/{path}").status == 200, path
        seen += 1
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            if violation["impact"] in SERIOUS:
                found[path, violation["id"]] = [node["html"][:160] for node in violation["nodes"]][:3]
    assert found == {}
    assert seen > 40


def plain_routes() -> set[str]:
    """Every address of ours that names nothing by an argument."""
    return {route for route in routes() if not set("<(^$") & set(route)} - LEFT_OUT


def is_page(answer: APIResponse) -> bool:
    """Whole, and not a part of one, a file or a refusal."""
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status == 200 and is_html and "<html" in answer.text()


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_the_entrance_is_good_to_everyone(language, browser, desk):
    page = browser.new_context(locale=language).new_page()
    for path in ("/sign-in/", "/password/forgotten/"):
        page.goto(desk.url + path)
        assert page.get_attribute("html", "lang") == language
        assert [
            found["id"]
            for found in Axe().run(page, options=OPTIONS).response["violations"]
            if found["impact"] in SERIOUS
        ] == []
    page.context.close()
