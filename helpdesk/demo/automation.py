"""What the shop's people have made ready: macros and rules."""

from __future__ import annotations

from typing import Any

from agents.models import Agent, Role, Team
from automation.models import Ability, Macro, Mode, RoutingPlan, Rule


def furnish(teams: dict[str, Team], agents: dict[str, Agent]) -> None:
    """Macros of everybody and of a team; rules on events and on time. No rule acts on what is told of the past."""
    admin = next(one for one in agents.values() if one.role == Role.ADMINISTRATOR)
    thanks = (
        "Dear {customer.name},\n\nthank you for telling us. A new one is on its way; it takes three days."
    )
    delayed = "مرحبًا {customer.name}،\n\nنعتذر عن التأخير. طلبكم في الطريق، ورقم المتابعة {ticket.number}.\n\n{agent.name}"
    waiting = (
        "سلام {customer.name}،\n\nسفارش شما در راه است. اگر تا فردا نرسید همین‌جا بنویسید.\n\n{agent.name}"
    )
    Macro.write(
        admin,
        "A new one is on its way",
        [_step("reply", thanks), _step("tag", "replacement"), _step("status", "solved")],
    )
    Macro.write(admin, "اعتذار عن التأخير", [_step("reply", delayed), _step("tag", "delivery")])
    Macro.write(admin, "سفارش در راه است", [_step("reply", waiting), _step("status", "pending")])
    Macro.write(
        admin,
        "Ask again tomorrow",
        [_step("status", "pending"), _step("snooze", 24), _step("assignee", "me")],
    )
    Macro.write(
        admin,
        "Hand to the workshop",
        [
            _step("team", teams["machines"].pk),
            _step("assignee", "nobody"),
            _step("note", "{customer.name} needs somebody who knows the machine."),
        ],
        team=teams["orders"],
    )


def routing(teams: dict[str, Team], agents: dict[str, Agent]) -> None:
    """The wholesale team's tickets are given out; the others take theirs themselves."""
    admin = next(one for one in agents.values() if one.role == Role.ADMINISTRATOR)
    helps = {"overflow_team": teams["orders"], "overflow_after": 1800}
    RoutingPlan.of(teams["wholesale"]).change(admin, mode=Mode.LEAST_BUSY, **helps)
    abilities = {"sara": (12, ["ar", "en"], ["vip"]), "niloofar": (8, ["fa", "en"], ["refund"])}
    for key, (capacity, languages, skills) in abilities.items():
        Ability.of(agents[key]).change(admin, capacity=capacity, languages=languages, skills=skills)


def rules(agents: dict[str, Agent]) -> None:
    """Two that are on, and one to be tried."""
    admin = next(one for one in agents.values() if one.role == Role.ADMINISTRATOR)
    vip = {"all": [_leaf("customer.tier", "equals", "vip"), _leaf("ticket.priority", "most", "2")]}
    money = [_leaf("message.text", "contains", word) for word in ("refund", "استرداد", "مرجوع")]
    _rule(
        admin,
        {"name": "VIP customers first", "happenings": ["created"], "conditions": vip}
        | {"actions": [_step("priority", 3), _step("tag", "vip")]},
    ).switch(admin, on=True)
    _rule(
        admin,
        {"name": "Who asks for money back", "happenings": ["created", "customer_wrote"]}
        | {
            "conditions": {"all": [_leaf("message.automatic", "no"), {"any": money}]},
            "actions": [_step("tag", "refund")],
        },
    ).switch(admin, on=True)
    _rule(
        admin,
        {"name": "Nobody waits for two days", "kind": "time", "anchor": "waiting", "hours": 48}
        | {"conditions": {"all": [_leaf("ticket.priority", "most", "3")]}, "actions": [_step("priority", 4)]},
    )


def _rule(by: Agent, body: dict[str, Any]) -> Rule:
    whole = {"kind": "event", "happenings": [], "anchor": "", "hours": 0, "stops": False}
    return Rule.write(by, whole | body)


def _leaf(fact: str, test: str, value: str | None = None) -> dict[str, str | None]:
    return {"fact": fact, "is": test, "value": value if test not in {"yes", "no"} else None}


def _step(kind: str, value: str | int) -> dict[str, str | int]:
    return {"do": kind, "value": value}
