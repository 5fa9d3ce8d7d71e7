import pytest

from agents.models import Role
from tickets.models import Ticket

HIDDEN = [
    "search_text",
    "sequence",
    "customer__notes",
    "assignee__password",
    "messages__text",
    "id__gt",
    "pk",
    "password",
]


@pytest.mark.parametrize(
    "field", ["id", "sequence", "customer", "source", "rating", "created_at", "pile", "reopened_count"]
)
def test_mass_assignment_a_ticket_takes_no_field_that_is_not_offered(api, ticket, field):
    answer = api("PATCH", f"tickets/{ticket.pk}/", {field: 1})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("field", ["source", "status", "created_at", "hold_seconds", "assignee_id", "by"])
def test_mass_assignment_a_new_ticket_takes_none_either(api, orders, field):
    from .test_tickets import new_ticket

    assert api.post("tickets/", new_ticket(orders, **{field: "x"})).status_code == 400
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("field", ["agent", "kind", "delivery", "html", "created_at", "automatic", "team"])
def test_mass_assignment_a_reply_takes_only_its_words(api, ticket, field):
    answer = api.post(f"tickets/{ticket.pk}/replies/", {"text": "x", field: "note"})
    assert answer.status_code == 400


@pytest.mark.parametrize("field", ["is_active", "password", "email", "teams", "name"])
def test_mass_assignment_an_agent_is_given_nothing_but_a_role(admins, ann, field):
    assert admins("PATCH", f"agents/{ann.pk}/", {"role": "agent", field: True}).status_code == 400


@pytest.mark.parametrize("field", ["merged_into", "erased_at", "search_text", "company", "identities", "id"])
def test_mass_assignment_a_customer(api, dora, field):
    assert api("PATCH", f"customers/{dora.pk}/", {field: 1}).status_code == 400


@pytest.mark.parametrize("parameter", ["order", "ordering", "order_by", "sort"])
@pytest.mark.parametrize("address", ["tickets/", "customers/", "agents/", "teams/", "tags/"])
def test_ordering_by_hidden_fields_is_not_offered(api, address, parameter):
    assert api.get(f"{address}?{parameter}=password").status_code == 400


@pytest.mark.parametrize("field", HIDDEN)
@pytest.mark.parametrize("address", ["tickets/", "customers/", "agents/", "teams/", "tags/"])
def test_filtering_by_hidden_fields_is_not_offered(api, address, field):
    assert api.get(f"{address}?{field}=a").status_code == 400


def test_a_filter_given_twice_or_as_a_lookup_opens_nothing(api, ticket):
    assert api.get(f"tickets/?customer__in={ticket.customer_id}").status_code == 400
    assert api.get("tickets/?team=1&team=2").status_code == 200


def test_no_token_raises_its_agents_role(program, ann):
    answer = program(ann)("PATCH", f"agents/{ann.pk}/", {"role": Role.ADMINISTRATOR})
    assert answer.status_code == 403
    ann.refresh_from_db()
    assert ann.role == Role.AGENT


def test_the_method_cannot_be_smuggled(api, ticket):
    answer = api.post(f"tickets/{ticket.pk}/", {"_method": "DELETE"}, X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 405


def test_a_reply_is_not_sent_to_header_tricks(api, ticket):
    for address in ["a@b.example\r\nBcc: c@d.example", "no address", "a@b.example, c@d.example"]:
        assert api.post(f"tickets/{ticket.pk}/replies/", {"text": "x", "to": [address]}).status_code == 400


def test_eve_who_guesses_a_files_token_gets_nothing(nobody):
    assert nobody.get("attachments/AAAAAAAAAAAAAAAAAAAAAA/content/").status_code == 401
