"""How people look on pages."""

from django import template

from agents.models import Agent, Workspace

register = template.Library()

TINTS = 8


@register.filter
def tint(person_id: int | None) -> str:
    """The class of the avatar's background: always the same for the same person."""
    return f"tint-{(person_id or 0) % TINTS}"


@register.inclusion_tag("people/avatar.html")
def avatar(person: object, size: str = "") -> dict[str, object]:
    """Initials in a circle; `person` has pk and initials (Agent, Customer), `size` is "", "s" or "l"."""
    return {"person": person, "size": size}


@register.filter
def is_offered_guide(agent: Agent) -> bool:
    """Whether the first hour's checklist is still to be offered to the agent."""
    return Workspace.offers_guide(agent)
