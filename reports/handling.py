"""How long work takes, as far as answers that left tell it: nobody is watched while he writes.

An agent who sends one answer soon after another worked on the second in between. A chat lasts from its first answer to
its last. Of both the median is taken, from the newest answers; where there are too few, what is usual elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Avg
from django.utils.timezone import now

from agents.models import Agent
from reports.arrivals import tickets
from reports.models import Answer, StaffingAim
from reports.staffing import Effort
from tickets.icons import CHATS

NEWEST = 3000
PAST = timedelta(weeks=4)
PAUSE = 30 * 60
"""Seconds: between answers farther apart the agent did something else."""
LONGEST_CHAT = 2 * 3600
FEWEST = 20
"""Fewer are no measure."""
USUAL_CHAT, USUAL_ANSWER, USUAL_ANSWERS = 10 * 60.0, 6 * 60.0, 1.5

Left = tuple[datetime, int | None, int, str]
"""When an answer left, of which agent, on which ticket, and where that came from."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of a chat and of any other answer; how many of those a ticket takes. Which of the two are measured."""

    chat: float = USUAL_CHAT
    answer: float = USUAL_ANSWER
    answers: float = USUAL_ANSWERS
    chat_measured: bool = False
    answer_measured: bool = False

    @property
    def effort(self) -> Effort:
        return Effort(self.chat, self.answer * self.answers, self.answer)


def times(reader: Agent, aim: StaffingAim, team: int | None = None) -> Times:
    """What is set, else what is measured, else what is usual."""
    answers = Answer.objects.filter(at__gte=now() - PAST)
    if team is not None or not reader.sees_everything:
        answers = answers.filter(team__in=reader.team_ids() if team is None else [team])
    found = measured(answers.order_by("-at").values_list("at", "agent", "ticket", "source")[:NEWEST])
    done = tickets(reader, team).filter(done_at__gte=now() - PAST).exclude(source__in=CHATS)
    found = replace(found, answers=max(1.0, done.aggregate(many=Avg("replies"))["many"] or USUAL_ANSWERS))
    if aim.chat_minutes:
        found = replace(found, chat=aim.chat_minutes * 60.0, chat_measured=False)
    if aim.answer_minutes:
        found = replace(found, answer=aim.answer_minutes * 60.0, answer_measured=False)
    return found


def measured(answers: Iterable[Left]) -> Times:
    """What these answers tell, in whatever order."""
    before: dict[int, datetime] = {}
    chats: dict[int, list[datetime]] = {}
    gaps = []
    for at, agent, ticket, source in sorted(answers, key=lambda one: one[0]):
        if source in CHATS:
            chats.setdefault(ticket, []).append(at)
        elif agent in before and (gap := (at - before[agent]).total_seconds()) <= PAUSE:
            gaps.append(gap)
        if agent is not None:
            before[agent] = at
    lasted = [(left[-1] - left[0]).total_seconds() for left in chats.values() if len(left) > 1]
    lasted = [seconds for seconds in lasted if seconds <= LONGEST_CHAT]
    found = Times()
    if len(gaps) >= FEWEST:
        found = replace(found, answer=max(1.0, median(gaps)), answer_measured=True)
    if len(lasted) >= FEWEST:
        found = replace(found, chat=max(1.0, median(lasted)), chat_measured=True)
    return found
