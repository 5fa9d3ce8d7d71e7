from agents.models.agent import Agent, LastAdministrator, Mails, Presence, Role, Theme
from agents.models.calendar import Calendar
from agents.models.idempotency import IdempotencyKey
from agents.models.notice import Notice
from agents.models.picture import Picture
from agents.models.team import Membership, Team
from agents.models.token import Scope, Token
from agents.models.workspace import Workspace

__all__ = [
    "Agent",
    "Calendar",
    "IdempotencyKey",
    "LastAdministrator",
    "Mails",
    "Membership",
    "Notice",
    "Picture",
    "Presence",
    "Role",
    "Scope",
    "Team",
    "Theme",
    "Token",
    "Workspace",
]
