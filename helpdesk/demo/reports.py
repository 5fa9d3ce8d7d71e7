"""What the shop's supervisor has mailed every week."""

from __future__ import annotations

from agents.models import Agent
from reports.models import Cadence, SavedReport, Span


def furnish(agents: dict[str, Agent]) -> None:
    """One report of the whole shop, to him and a lead."""
    owner = agents["daniel"]
    report = SavedReport(
        owner=owner,
        name="How last week went",
        span=Span.LAST_WEEK,
        cadence=Cadence.WEEKLY,
        zone=owner.time_zone,
    )
    report.keep(owner, [owner, agents["yusuf"]])
