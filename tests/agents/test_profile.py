"""What an agent says about himself."""

import pytest
from django.urls import reverse

from agents.models import Agent, Presence
from events.models import Event

WISHES = {
    "name": "Ann Lee",
    "language": "ar",
    "time_zone": "Asia/Dubai",
    "theme": "dark",
    "mails": "always",
    "signature": "مع التحية",
    "sound": "on",
}


def test_saving_changes_exactly_what_was_written(client, ann):
    client.force_login(ann)
    assert client.post(reverse("profile"), WISHES).status_code == 302
    ann = Agent.objects.get(pk=ann.pk)
    assert (ann.name, ann.language, ann.time_zone, ann.theme) == ("Ann Lee", "ar", "Asia/Dubai", "dark")
    assert (ann.signature, ann.sound, ann.shortcuts) == ("مع التحية", True, False)
    event = Event.objects.get(kind="agent.changed")
    assert "Ann Lee" not in str(event.payload)


def test_the_next_page_comes_in_the_new_language_and_theme(client, ann):
    client.force_login(ann)
    page = client.post(reverse("profile"), WISHES, follow=True).content.decode()
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in page


def test_nobody_gives_himself_rights_by_the_profile(client, ann, repairs):
    client.force_login(ann)
    client.post(
        reverse("profile"),
        WISHES | {"role": "administrator", "is_active": "", "teams": repairs.pk, "email": "x@y.z"},
    )
    after = Agent.objects.get(pk=ann.pk)
    assert (after.role, after.is_active, after.email) == ("agent", True, "ann@shop.example")
    assert repairs not in after.teams.all()


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Base"}, {"language": "xx"}, {"theme": "pink"}, {"name": ""}]
)
def test_what_makes_no_sense_is_refused_and_nothing_is_saved(client, ann, wrong):
    client.force_login(ann)
    assert client.post(reverse("profile"), WISHES | wrong).status_code == 422
    assert Agent.objects.get(pk=ann.pk).theme == "system"


def test_a_name_is_only_ever_text(client, ann):
    client.force_login(ann)
    page = client.post(reverse("profile"), WISHES | {"name": "<script>alert(1)</script>"}, follow=True)
    assert "<script>alert" not in page.content.decode()


def test_presence_by_hand_stays_until_changed(client, ann):
    client.force_login(ann)
    answer = client.post(reverse("presence"), {"presence": "away"}, headers={"HX-Request": "true"})
    assert 'id="me"' in answer.content.decode()
    ann.be(Presence.ONLINE, by_hand=False)
    assert Agent.objects.get(pk=ann.pk).presence == Presence.AWAY


def test_presence_without_script_returns_to_the_page_but_never_elsewhere(client, ann):
    client.force_login(ann)
    assert client.post(reverse("presence"), {"presence": "away", "next": "/settings/"}).url == "/settings/"
    assert client.post(reverse("presence"), {"presence": "away", "next": "//evil.example"}).url == "/"
    assert client.post(reverse("presence"), {"presence": "dancing"}).status_code == 400
    assert client.get(reverse("presence")).status_code == 405
