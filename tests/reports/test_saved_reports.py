"""Reports that are saved and mailed: to whom, with which figures, once a time, and until when."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now

from agents.models import Agent, Role
from events.models import Event
from reports import leaving
from reports.folding import fold
from reports.mailing import mail_due
from reports.models import ReportMail, SavedReport


@pytest.fixture
def report(boss) -> SavedReport:
    return saved(boss, [boss])


def saved(owner: Agent, recipients: list[Agent], **facts) -> SavedReport:
    report = SavedReport(
        owner=owner, name="My week", span="30-days", **{"cadence": "daily", "hour": 8} | facts
    )
    report.keep(owner, recipients)
    return report


def fall_due(days: float = 1) -> None:
    for report in SavedReport.objects.exclude(next_at=None):
        SavedReport.objects.filter(pk=report.pk).update(next_at=report.next_at - timedelta(days=days))


def said(name: str = "") -> str:
    [letter] = [one for one in mail.outbox if name.lower() in one.to[0]]
    return letter.body


def test_a_lead_saves_what_she_looked_at(client, bea, orders, boss):
    client.force_login(bea)
    assert (
        f'value="{orders.pk}" selected'
        in client.get(f"/reports/saved/new/?team={orders.pk}").content.decode()
    )
    facts = {"name": "My week", "span": "last-week", "team": orders.pk, "cadence": "weekly", "weekday": 6}
    facts |= {"hour": 7, "zone": "Asia/Tehran", "recipients": [bea.pk, boss.pk]}
    assert client.post("/reports/saved/new/", facts).status_code == 302
    report = SavedReport.objects.get()
    assert (report.owner, set(report.recipients.all())) == (bea, {bea, boss})
    assert (report.next_at.weekday(), report.next_at.hour, report.next_at.minute) == (6, 3, 30)
    assert "My week" in client.get("/reports/saved/").content.decode()
    assert client.post(f"/reports/saved/{report.pk}/", {**facts, "cadence": ""}).status_code == 302
    report.refresh_from_db()
    assert report.next_at is None
    assert client.post(f"/reports/saved/{report.pk}/removal/").status_code == 302
    assert not SavedReport.objects.exists()


def test_only_to_colleagues_who_may_see_that_much(client, boss, ann, bea, carl, repairs):
    client.force_login(boss)
    facts = {
        "name": "Theirs",
        "span": "yesterday",
        "cadence": "daily",
        "weekday": 0,
        "hour": 7,
        "zone": "UTC",
    }
    for recipient, team in ((ann, ""), (bea, repairs.pk)):
        answer = client.post("/reports/saved/new/", {**facts, "team": team, "recipients": [recipient.pk]})
        assert answer.status_code == 422
    assert client.post("/reports/saved/new/", facts).status_code == 422  # to nobody
    assert not SavedReport.objects.exists()


def test_nobody_changes_anothers(client, report, bea):
    client.force_login(bea)
    for path in ("", "removal/", "unsubscription/"):
        assert client.post(f"/reports/saved/{report.pk}/{path}").status_code == 404
    assert "My week" not in client.get("/reports/saved/").content.decode()


def test_each_recipient_gets_the_figures_that_he_may_see(past, boss, bea):
    fold()
    saved(boss, [boss, bea])
    fall_due()
    assert mail_due() == 2
    assert "Repairs" in said("boss")
    assert "Repairs" not in said("bea")
    [letter] = [one for one in mail.outbox if "bea" in one.to[0]]
    files = {name.rpartition(".")[2]: content for name, content, _kind in letter.attachments}
    assert files.keys() == {"csv", "xlsx"}
    assert "Orders" in files["csv"].decode() if isinstance(files["csv"], bytes) else files["csv"]
    assert files["xlsx"][:2] == b"PK"


def test_how_long_things_took_is_told_in_business_time_where_it_is_chosen(client, boss):
    client.force_login(boss)
    assert 'value="business" selected' in client.get("/reports/saved/new/?time=business").content.decode()
    saved(boss, [boss], time="business")
    fall_due()
    assert mail_due() == 1
    [letter] = mail.outbox
    assert "in business time" in letter.body
    assert "time=business" in letter.body
    assert "in business time" in letter.alternatives[0][0]


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("fa", "rtl")])
def test_in_the_readers_language_and_direction(report, boss, language, direction):
    Agent.objects.filter(pk=boss.pk).update(language=language)
    fall_due()
    mail_due()
    html = mail.outbox[0].alternatives[0][0]
    assert f'dir="{direction}"' in html
    assert ("Came in" in html) == ("Came in" in mail.outbox[0].body) == (language == "en")


def test_once_a_time_however_many_workers_look(report):
    assert mail_due() == 0
    fall_due()
    assert [mail_due(), mail_due(), mail_due()] == [1, 0, 0]
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_after_an_outage_the_last_alone_is_made_up_for(report):
    fall_due(9)
    assert mail_due() == 1
    report.refresh_from_db()
    assert now() < report.next_at <= now() + timedelta(days=1)
    ReportMail.objects.update(
        sent_at=None, next_try_at=now() + timedelta(hours=1), due_at=now() - timedelta(days=3)
    )
    fall_due()
    assert mail_due() == 1  # what was not taken then is not sent any more
    assert ReportMail.objects.count() == 1


def test_what_the_server_does_not_take_is_sent_later(report, monkeypatch):
    def refuse(_letter) -> None:
        raise ConnectionRefusedError

    fall_due()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        assert mail_due() == 0
    row = ReportMail.objects.get()
    assert (row.sent_at, row.tries) == (None, 1)
    assert mail_due() == 0
    ReportMail.objects.update(next_try_at=now())
    assert mail_due() == 1


def test_a_recipient_unsubscribes(client, boss, bea):
    report = saved(boss, [boss, bea])
    client.force_login(bea)
    assert "My week" in client.get("/reports/saved/").content.decode()
    assert client.post(f"/reports/saved/{report.pk}/unsubscription/").status_code == 302
    assert client.post(f"/reports/saved/{report.pk}/unsubscription/").status_code == 404
    fall_due()
    assert mail_due() == 1


def test_it_ends_when_its_owner_leaves(boss, bea, admin):
    report = saved(boss, [bea])
    fall_due()
    SavedReport.fall_due(now())
    boss.deactivate(admin, None, 0)
    report.refresh_from_db()
    assert (report.cadence, report.next_at) == ("", None)
    boss.reactivate(admin)
    assert mail_due() == 0


def test_who_no_longer_leads_gets_no_more(report, boss, admin, bea):
    saved(boss, [bea])
    fall_due()
    bea.change_role(Role.AGENT, admin)
    boss.is_active = False
    boss.save()
    assert mail_due() == 0
    assert not ReportMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(boss):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    saved(boss, [boss])
    fall_due()

    def work(_number: int) -> int:
        try:
            return mail_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(8))) == 1
    assert len(mail.outbox) == 1


def test_a_mail_is_ended_by_one_click_without_signing_in(client, boss, bea):
    report = saved(boss, [boss, bea])
    fall_due()
    mail_due()
    [letter] = [one for one in mail.outbox if bea.email in one.to]
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in letter.body
    path = urlsplit(address).path
    strict = Client(enforce_csrf_checks=True)
    for looking in (strict.get(path), strict.head(path), strict.post(path, {"other": "1"})):
        assert looking.status_code == 200
    assert bea in report.recipients.all()
    ReportMail.objects.all().delete()
    fall_due()
    SavedReport.fall_due(now())
    assert ReportMail.objects.count() == 2
    for _again in range(2):
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(report.recipients.all()) == [boss]
    assert Event.objects.filter(kind="report.unsubscribed").count() == 1
    mail.outbox.clear()
    mail_due()
    assert [one.to for one in mail.outbox] == [[boss.email]]


def test_no_other_address_ends_it(client, boss, bea):
    report = saved(boss, [boss, bea])
    hers = urlsplit(leaving.address(report, bea)).path
    payload, signature = hers.split("/")[-3].split(":")
    his = urlsplit(leaving.address(report, boss)).path.split("/")[-3].split(":")
    for forged in (f"{his[0]}:{signature}", f"{payload}:{his[1]}", payload, "x"):
        assert (
            client.post(f"/reports/mailed/{forged}/end/", {"List-Unsubscribe": "One-Click"}).status_code
            == 404
        )
    assert set(report.recipients.all()) == {boss, bea}
    report.remove(boss)
    assert client.get(hers).status_code == 404
