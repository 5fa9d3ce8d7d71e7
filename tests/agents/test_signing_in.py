"""Signing in, out and back in: quick for agents, of no use to strangers."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.urls import reverse

from agents.models import Agent
from agents.tasks import mail_password_link
from events.live import RIGHTS_CHANGED, Letter
from helpdesk import signin_settings
from tests.conftest import PASSWORD

NEW = "seven brass lanterns"
LINK = re.compile(r"https?://[^/\s]+(/password/\S+)")


def sign_in(client, login: str, password: str = PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": login, "password": password} | extra)


@pytest.fixture(autouse=True)
def at_once(monkeypatch, admin):
    monkeypatch.setattr("agents.signin_forms.enqueue", lambda task, *args: task(*args))


@pytest.mark.parametrize("login", ["ann@shop.example", "ANN@Shop.Example ", " ann@shop.example"])
def test_by_address_however_it_is_written(client, ann, login):
    assert sign_in(client, login).status_code == 302
    assert client.session["_auth_user_id"] == str(ann.pk)


def test_back_to_the_page_that_was_asked_for_but_to_no_strangers_page(client, ann):
    assert sign_in(client, ann.email, next="/settings/profile/").url == "/settings/profile/"
    client.logout()
    assert sign_in(client, ann.email, next="https://evil.example/").url == reverse("inbox")


def test_a_wrong_password_and_an_unknown_address_look_the_same(client, ann):
    known, unknown = sign_in(client, ann.email, "nope"), sign_in(client, "nobody@shop.example", "nope")
    said = [list(answer.context["form"].non_field_errors()) for answer in (known, unknown)]
    assert said[0]
    assert said[0] == said[1]
    assert "_auth_user_id" not in client.session


def test_many_wrong_passwords_lock_even_the_right_one_out_for_a_while(client, ann):
    for spelling in ("ann@shop.example", "ANN@shop.example") * 4:
        answer = sign_in(client, spelling, "nope")
    assert answer.status_code == 429
    assert "account/locked.html" in [template.name for template in answer.templates]
    assert sign_in(client, ann.email).status_code == 429
    assert "_auth_user_id" not in client.session


def test_who_was_deactivated_cannot_sign_in_and_is_out_at_once(client, ann, admin):
    sign_in(client, ann.email)
    assert client.get(reverse("profile")).status_code == 200
    ann.deactivate(admin, None, 0)
    assert client.get(reverse("profile")).status_code == 302
    elsewhere = type(client)()
    assert sign_in(elsewhere, ann.email).url == reverse("account_inactive")
    assert elsewhere.get(reverse("account_inactive")).status_code == 200
    assert "_auth_user_id" not in elsewhere.session


def test_signing_out_is_a_press_of_a_button_never_a_link(client, ann):
    client.force_login(ann)
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_a_new_password_ends_every_other_session(client, ann):
    elsewhere = type(client)()
    for browser in (client, elsewhere):
        sign_in(browser, ann.email)
    answer = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW})
    assert answer.status_code == 302
    assert client.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302


def test_a_new_password_closes_the_sockets(client, ann, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("events.live.publish", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        ann.change_password(NEW)
    assert Letter((f"agent.{ann.pk}",), code=RIGHTS_CHANGED) in told


@pytest.mark.parametrize(
    "wrong", [{"oldpassword": "nope"}, {"password1": "short"}, {"password1": "password123"}]
)
def test_a_password_change_insists_on_the_old_one_and_on_a_good_new_one(client, ann, wrong):
    client.force_login(ann)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW} | wrong)
    assert Agent.objects.get(pk=ann.pk).check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew_by_a_mailed_link_that_works_once(client, ann, settings):
    client.post(
        reverse("account_reset_password"), {"email": "Ann@shop.example"}, headers={"Host": "evil.example"}
    )
    (letter,) = mail.outbox
    assert letter.to == [ann.email]
    assert settings.PUBLIC_URL in letter.body
    assert "evil" not in letter.body
    path = LINK.search(letter.body)[1]
    form = client.get(path, follow=True)
    assert "NEW" not in form.request["PATH_INFO"]
    assert client.post(form.request["PATH_INFO"], {"password1": NEW}).status_code == 302
    assert sign_in(client, ann.email, NEW).status_code == 302
    client.logout()
    assert client.get(path, follow=True).context["token_fail"]


def test_asking_for_a_link_tells_nobody_whether_there_is_such_an_agent(client, ann, admin):
    known = client.post(reverse("account_reset_password"), {"email": ann.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@shop.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1


@pytest.fixture
def limited(settings):
    settings.ACCOUNT_RATE_LIMITS = signin_settings.ACCOUNT_RATE_LIMITS


def test_links_are_not_mailed_without_end(client, ann, admin, limited):
    asked = [client.post(reverse("account_reset_password"), {"email": ann.email}) for _ in range(7)]
    assert [answer.status_code for answer in asked] == [302] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_one_address_of_the_net_does_not_try_every_agent(client, ann, limited):
    tried = [sign_in(client, f"agent{number}@shop.example", "nope").status_code for number in range(31)]
    assert 429 not in tried[:20]
    assert tried[-1] == 429
    assert sign_in(client, ann.email).status_code == 429


def test_passwords_are_kept_by_argon2_and_those_kept_otherwise_are_kept_anew(client, ann, settings):
    settings.PASSWORD_HASHERS = signin_settings.PASSWORD_HASHERS
    Agent.objects.filter(pk=ann.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert sign_in(client, ann.email).status_code == 302
    ann.refresh_from_db()
    assert ann.password.startswith("argon2$argon2id$")
    client.logout()
    assert sign_in(client, ann.email).status_code == 302
    client.logout()
    assert sign_in(client, ann.email, PASSWORD + "!").status_code == 200


def test_who_has_left_is_mailed_nothing(ann, admin):
    ann.deactivate(admin, None, 0)
    mail_password_link(ann.email)
    assert mail.outbox == []


def test_a_forged_link_opens_nothing(client, ann):
    answer = client.get(f"/password/{ann.pk}-c0ffee-{'0' * 32}/")
    assert answer.context["token_fail"]


def test_the_page_speaks_the_language_that_was_chosen_on_it(client, admin):
    client.post(reverse("set_language"), {"language": "ar", "next": "/sign-in/"})
    answer = client.get("/sign-in/")
    assert '<html lang="ar" dir="rtl"' in answer.content.decode()
