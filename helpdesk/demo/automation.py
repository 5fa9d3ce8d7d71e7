"""What the shop's people have made ready: macros."""

from __future__ import annotations

from agents.models import Agent, Role, Team
from automation.models import Macro


def furnish(teams: dict[str, Team], agents: dict[str, Agent]) -> None:
    """Macros of everybody, of teams, and of one agent."""
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


def _step(kind: str, value: str | int) -> dict[str, str | int]:
    return {"do": kind, "value": value}
