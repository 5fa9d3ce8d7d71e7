"""Saved reports by mail: due ones become rows, each row becomes one mail, with the figures that its reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import get_current_timezone, localdate, now
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from agents.models import Agent, Team, Workspace
from csat.period import Period
from reports import leaving, overview
from reports.durations import short
from reports.folding import catch_up
from reports.models import ReportMail, SavedReport, Time
from reports.overview import Asked, Row, Whole
from reports.schedules import days_of
from text import cells, workbook
from text.dates import written
from tickets.icons import SOURCES, source_label

log = structlog.get_logger(__name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def mail_due() -> int:
    """Send what is due; gives back how many mails left."""
    SavedReport.fall_due(now())
    sent = 0
    while (left := _send_next()) is not None:
        sent += left
    return sent


@transaction.atomic
def _send_next() -> bool | None:
    """Whether the next mail left; None where none is to be sent. It is locked until it is marked, so that it leaves
    once, whoever else sends."""
    waiting = ReportMail.objects.filter(sent_at=None, next_try_at__lte=now())
    mail = waiting.select_for_update(skip_locked=True).order_by("pk").first()
    if mail is None:
        return None
    if not mail.report.may_read(mail.agent):
        mail.delete()
        return False
    try:
        _compose(mail).send()
    except OSError as error:
        log.warning("report not mailed", report=mail.report_id, error=type(error).__name__)
        mail.put_off()
        return False
    mail.mark_sent()
    return True


def _compose(mail: ReportMail) -> EmailMultiAlternatives:
    """In the reader's language, its days counted where the report's clock is."""
    report, reader = mail.report, mail.agent
    with translation.override(reader.language), timezone.override(ZoneInfo(report.zone)):
        catch_up()
        asked = asked_of(report, reader, localdate(mail.due_at))
        days = [written(day, "j F Y") for day in (asked.period.first, asked.period.last)]
        context = {
            "report": report,
            "days": " – ".join(dict.fromkeys(days)),
            "rtl": get_language_bidi(),
            "language": reader.language,
            "figures": figures(overview.whole(asked), overview.whole(asked.before())),
            "parts": [(title, rows) for title, rows in parts(asked) if rows],
            "link": f"{settings.PUBLIC_URL}{reverse('reports')}?{asked.query()}",
            "leave": leaving.address(report, reader),
        }
        subject = " ".join(f"{report.name}: {context['days']}".split())
        letter = EmailMultiAlternatives(
            subject,
            render_to_string("mail/report.txt", context),
            to=[reader.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{context['leave']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Message-ID": f"<report-{mail.pk}.{int(mail.due_at.timestamp())}@{settings.MAIL_DOMAIN}>",
            },
        )
        letter.attach_alternative(render_to_string("mail/report.html", context), "text/html")
        for name, content, kind in _files(asked, report.name):
            letter.attach(name, content, kind)
        return letter


def asked_of(report: SavedReport, reader: Agent, today: date) -> Asked:
    """What it says to that reader on that day."""
    first, last = days_of(report.span, today, Workspace.week_begins())
    period = Period(first, last, team=report.team_id, agent=report.agent_id)
    source = report.source if report.source in SOURCES else ""
    return Asked(reader, period, source, by_work=report.time == Time.BUSINESS)


def figures(whole: Whole, before: Whole) -> list[tuple[str, str, str]]:
    """(what, its value, before)."""
    return [
        (_("Came in"), str(whole.created.many), str(before.created.many)),
        (_("Solved tickets"), str(whole.done.many), str(before.done.many)),
        (_("Solved at one touch"), str(whole.one_touch.many), str(before.one_touch.many)),
        (_("Reopened"), str(whole.reopened.many), str(before.reopened.many)),
        (_("Median first reply"), short(whole.first.median), short(before.first.median)),
        (_("Median next reply"), short(whole.next.median), short(before.next.median)),
        (_("Median time to solve"), short(whole.done.median), short(before.done.median)),
    ]


def parts(asked: Asked) -> list[tuple[str, list[dict[str, Any]]]]:
    """By team, agent and channel: title, and rows of label, row, first and resolution in words."""
    teams = {team.pk: team.name for team in Team.objects.visible_to(asked.reader)}
    by_agent = overview.by(asked, "agent")
    agents = Agent.objects.in_bulk([row.key for row in by_agent if row.key])
    by_source = overview.by(asked, "source")
    return [
        (_("Teams"), _named(overview.by(asked, "team"), teams)),
        (_("Agents"), _named(by_agent, {pk: agent.name for pk, agent in agents.items()})),
        (_("Channels"), _named(by_source, {row.key: source_label(row.key) for row in by_source})),
    ]


def _named(rows: list[Row], names: dict[Any, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": names.get(row.key) or _("Nobody"),
            "row": row,
            "first": short(row.first),
            "resolution": short(row.resolution),
        }
        for row in rows
    ]


def _files(asked: Asked, name: str) -> Iterator[tuple[str, bytes, str]]:
    heads = [_("What"), _("Name"), _("Came in"), _("Solved")]
    heads += [_("First reply (seconds)"), _("Time to solve (seconds)")]
    table, zone = list(_table(asked)), get_current_timezone()
    stem = f"report-{asked.period.first}-{asked.period.last}"
    yield f"{stem}.csv", "".join(cells.lines(heads, table, zone)).encode(), "text/csv"
    sheet = workbook.sheet(name, heads, table, zone, rtl=get_language_bidi(), more="")
    yield f"{stem}.xlsx", b"".join(sheet), XLSX


def _table(asked: Asked) -> Iterator[list[Any]]:
    for title, either in ((_("Whole"), asked), (_("Before"), asked.before())):
        whole = overview.whole(either)
        dates = f"{either.period.first} – {either.period.last}"
        yield [
            title,
            dates,
            whole.created.many,
            whole.done.many,
            *map(_seconds, (whole.first.median, whole.done.median)),
        ]
    for day, created, done in overview.by_day(asked)[1]:
        yield [_("Day"), day.isoformat(), created, done, "", ""]
    for title, rows in parts(asked):
        for one in rows:
            row = one["row"]
            yield [title, one["label"], row.created, row.done, _seconds(row.first), _seconds(row.resolution)]


def _seconds(value: float | None) -> int | str:
    return "" if value is None else round(value)
