"""One conversation of the demo shop, lived through again: the product's own verbs, each at its past time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from agents.models import Agent, Team
from channels_inbox.adapters import adapter_of
from csat.asking import plan, put
from csat.models import Survey
from customers.models import Customer
from helpdesk.demo import drawing
from helpdesk.demo.story import Conversation, File, Line, span
from text.html import clean
from tickets.models import Attachment, Blob, Priority, Status, Ticket
from tickets.models.statusful import CLOSE_AFTER

Step = tuple[datetime, Callable[[], None]]
MINUTE = timedelta(minutes=1)
CONTENT_TYPES = {"png": "image/png", "pdf": "application/pdf", "txt": "text/plain"}


@dataclass
class World:
    """The people of the shop, by their keys, and the moment of loading."""

    now: datetime
    zone: ZoneInfo
    teams: dict[str, Team]
    agents: dict[str, Agent]
    customers: dict[str, Customer]


class Replay:
    """A conversation and the ticket that it becomes, step by step."""

    ticket: Ticket

    def __init__(self, story: Conversation, world: World) -> None:
        self.story, self.world = story, world
        self.customer = world.customers[story.customer]
        self.owner = world.agents.get(story.agent)
        self.supervisor = world.agents["daniel"]
        self.chance = Random(story.subject)

    def steps(self) -> Iterator[Step]:
        """What happens and when; to be run in order of time."""
        at = self.story.beginning(self.world.now, self.world.zone)
        looked = None
        for number, line in enumerate(self.story.lines):
            before, at = at, at + line.after
            agent = self.world.agents.get(line.agent)
            if number == 0:
                yield at, partial(self.begin, line)
            if agent and not looked:
                looked = agent
                yield before + line.after * 0.6, partial(self.sort_out, agent)
            yield at, partial(self.say, line, last=line is self.story.lines[-1])
        if not looked and self.story.state != "new":
            yield at + min(20 * MINUTE, (self.world.now - at) / 2), partial(self.sort_out, self.supervisor)
        yield from self._ending(at)

    def _ending(self, at: datetime) -> Iterator[Step]:
        passed = self.world.now - at
        at += min(self.chance.randint(21, 40) * MINUTE, passed * 0.7)
        yield at, self.settle
        if self.owner and passed > timedelta(hours=3):
            yield at, partial(self.read, self.owner)
        if self.story.rating:
            later = min(self.chance.randint(15, 700) * MINUTE, (self.world.now - at) * 0.8)
            yield at + later, partial(self.rate, *self.story.rating)
        quiet = at + CLOSE_AFTER + self.chance.randint(1, 9) * MINUTE
        if self.story.state == "solved" and quiet < self.world.now:
            yield quiet, self.close

    # Steps -------------------------------------------------------------------------------------------

    def begin(self, first: Line) -> None:
        """The ticket, still without its first message."""
        story, fresh = self.story, self.story.state == "new"
        self.ticket = Ticket.open(
            self.customer,
            self.world.teams[story.team],
            subject=story.subject,
            source=story.source,
            by=self.world.agents.get(first.agent, self.customer),
            language=story.language,
            priority=self._priority if fresh else Priority.NORMAL,
            hold=adapter_of("email").hold if story.source == "email" else timedelta(0),
        )
        self._alone()
        if fresh:
            for name in story.tags:
                self.ticket.tag(name, None)

    def sort_out(self, agent: Agent) -> None:
        """An agent looks at it first: what it is about, how urgent, and whose it is."""
        for name in self.story.tags:
            self.ticket.tag(name, agent)
        self.ticket.set_priority(self._priority, agent)
        if self.story.complaint:
            self.ticket.complain(self.story.complaint, agent)
        if self.owner and (self.owner == agent or not self._answers(self.owner)):
            self.ticket.assign(self.owner, agent)

    def say(self, line: Line, *, last: bool) -> None:
        """One line of the conversation."""
        if line.kind == "customer":
            files = [self._attachment(file, None) for file in line.files]
            self.ticket.receive(self.customer, text=line.text, html=clean(line.html), attachments=files)
        else:
            self.write(line, self.world.agents[line.agent], last=last)

    def write(self, line: Line, agent: Agent, *, last: bool) -> None:
        """One line by an agent."""
        files = [self._attachment(file, agent) for file in line.files]
        if line.kind == "call":
            self.ticket.log_call(agent, line.text)
            return
        if line.kind == "note":
            agents = self.world.agents.values()
            mentions = [one.pk for one in agents if f"@{one.name.split()[0]}" in line.text]
            self.ticket.note(agent, text=line.text, attachments=files, mentions=mentions)
            return
        if agent == self.owner:
            self.ticket.assign(agent, agent)
        then = Status.SOLVED if last and self.story.state == "solved" else Status.PENDING
        message = self.ticket.reply(agent, text=line.text, attachments=files, then=then, hold=timedelta())
        if line.failed:
            message.mark_failed(line.failed)

    def settle(self) -> None:
        """Where it stands today."""
        ticket, state = self.ticket, self.story.state
        agent = self.owner or ticket.assignee or self.supervisor
        if self.owner:
            ticket.assign(self.owner, ticket.assignee or self.supervisor)
        if state == "open":
            ticket.reopen(agent)
        elif state == "on_hold":
            ticket.hold(agent)
        elif state == "solved":
            ticket.solve(agent)
            if survey := plan(ticket, ticket.assignee_id, "answered"):
                put(survey)
        elif state == "spam":
            ticket.mark_spam(agent)
        elif state == "snoozed":
            day = self.world.now.astimezone(self.world.zone).date() + span(self.story.snooze)
            ticket.snooze(datetime.combine(day, time(9), self.world.zone), agent)

    def read(self, agent: Agent) -> None:
        """The agent has seen the last message, answered or not."""
        self.ticket.read_by(agent)

    def rate(self, score: int, comment: str) -> None:
        """The customer's answer to how it went."""
        self.save()
        # A ticket of its own: this one's verbs store nothing.
        Survey.objects.select_related("ticket").get(ticket=self.ticket.pk).answer(score, comment)
        self.ticket = Ticket.objects.get(pk=self.ticket.pk)
        self._alone()

    def close(self) -> None:
        """Nobody wrote again."""
        self.ticket.close(None, because="quiet")

    def save(self) -> None:
        """Store the ticket, which the steps change in memory only."""
        Ticket.save(self.ticket)

    # Details -----------------------------------------------------------------------------------------

    def _alone(self) -> None:
        # Nobody else is at work in this transaction: nothing to wait for, nobody to tell, and one save is enough.
        vars(self.ticket).update(dict.fromkeys(("lock", "tell", "save"), lambda *args, **kwargs: None))

    @property
    def _priority(self) -> Priority:
        return Priority[self.story.priority.upper()]

    def _answers(self, agent: Agent) -> bool:
        return any(self.world.agents.get(line.agent) == agent for line in self.story.lines)

    @staticmethod
    def _attachment(file: File, agent: Agent | None) -> Attachment:
        ending = file.name.rsplit(".", 1)[1]
        draw = {"png": drawing.picture, "pdf": drawing.document}.get(ending)
        blob = Blob.of(draw(file.name) if draw else file.text.encode())
        return Attachment(blob=blob, name=file.name, content_type=CONTENT_TYPES[ending], uploaded_by=agent)
