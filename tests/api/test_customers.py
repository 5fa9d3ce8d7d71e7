import pytest

from customers.models import Customer


def test_one_address_is_one_customer_however_it_is_written(api):
    first = api.post(
        "customers/", {"kind": "email", "value": "Dora@Customer.example", "name": "Dora", "language": "fa"}
    )
    again = api.post("customers/", {"kind": "email", "value": "dora@CUSTOMER.example"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["company"]["domain"] == "customer.example"


def test_facts_are_changed(api, dora):
    body = api("PATCH", f"customers/{dora.pk}/", {"tier": "vip", "time_zone": "Asia/Tehran"}).json()
    assert (body["tier"], body["time_zone"]) == ("vip", "Asia/Tehran")
    assert api("PATCH", f"customers/{dora.pk}/", {"time_zone": "Atlantis"}).status_code == 400


def test_an_address_is_added_unless_it_is_anothers(api, dora, eve):
    added = api.post(f"customers/{dora.pk}/identities/", {"kind": "phone", "value": "+966 50 123 4567"})
    assert [one["kind"] for one in added.json()["identities"]] == ["email", "phone"]
    taken = api.post(f"customers/{dora.pk}/identities/", {"kind": "email", "value": "eve@evil.example"})
    assert taken.status_code == 400
    assert "Merge" in str(taken.json()["errors"])


@pytest.mark.parametrize("query", ["q=dor", "q=customer.example", "email=DORA@customer.example"])
def test_customers_are_found(api, dora, eve, query):
    assert [row["id"] for row in api.get(f"customers/?{query}").json()["results"]] == [dora.pk]


def test_one_who_was_merged_into_another_is_gone(api, dora, eve):
    dora.absorb(eve, by=None)
    assert [row["name"] for row in api.get("customers/").json()["results"]] == ["Dora"]
    assert api.get(f"customers/{eve.pk}/").status_code == 404
    assert Customer.objects.count() == 2
