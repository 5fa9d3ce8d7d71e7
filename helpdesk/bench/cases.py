"""Pages and changes, measured in turns so that whatever disturbs the machine disturbs all alike."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from agents.models import Team
from channels_inbox.models import Channel
from helpdesk.bench.browsing import Browser
from helpdesk.bench.loader import Cast
from helpdesk.bench.table import Line, ms, percentile
from helpdesk.bench.words import COMMON, RARE
from tickets.models import Ticket

BARE = "bare page"


@dataclass(frozen=True)
class Case:
    """`ask` does it once and gives the seconds; `most` is the goal, in times of the bare page."""

    what: str
    who: str
    ask: Callable[[], float]
    most: float | None = None


def cases(cast: Cast, port: int, source: str = "chat") -> Iterator[Case]:
    """Every case as Ann, in 2 of 20 teams, and as an administrator; the inbox is filtered by `source`."""
    for who, agent in (("Ann", cast.ann), ("admin", cast.admin)):
        yield from _pages(who, Browser(agent, port), cast, source)
        yield from _changes(who, Browser(agent, port), cast)


def _pages(who: str, browser: Browser, cast: Cast, source: str) -> Iterator[Case]:
    short = Ticket.objects.filter(team__in=cast.ann.team_ids(), pile="active").exclude(pk=cast.long_thread)
    open_ticket = short.order_by("-activity_at").values_list("pk", flat=True)[0]
    whole = 'id="timeline"'
    yield Case(BARE, who, lambda: browser.get("/bare/", "</table>"))
    yield Case(
        "inbox, a ticket open", who, lambda: browser.get(f"/tickets/{open_ticket}/?view=open", whole), 2
    )
    yield Case("inbox, none open", who, lambda: browser.get("/inbox/?view=open", 'id="rows"'), 2)
    yield Case(
        "inbox filtered", who, lambda: browser.get(f"/tickets/{open_ticket}/?view=source:{source}", whole), 2
    )
    address = f"/tickets/{cast.long_thread}/?view=open"
    yield Case("ticket of 20 messages", who, lambda: browser.get(address, whole), 2)
    htmx = {"HX-Request": "true"}
    yield Case("the same, chosen in the list", who, lambda: browser.get(address, whole, **htmx), 2)
    hit = '<li id="row-'
    yield Case("search, rare word", who, lambda: browser.get(f"/search/?q={RARE}", hit), 2.5)
    yield Case("search, common word", who, lambda: browser.get(f"/search/?q={COMMON}", hit), 2.5)


def _changes(who: str, browser: Browser, cast: Cast) -> Iterator[Case]:
    mine = Ticket.objects.filter(team__in=cast.ann.team_ids(), pile="active").exclude(pk=cast.long_thread)
    tickets = list(mine.filter(source="email").order_by("id").values_list("pk", flat=True)[:400])
    turns = count()
    for team in Team.objects.filter(pk__in=cast.ann.team_ids()):
        Channel.objects.get_or_create(kind="email", address=f"care{team.pk}@bench.example", team=team)

    def reply() -> float:
        ticket = tickets[next(turns) % len(tickets)]
        form = {"text": "A new one leaves today, with our excuses.", "then": "pending"}
        return browser.post(f"/tickets/{ticket}/replies/", form)

    def create() -> float:
        number = next(turns)
        body = {
            "subject": "Where is my order?",
            "team": cast.ann.team_ids()[0],
            "identity": {"kind": "email", "value": f"new{number}@{who}.example", "name": "New"},
            "message": {"kind": "customer", "text": "It should have been here yesterday."},
        }
        return browser.call("tickets/", body)

    yield Case("public reply, mail queued", who, reply, 1)
    yield Case("create by API", who, create, 1)


def measure(found: list[Case], rounds: int, warm: int) -> dict[tuple[str, str], list[float]]:
    """Seconds of each case, `rounds` times in changing order."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    order, chance = list(found), random.Random(1)
    for turn in range(warm + rounds):
        chance.shuffle(order)
        for case in order:
            took = case.ask()
            if turn >= warm:
                times[case.what, case.who].append(took)
    return times


def lines(found: list[Case], times: dict[tuple[str, str], list[float]]) -> list[Line]:
    """A goal holds when it holds for the p50 and for the p95, each against the bare page's."""
    return [_line(case, times) for case in found]


def _line(case: Case, times: dict[tuple[str, str], list[float]]) -> Line:
    own, bare = times[case.what, case.who], times[BARE, case.who]
    p50, p95 = percentile(own, 0.5), percentile(own, 0.95)
    shown: dict[str, Any] = {"what": case.what, "who": case.who, "p50": ms(p50), "p95": ms(p95)}
    if case.most is None:
        return Line(**shown)
    ratios = p50 / percentile(bare, 0.5), p95 / percentile(bare, 0.95)
    shown["ratio"] = f"{ratios[0]:.2f} / {ratios[1]:.2f}"
    return Line(**shown, goal=f"≤ {case.most:g} × bare", met=max(ratios) <= case.most)
