"""A mail channel, and questions that were asked and answered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now

from agents.models import Agent, Team
from channels_inbox.models import Channel
from csat.models import Survey
from customers.models import Customer
from tickets.models import Ticket


@pytest.fixture
def channel(orders) -> Channel:
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


@pytest.fixture
def asked(dora, orders, ann, channel) -> Callable[..., Survey]:
    """A question put about a ticket of Dora's, `days` ago, and its answer, if she gave one."""

    def asked(
        score: int | None = None,
        comment: str = "",
        *,
        days: float = 1,
        team: Team = orders,
        agent: Agent | None = ann,
        customer: Customer = dora,
        subject: str = "Cracked lid",
    ) -> Survey:
        at: datetime = now() - timedelta(days=days)
        ticket = Ticket.open(customer, team, subject=subject, source="email")
        survey = Survey.objects.create(ticket=ticket, team=team, agent=agent, channel=channel, asked_at=at)
        if score is not None:
            survey.answer(score, comment)
            Survey.objects.filter(pk=survey.pk).update(answered_at=at + timedelta(hours=1))
        return survey

    return asked
