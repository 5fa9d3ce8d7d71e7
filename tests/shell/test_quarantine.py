"""What could not be read: seen safely, kept byte for byte, tried again or discarded."""

import pytest
from django.urls import reverse

from channels_inbox.models import Channel, Parcel, ParcelState
from channels_inbox.reading import LONGEST, readable
from channels_inbox.unpacking import unpack
from tickets.models import Message

RAW = (
    b"Subject: =?utf-8?b?2LfZhNio?=\r\nX-Odd: \xff\xfe\r\n\r\n"
    b"<script>alert(1)</script>\0 \xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7\r\n"
)


@pytest.fixture
def channel(orders):
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


@pytest.fixture
def parcel(channel):
    return Parcel.objects.create(
        kind="email",
        channel=channel,
        raw=RAW,
        meta={"from": "eve@evil.example"},
        state=ParcelState.QUARANTINED,
    )


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def test_its_words_are_shown_as_words_only(desk, parcel):
    page = desk.get(reverse("parcel", args=[parcel.pk])).content.decode()
    assert "طلب" in page
    assert "مرحبا" in page
    assert "<script>alert" not in page


def test_the_download_is_byte_for_byte_and_never_shown(desk, parcel):
    answer = desk.get(reverse("parcel-raw", args=[parcel.pk]))
    assert answer.content == RAW
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n\r\n", b"\xff" * 5000, b"Subject: =?nope?x?y?=\r\n\r\n", b"Content-Type: ///\r\n\r\n\0"],
)
def test_whatever_it_is_made_of_it_can_be_looked_at(raw):
    seen = readable(raw)
    assert len(seen["text"]) <= LONGEST
    assert "\0" not in seen["text"]


def test_a_long_one_is_cut_and_says_so():
    assert readable(b"From: a@b.example\r\n\r\n" + b"word " * LONGEST)["cut"]


def test_retry_reads_it_again_and_a_readable_one_becomes_a_ticket(desk, channel):
    raw = b"From: dora@customer.example\r\nMessage-ID: <1@x.example>\r\nSubject: Lid\r\n\r\nIt broke.\r\n"
    parcel = Parcel.objects.create(kind="email", channel=channel, raw=raw, state=ParcelState.QUARANTINED)
    for _again in range(2):
        desk.post(reverse("parcel-retry", args=[parcel.pk]))
    unpack(parcel.pk)
    parcel.refresh_from_db()
    assert parcel.state == ParcelState.DONE
    assert Message.objects.count() == 1
    assert desk.get(reverse("parcel", args=[parcel.pk])).status_code == 404


def test_discarding_deletes_the_content_and_only_what_is_in_quarantine(desk, parcel, channel):
    done = Parcel.objects.create(kind="email", channel=channel, raw=b"kept", state=ParcelState.DONE)
    for one in (parcel, done):
        desk.post(reverse("parcel-discard", args=[one.pk]))
    assert bytes(Parcel.objects.get(pk=parcel.pk).raw) == b""
    assert bytes(Parcel.objects.get(pk=done.pk).raw) == b"kept"


def test_pages_meet(desk, channel):
    many = Parcel.objects.bulk_create(
        Parcel(kind="email", channel=channel, raw=b"%d" % number, state=ParcelState.QUARANTINED)
        for number in range(60)
    )
    first = desk.get(reverse("quarantine")).context
    second = desk.get(reverse("quarantine"), {"before": first["more"]}).context
    seen = [parcel.pk for page in (first, second) for parcel in page["parcels"]]
    assert seen == sorted((parcel.pk for parcel in many), reverse=True)
    assert second["more"] is None


def test_a_flood_is_one_row_and_not_met_again_on_the_next_page(desk, channel):
    """Of what failed, each stands alone, however alike."""
    facts = {"kind": "email", "channel": channel, "state": ParcelState.QUARANTINED}
    held = [("bomb", "eve@evil.example")] * 3 + [("", "Odd")] * 2 + [("bomb", "mallory@evil.example")]
    for number in range(10):
        for place, (rule, error) in enumerate(held):
            Parcel.objects.create(raw=f"{number} {place}".encode(), held_for=rule, error=error, **facts)
    first = desk.get(reverse("quarantine"))
    heaps = {parcel.error: parcel.heap for parcel in first.context["parcels"] if parcel.held_for}
    assert heaps == {"eve@evil.example": 30, "mallory@evil.example": 10}
    assert "30 messages" in first.text
    assert len([parcel for parcel in first.context["parcels"] if parcel.error == "Odd"]) == 20
    before = max(parcel.pk for parcel in first.context["parcels"] if parcel.error.startswith("eve"))
    second = desk.get(reverse("quarantine"), {"before": before}).context["parcels"]
    assert {parcel.error for parcel in second} == {"Odd"}


def test_bare_letters_in_a_header_are_read():
    seen = readable("Subject: سفارش من\r\n\r\nText".encode())
    assert seen["headers"] == [("Subject", "سفارش من")]


def test_the_list_does_not_load_the_bytes(desk, parcel, django_assert_max_num_queries):
    with django_assert_max_num_queries(5) as seen:
        desk.get(reverse("quarantine"))
    assert not any('"raw"' in query["sql"] for query in seen.captured_queries)


def test_an_empty_quarantine_says_so(desk):
    assert "Nothing is held back" in desk.get(reverse("quarantine")).content.decode()
