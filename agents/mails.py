"""Mail from the desk to its own agents, in their language. Links are made of PUBLIC_URL, never of a request's Host."""

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agents.models import Agent, Workspace


def password_link(agent: Agent) -> None:
    """How to set a new password. The link works once, for as long as PASSWORD_RESET_TIMEOUT says."""
    with translation.override(agent.language):
        _send(agent, _("Set a new password"), "account/email/password_link.txt")


def invitation(agent: Agent, inviter: Agent) -> None:
    """Welcome, and the same kind of link for the first password."""
    with translation.override(agent.language):
        company = Workspace.current().name or _("Fanoos")
        subject = _("%(name)s invites you to %(company)s") % {"name": inviter.name, "company": company}
        _send(agent, subject, "account/email/invitation.txt", inviter=inviter, company=company)


def link_for(agent: Agent) -> str:
    """Where the agent can set a password, once."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(agent)
    place = {"uidb36": user_pk_to_url_str(agent), "key": token}
    return settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs=place)


def _send(agent: Agent, subject: str, template: str, **facts: object) -> None:
    facts |= {"agent": agent, "link": link_for(agent), "days": settings.PASSWORD_RESET_TIMEOUT // 86400}
    text = render_to_string(template, facts)
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(" ".join(subject.split()), text, to=[agent.email], headers=headers).send()
