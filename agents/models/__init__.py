from agents.models.agent import Agent, Presence, Role
from agents.models.team import Membership, Team
from agents.models.token import Token

__all__ = ["Agent", "Membership", "Presence", "Role", "Team", "Token"]
