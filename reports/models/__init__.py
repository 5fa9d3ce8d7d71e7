from reports.models.answer import Answer
from reports.models.cell import Cell, Cut, Grain
from reports.models.outcome import Outcome
from reports.models.position import Position
from reports.models.saved_report import Cadence, ReportMail, SavedReport, Span, Time
from reports.models.staffing_aim import StaffingAim
from reports.models.tagging import Tagging
from reports.models.ticket_figures import TicketFigures

__all__ = [
    "Answer",
    "Cadence",
    "Cell",
    "Cut",
    "Grain",
    "Outcome",
    "Position",
    "ReportMail",
    "SavedReport",
    "Span",
    "StaffingAim",
    "Tagging",
    "TicketFigures",
    "Time",
]
