"""Ending somebody else's mail: by guessed or borrowed links, by scanners that follow them, by forged forms."""

import secrets

from django.test import Client

from csat.models import Survey
from tests.csat.test_survey import channel, solved, survey, wait
from tickets.models import Ticket

__all__ = ["channel", "solved", "survey"]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def nobody_refused() -> bool:
    return not Survey.objects.exclude(refused_at=None).exists()


def test_guessed_links_end_nothing(survey):
    forged = [secrets.token_urlsafe(24) for _time in range(200)]
    forged += [survey.token[:-1], survey.token + "a", survey.token.swapcase(), "0", str(survey.pk)]
    for token in forged:
        assert Client().post(f"/questions/{token}/end/", ONE_CLICK).status_code == 404
    assert nobody_refused()


def test_eves_own_link_ends_nobody_elses_mail(survey, eve, orders, ann, dora):
    mine = Ticket.open(eve, orders, subject="Mine", source="email")
    mine.receive(eve, text="Where is it?")
    mine.solve(ann)
    wait()
    token = Survey.objects.get(ticket=mine).token
    claims = ONE_CLICK | {"token": survey.token, "customer": str(dora.pk), "survey": str(survey.pk)}
    assert Client().post(f"/questions/{token}/end/?token={survey.token}", claims).status_code == 200
    assert Survey.objects.refused_by(eve.pk)
    assert not Survey.objects.refused_by(dora.pk)


def test_scanners_that_follow_links_end_nothing(survey):
    address = f"/questions/{survey.token}/end/"
    for query in ("", "?List-Unsubscribe=One-Click", "?undo=yes"):
        assert Client().get(address + query).status_code == 200
        assert Client().head(address + query).status_code == 200
        assert Client().post(address + query).status_code == 200
    for method in ("put", "patch", "delete"):
        assert getattr(Client(), method)(address, ONE_CLICK).status_code == 405
    assert nobody_refused()


def test_the_address_is_kept_from_other_sites_and_search_engines(survey):
    answer = Client().get(f"/questions/{survey.token}/end/")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
