"""Attack: the address of a file is guessed, or passed on to somebody who may not see its ticket."""

import pytest
from django.urls import reverse

from channels_inbox.models import Parcel
from channels_inbox.unpacking import unpack
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Attachment


@pytest.fixture
def file(channel) -> Attachment:
    mail = letter()
    for name in ("lid.png", "box.png"):
        mail.add_attachment(b"\x89PNG\r\n\x1a\n" + name.encode(), "image", "png", filename=name)
    unpack(Parcel.accept(channel, mail.as_bytes(), {"from": "dora@customer.example", "to": [CARE]}).pk)
    return Attachment.objects.first()


def test_nothing_in_it_can_be_counted_up(file):
    tokens = list(Attachment.objects.values_list("token", flat=True))
    assert len(set(tokens)) == 2
    assert all(len(token) >= 22 for token in tokens), "128 bits in base64"
    assert all(str(one.pk) != one.token for one in Attachment.objects.all())


def test_a_guess_and_a_changed_letter_find_nothing(client, ann, file):
    client.force_login(ann)
    for token in (str(file.pk), file.token[:-1], file.token.swapcase(), "A" * 22, "..%2f..%2fetc%2fpasswd"):
        assert client.get(f"/files/{token}/lid.png").status_code == 404


@pytest.mark.parametrize("who", ["carl", "nobody"])
def test_the_right_address_is_nothing_to_who_may_not_see_the_ticket(client, request, file, who):
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    answer = client.get(reverse("file", args=[file.token, file.name]))
    assert answer.status_code in (302, 404)
    assert b"PNG" not in answer.content
