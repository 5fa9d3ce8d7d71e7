"""In which language we write to a customer."""

from django.conf import settings

from tickets.models import Ticket


def language_for(ticket: Ticket) -> str:
    """One of ours: the customer's own, else the one that the ticket is written in, else the first."""
    ours = dict(settings.LANGUAGES)
    wished = (ticket.customer.language, ticket.language)
    return next((language for language in wished if language in ours), settings.LANGUAGE_CODE)
