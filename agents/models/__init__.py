from agents.models.agent import Agent, Presence, Role
from agents.models.idempotency import IdempotencyKey
from agents.models.team import Membership, Team
from agents.models.token import Token

__all__ = ["Agent", "IdempotencyKey", "Membership", "Presence", "Role", "Team", "Token"]
