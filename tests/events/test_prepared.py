"""A query that is put together once asks for other values each time."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from customers.models import Company, Customer
from events.named import OFTEN
from events.prepared import FEW, Prepared

pytestmark = pytest.mark.django_db


@Prepared
def _named(pk: int, name: str, *, upside_down: bool = False) -> QuerySet[Customer]:
    found = Customer.objects.filter(pk__gte=pk, name=name).select_related("company").defer("notes")
    return found.order_by("-pk" if upside_down else "pk")


@Prepared
def _among(*ids: int) -> QuerySet[Customer, int]:
    return Customer.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)


@Prepared
def _since(moment) -> QuerySet[Customer, dict]:
    return Customer.objects.filter(created_at__gte=moment).order_by("pk").values("pk", "name")


def test_each_call_finds_what_its_own_values_ask_for():
    dora, eve = Customer.objects.create(name="Dora"), Customer.objects.create(name="Eve")
    assert _named(dora.pk, "Dora") == [dora]
    assert _named(dora.pk, "Eve") == [eve]
    assert _named(eve.pk, "Dora") == []
    assert _named.first(dora.pk, "Eve") == eve
    assert _named.first(eve.pk, "Dora") is None


def test_related_rows_come_along_and_what_is_deferred_is_asked_for(django_assert_num_queries):
    shop = Company.objects.create(name="Shop", domain="shop.example")
    dora = Customer.objects.create(name="Dora", company=shop, notes="Likes tea.")
    with django_assert_num_queries(1):
        (found,) = _named(dora.pk, "Dora")
        assert found.company == shop
    with django_assert_num_queries(1):
        assert found.notes == "Likes tea."


def test_another_shape_is_another_query():
    first, second = Customer.objects.create(name="Dora"), Customer.objects.create(name="Dora")
    assert _named(first.pk, "Dora") == [first, second]
    assert _named(first.pk, "Dora", upside_down=True) == [second, first]


def test_the_number_of_values_may_differ():
    ids = [Customer.objects.create().pk for _ in range(3)]
    assert _among(ids[0]) == ids[:1]
    assert _among(*ids) == ids
    assert _among(ids[2], ids[0]) == [ids[0], ids[2]]


def test_moments_are_values_too():
    dora = Customer.objects.create(name="Dora")
    assert _since(now() - timedelta(minutes=1)) == [{"pk": dora.pk, "name": "Dora"}]
    assert _since(now() + timedelta(minutes=1)) == []


def test_what_a_value_says_is_never_read_as_sql():
    dora = Customer.objects.create(name="Dora")
    assert _named(dora.pk, "x' OR '1'='1") == []
    assert _named(dora.pk, "%s %(name)s") == []


def test_nothing_is_put_together_the_second_time(monkeypatch):
    _named(1, "Dora")
    compiler = connection.ops.compiler("SQLCompiler")
    monkeypatch.setattr(compiler, "pre_sql_setup", lambda *args, **kwargs: pytest.fail("written again"))
    assert _named(2, "Eve") == []


def test_a_query_that_is_asked_often_is_known_to_the_server_by_name():
    dora, eve = Customer.objects.create(name="Dora"), Customer.objects.create(name="Eve")
    for _ in range(OFTEN):
        assert _named(dora.pk, "Dora") == [dora]
    with CaptureQueriesContext(connection) as asked:
        assert _named(eve.pk, "Eve") == [eve]
        assert _named(eve.pk, "Dora") == []
    assert all(one["sql"].startswith("EXECUTE ") for one in asked)


def test_any_number_of_values_is_asked_for_a_few_at_a_time(django_assert_num_queries):
    ids = [Customer.objects.create().pk for _ in range(FEW + 1)]
    with django_assert_num_queries(2):
        assert _among.among(ids) == ids
    with django_assert_num_queries(0):
        assert _among.among([]) == []


def test_a_number_that_can_be_no_id_finds_nothing():
    for _ in range(OFTEN + 1):
        assert _among(10**30, 1) == []


def test_a_quote_in_what_is_asked_for_stays_a_quote():
    odd = Customer.objects.create(name="D'); DROP TABLE customers_customer; --%s$1")
    for _ in range(OFTEN + 1):
        assert _named(odd.pk, odd.name) == [odd]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_could_not_be_told_is_told_the_next_time():
    dora, new = Customer.objects.create(name="Dora"), Prepared(lambda pk: Customer.objects.filter(pk=pk))
    for _ in range(OFTEN - 1):
        assert new(dora.pk) == [dora]
    with transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        with pytest.raises(DatabaseError):
            new(dora.pk)
        transaction.set_rollback(True)
    assert new(dora.pk) == [dora]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_was_restarted_knows_nothing_and_is_asked_in_full():
    dora = Customer.objects.create(name="Dora")
    for _ in range(OFTEN + 1):
        assert _named(dora.pk, "Dora") == [dora]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    other.cursor().execute("SELECT pg_terminate_backend(%s, 1000)", [backend])
    other.close()
    connection.health_check_enabled, connection.health_check_done = True, False
    assert _named(dora.pk, "Dora") == [dora]


@pytest.mark.django_db(transaction=True)
def test_a_migration_under_a_known_query_is_survived():
    dora = Customer.objects.create(name="Dora")
    for _ in range(OFTEN + 1):
        assert _named(dora.pk, "Dora") == [dora]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE customers_customer ALTER COLUMN tier TYPE varchar(17)")
        try:
            assert _named(dora.pk, "Dora") == [dora]
        finally:
            cursor.execute("ALTER TABLE customers_customer ALTER COLUMN tier TYPE varchar(16)")
    assert _named(dora.pk, "Dora") == [dora]
