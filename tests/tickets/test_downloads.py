"""A file whose content is lost is missing, not a failure; whoever runs the desk reads of it, without its name."""

import logging

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from tests.api.conftest import program_of
from tickets.models import Attachment, Blob


@pytest.fixture
def lost(ticket) -> Attachment:
    file = Attachment.objects.create(
        message=ticket.messages.get(), blob=Blob.of(b"a lid, soon lost"), name="dora-passport.png"
    )
    default_storage.delete(file.blob.path)
    return file


def test_a_lost_file_is_not_found_and_logged(client, ann, lost, caplog):
    client.force_login(ann)
    assert client.get(reverse("file", args=[lost.token, lost.name])).status_code == 404
    assert program_of(ann).get(f"attachments/{lost.token}/content/").status_code == 404
    errors = [str(record.msg) for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert all("file_lost" in error and lost.blob.sha256 in error for error in errors)
    assert "passport" not in "".join(map(str, errors))
