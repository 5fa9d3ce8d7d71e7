"""Customers at the desk: found, edited in place, merged and parted again, forgotten by those who may."""

import pytest
from django.urls import reverse

from customers.models import Company, Customer
from tests.conftest import hire

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def sign_in(client, agent):
    client.force_login(agent, backend="agents.backends.AgentBackend")
    return client


@pytest.fixture
def as_ann(client, ann):
    return sign_in(client, ann)


def test_the_list_finds_by_name_address_and_company(as_ann, dora, eve):
    page = as_ann.get(reverse("customers"), {"q": "dora"}).text
    assert "dora@customer.example" in page
    assert "eve@evil.example" not in page


def test_plain_facts_are_edited_in_place(as_ann, dora):
    facts = {
        "name": "Dora Klee",
        "language": "ar",
        "time_zone": "Asia/Dubai",
        "tier": "vip",
        "company_name": "Kiln",
    }
    answer = as_ann.post(reverse("customer", args=[dora.pk]), facts, headers=HTMX)
    assert "Dora Klee" in answer.text
    dora.refresh_from_db()
    assert (dora.name, dora.language, dora.tier, dora.company) == (
        "Dora Klee",
        "ar",
        "vip",
        Company.objects.get(name="Kiln"),
    )


def test_a_mistake_changes_nothing_and_is_told(as_ann, dora):
    facts = {"name": "Changed", "time_zone": "Moon/Sea", "tier": "standard"}
    answer = as_ann.post(reverse("customer", args=[dora.pk]), facts, headers=HTMX)
    assert answer.status_code == 422
    assert "not a time zone" in answer.text
    assert Customer.objects.get(pk=dora.pk).name == "Dora"


def test_notes_are_kept(as_ann, dora):
    as_ann.post(reverse("customer-notes", args=[dora.pk]), {"notes": "Calls on Mondays."}, headers=HTMX)
    dora.refresh_from_db()
    assert dora.notes == "Calls on Mondays."


def test_an_address_of_someone_else_is_refused_in_words(as_ann, dora, eve):
    answer = as_ann.post(
        reverse("customer-identities", args=[dora.pk]), {"value": "EVE@evil.example"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "Another customer has this address" in answer.text


def test_merging_and_taking_it_back(as_ann, dora):
    twin = Customer.identify("email", "dora@home.example", name="Dora at home")
    answer = as_ann.post(reverse("customer-merges", args=[dora.pk]), {"gone": twin.pk}, headers=HTMX)
    assert "dora" in answer.text
    assert dora.identities.count() == 2
    merge = dora.merges.get()
    as_ann.delete(reverse("customer-merge", args=[dora.pk, merge.pk]), headers=HTMX)
    assert dora.identities.count() == 1
    assert twin.identities.count() == 1


def test_only_those_who_see_everything_may_erase(client, ann, bea, admin, dora, ticket):
    address = reverse("customer-erasure", args=[dora.pk])
    for agent, expected in [(ann, 403), (bea, 403), (admin, 200)]:
        assert sign_in(client, agent).post(address, headers=HTMX).status_code == expected
    dora.refresh_from_db()
    assert dora.erased_at is not None


def test_a_customers_page_shows_only_tickets_one_may_see(client, carl, dora, ticket):
    sign_in(client, carl)
    assert client.get(reverse("customer", args=[dora.pk])).status_code == 200
    assert "Cracked lid" not in client.get(reverse("customer-tickets", args=[dora.pk])).text


def test_nobody_sees_customers(client, dora):
    for name, args in [
        ("customers", []),
        ("customer", [dora.pk]),
        ("customer-suggestions", []),
        ("customer-tickets", [dora.pk]),
    ]:
        assert client.get(reverse(name, args=args)).status_code == 302


def test_suggestions_need_words(as_ann, dora):
    assert "Dora" in as_ann.get(reverse("customer-suggestions"), {"q": "dor"}).text
    assert "Dora" not in as_ann.get(reverse("customer-suggestions"), {"q": ""}).text


def test_the_list_pages_without_doubles(as_ann):
    for n in range(60):
        Customer.identify("email", f"c{n}@customer.example", name=f"Customer {n:02}")
    first = as_ann.get(reverse("customers")).text
    more = first.split("before=")[1].split('"')[0]
    second = as_ann.get(reverse("customers"), {"before": more}).text
    shown = [part[:2] for page in (first, second) for part in page.split("<bdi>Customer ")[1:]]
    assert len(shown) == len(set(shown)) == 60


def test_an_inactive_agent_is_nobody(client, orders, dora):
    fay = hire("Fay", orders)
    sign_in(client, fay)
    fay.is_active = False
    fay.save()
    assert client.get(reverse("customers")).status_code == 302
