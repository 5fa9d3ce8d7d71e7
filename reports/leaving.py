"""How a recipient ends a report's mails: an address with a signature, which needs no signing in (RFC 8058)."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from agents.models import Agent
from reports.models import SavedReport

_SALT = "reports.leaving"


def address(report: SavedReport, agent: Agent) -> str:
    token = signing.Signer(salt=_SALT).sign_object([report.pk, agent.pk])
    return f"{settings.PUBLIC_URL}{reverse('saved-report-leave', args=[token])}"


def found(token: str) -> tuple[SavedReport, Agent] | None:
    """Whose token it is, also when the report is no longer mailed to him; None for a wrong one, or a report that is gone."""
    try:
        report_id, agent_id = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    report = SavedReport.objects.filter(pk=report_id).first()
    agent = Agent.objects.filter(pk=agent_id).first()
    return (report, agent) if report and agent else None
