"""An agent shows a picture: drawn anew from what was sent, seen by colleagues and by visitors of the chat."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from agents.models import Agent, Picture
from agents.pictures import SIDE
from channels_inbox.adapters.widget.looks import online
from channels_inbox.adapters.widget.models import Widget
from events.models import Event


def painted(kind: str = "PNG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **facts) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "teal").save(file, kind, **facts)
    return file.getvalue()


def choose(client, content: bytes, name: str = "me.png"):
    return client.post(reverse("picture-choice"), {"picture": SimpleUploadedFile(name, content)})


@pytest.fixture
def signed_in(client, ann):
    client.force_login(ann)
    return client


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB"), ("GIF", "L")],
)
def test_a_picture_of_a_common_kind_becomes_a_small_square(signed_in, ann, kind, mode):
    if mode in {"P", "L"}:
        file = io.BytesIO()
        Image.new("RGB", (50, 90), "teal").convert(mode).save(file, kind)
        content = file.getvalue()
    else:
        content = painted(kind, (50, 90), mode)
    assert choose(signed_in, content).status_code == 302
    ann.refresh_from_db()
    answer = signed_in.get(ann.picture_address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "immutable" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (SIDE, SIDE))


def test_it_stands_upright_and_says_nothing_of_where_it_was_taken(signed_in, ann):
    facts = Image.Exif()
    facts[0x0112] = 6  # turned by a quarter
    facts[0x010E] = "taken at home"
    sideways = Image.new("RGB", (200, 200), "white")
    sideways.paste("navy", (0, 0, 200, 100))
    file = io.BytesIO()
    sideways.save(file, "JPEG", exif=facts)
    choose(signed_in, file.getvalue())
    content = bytes(Picture.objects.get(agent=ann).content)
    assert b"taken at home" not in content
    with Image.open(io.BytesIO(content)) as shown:
        assert not shown.getexif()
        left, right = shown.getpixel((20, 96)), shown.getpixel((170, 96))
    assert sum(right) < 250 < sum(left)


def test_another_one_takes_its_place_under_a_new_address(signed_in, ann):
    choose(signed_in, painted())
    ann.refresh_from_db()
    before = ann.picture_address
    choose(signed_in, painted(size=(90, 90)))
    ann.refresh_from_db()
    assert ann.picture_address != before
    assert signed_in.get(before).status_code == 404
    assert Picture.objects.count() == 1


def test_it_is_removed_again(signed_in, ann):
    choose(signed_in, painted())
    assert signed_in.post(reverse("picture-removal")).status_code == 302
    ann.refresh_from_db()
    assert ann.picture_address is None
    assert not Picture.objects.exists()
    changes = Event.objects.filter(kind="agent.changed").values_list("payload", flat=True)
    assert [change["fields"] for change in changes] == [["picture"], ["picture"]]


def test_what_is_no_picture_is_refused_in_words(signed_in, ann):
    answer = choose(signed_in, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert answer.status_code == 422
    assert "not a picture that can be shown" in answer.content.decode()
    assert signed_in.post(reverse("picture-choice")).status_code == 422
    ann.refresh_from_db()
    assert ann.picture == ""


def test_the_desk_shows_it(signed_in, ann):
    assert "<img" not in signed_in.get(reverse("profile")).content.decode()
    choose(signed_in, painted())
    ann.refresh_from_db()
    assert ann.picture_address in signed_in.get(reverse("profile")).content.decode()


def test_the_chat_shows_it(signed_in, ann, orders, admin):
    choose(signed_in, painted())
    widget = Widget.connect(admin, name="Shop", team=orders, origins=["https://shop.example"])
    Agent.objects.filter(pk=ann.pk).update(presence="online")
    ann.refresh_from_db()
    assert online(widget) == [{"name": "Ann", "picture": ann.picture_address}]
