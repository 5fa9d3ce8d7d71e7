from reports.models.answer import Answer
from reports.models.position import Position
from reports.models.ticket_figures import TicketFigures

__all__ = ["Answer", "Position", "TicketFigures"]
