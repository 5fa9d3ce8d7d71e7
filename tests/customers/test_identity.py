from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from customers.models import Company, Customer, Identity
from customers.models.identity import key_of

SAME = [
    ["dora@customer.example", "DORA@Customer.Example", "  Dora@customer.example.  "],
    ["dora@bücher.example", "dora@BÜCHER.example", "dora@xn--bcher-kva.example", "dora@bu\u0308cher.example"],
    ["دورا@مثال.إختبار", "دورا@xn--mgbh0fb.xn--kgbechtv"],
    ["jose\u0301@x.example", "josé@x.example", "JOSÉ@x.example"],
]


@pytest.mark.django_db
@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_an_address_written_differently_is_one_customer(spellings):
    assert len({Customer.identify("email", spelling).pk for spelling in spellings}) == 1
    assert Identity.objects.get().value == spellings[0].strip(), "kept as it was written first"


@pytest.mark.django_db
def test_a_phone_number_written_differently_is_one_customer():
    written = ["+971 50 123 4567", "+971501234567", "+٩٧١٥٠١٢٣٤٥٦٧", "+۹۷۱-۵۰-۱۲۳-۴۵۶۷"]
    assert len({Customer.identify("phone", number).pk for number in written}) == 1
    assert Identity.objects.get().key == "+971501234567"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fi@x.example", "ﬁ@x.example"),
        ("dora@x.example", "dοra@x.example"),
        ("strasse@x.example", "straße@x.example"),
        ("dora@x.example", "dora+shop@x.example"),
    ],
)
def test_addresses_that_only_look_alike_are_two(one, other):
    assert Customer.identify("email", one) != Customer.identify("email", other)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", ""),
        ("email", "dora"),
        ("email", "@x.example"),
        ("email", "dora@"),
        ("email", "dora@."),
        ("email", "do ra@x.example"),
        ("email", "dora\u200b@x.example"),
        ("email", "\u202edora@x.example"),
        ("email", "dora\0@x.example"),
        ("email", "dora\ud800@x.example"),
        ("email", "d" * 320 + "@x.example"),
        ("email", "d" * 290 + "@" + "ü" * 20 + ".example"),
        ("phone", "050 123 4567"),
        ("phone", "+1"),
        ("phone", "+999999999999999999999"),
        ("handle", " "),
        ("visitor", ""),
        ("handle", "eve\u202e"),
    ],
)
def test_what_is_no_address_is_refused(kind, value):
    with pytest.raises(ValueError):
        key_of(kind, value)


@pytest.mark.django_db(transaction=True)
def test_two_first_messages_at_once_make_one_customer():
    barrier = Barrier(8)

    def write(number: int) -> int:
        barrier.wait(10)
        try:
            return Customer.identify(
                "email", f"{'Dora' if number % 2 else 'dora'}@customer.example", name="Dora"
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(write, range(8)))
    assert len(found) == 1
    assert Customer.objects.count() == 1
    assert Identity.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("email", "dora@customer.example"),
        ("email", "Dora@customer.example"),
        ("email", "dora @customer.example"),
        ("email", "dora"),
        ("email", ""),
        ("phone", "971501234567"),
    ],
)
def test_the_database_refuses_a_second_spelling(dora, eve, kind, key):
    with pytest.raises(IntegrityError):
        Identity.objects.bulk_create([Identity(customer=eve, kind=kind, value=key, key=key)])


@pytest.mark.django_db
def test_an_address_belongs_to_one_customer_only(dora, eve):
    with pytest.raises(ValueError, match="Another customer"):
        eve.add_identity("email", "DORA@customer.example")
    dora.add_identity("phone", "+971501234567")
    assert Customer.objects.of_identity("phone", "+971 50 123 4567") == dora


@pytest.mark.django_db
def test_the_company_is_found_by_the_mail_domain_unless_anyone_can_have_an_address_there():
    works = Customer.identify("email", "ada@Roasters.example")
    too = Customer.identify("email", "bob@roasters.example")
    assert works.company == too.company == Company.objects.get(domain="roasters.example")
    for address in ("dora@gmail.com", "dora@localhost", "dora@GMX.de"):
        assert Customer.identify("email", address).company is None
    assert Customer.identify("phone", "+971501234567").company is None


@pytest.mark.django_db
def test_a_name_from_outside_is_made_fit_to_store():
    long = Customer.identify("email", "a@x.example")
    Customer.identify("email", "a@x.example", name="Dora \0\r\n" + "x" * 500 + "\ud800")
    long.refresh_from_db()
    assert long.name == ("Dora " + "x" * 500)[:160]


@pytest.mark.django_db
def test_only_plain_facts_are_changed(dora):
    with pytest.raises(TypeError):
        dora.change(None, merged_into=None)
