from reports.models.answer import Answer
from reports.models.cell import Cell, Cut, Grain
from reports.models.position import Position
from reports.models.saved_report import Cadence, ReportMail, SavedReport, Span
from reports.models.staffing_aim import StaffingAim
from reports.models.ticket_figures import TicketFigures

__all__ = [
    "Answer",
    "Cadence",
    "Cell",
    "Cut",
    "Grain",
    "Position",
    "ReportMail",
    "SavedReport",
    "Span",
    "StaffingAim",
    "TicketFigures",
]
