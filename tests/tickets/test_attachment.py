import hashlib
import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now

from tickets.models import Attachment, Blob, Draft
from tickets.tasks import sweep_blobs, sweep_files

pytestmark = pytest.mark.django_db(transaction=True)


def attach(ticket, dora, content: bytes) -> Attachment:
    with transaction.atomic():
        attachment = Attachment(blob=Blob.of(content), name="lid.png")
        ticket.receive(dora, text="See", attachments=[attachment])
    return attachment


def a_day_passes() -> None:
    Blob.objects.update(used_at=now() - timedelta(hours=25))
    Attachment.objects.update(created_at=now() - timedelta(hours=25))


def test_the_same_content_is_kept_once(ticket, dora):
    one, other = attach(ticket, dora, b"lid"), attach(ticket, dora, b"lid")
    assert one.blob == other.blob
    assert one.token != other.token
    assert other.blob.open().read() == b"lid"


def test_what_a_dying_worker_left_half_written_is_written_whole(ticket, dora):
    content = b"lid" * 1000
    path = Blob(sha256=hashlib.sha256(content).hexdigest()).path
    default_storage.save(path, ContentFile(content[:100]))
    assert attach(ticket, dora, content).blob.open().read() == content
    assert default_storage.size(path) == len(content)


def test_what_nothing_carries_goes_after_a_day(ticket, dora, ann):
    carried = attach(ticket, dora, b"carried").blob
    uploaded = Attachment.objects.create(blob=Blob.of(b"never sent"), name="x", uploaded_by=ann)
    drafted = Blob.of(b"in a draft")
    Attachment.objects.create(blob=drafted, name="y", draft=Draft.keep(ticket, ann, "reply", "…"))
    paths = [blob.path for blob in (carried, drafted, uploaded.blob)]
    sweep_blobs()
    assert Blob.objects.count() == 3
    a_day_passes()
    sweep_blobs()
    assert set(Blob.objects.all()) == {carried, drafted}
    assert [default_storage.exists(path) for path in paths] == [True, True, False]


def test_a_file_whose_row_was_rolled_back_goes_too(ticket, dora, monkeypatch):
    with transaction.atomic():
        lost = Blob.of(b"rolled back").path
        transaction.set_rollback(True)
    kept = attach(ticket, dora, b"kept").blob.path
    young = default_storage.save(f"blobs/{lost[6:8]}/{'0' * 64}", ContentFile(b"being stored now"))
    for path in (lost, kept):
        os.utime(default_storage.path(path), (0, 0))
    for hour in range(16):
        monkeypatch.setattr(
            "tickets.tasks.now", lambda hour=hour: now().replace(hour=hour) + timedelta(days=1)
        )
        if lost[6] != f"{hour:x}":
            sweep_files()
            assert default_storage.exists(lost) == (f"{hour:x}" < lost[6])
        else:
            monkeypatch.setattr("tickets.tasks.now", lambda hour=hour: now().replace(hour=hour))
            sweep_files()
            assert default_storage.exists(young), "younger than a day"
    assert not default_storage.exists(lost)
    assert default_storage.exists(kept)
    default_storage.delete(young)
