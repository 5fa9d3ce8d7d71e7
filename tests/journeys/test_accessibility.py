"""axe-core finds nothing serious on any page, in any of the three languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "/inbox/?view=open",
    "/inbox/?view=snoozed",
    "/tickets/{ticket}/",
    "/search/?q=nothing",
    "/tickets/new/",
    "/settings/profile/",
    "/settings/agents/",
    "/settings/teams/",
    "/settings/macros/",
    "/settings/macros/new/",
    "/settings/rules/",
    "/settings/rules/new/",
    "/settings/calendars/",
    "/settings/calendars/new/",
    "/settings/promises/",
    "/settings/promises/new/",
    "/settings/channels/",
    "/settings/channels/telegram/new/",
    "/settings/channels/1/mailbox/",
    "/settings/channels/1/sending/",
    "/settings/channels/1/consent/google/",
    "/settings/channels/1/consent/microsoft/",
    "/settings/quarantine/",
    "/settings/dead-letters/",
    "/settings/tokens/",
    "/outbox/",
]
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
    found = {}
    for path in PAGES:
        answer = page.goto(desk.url + path.format(ticket=ticket_id))
        assert answer.status == 200, path
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            if violation["impact"] in SERIOUS:
                found[path, violation["id"]] = [node["html"][:160] for node in violation["nodes"]][:3]
    assert found == {}


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
