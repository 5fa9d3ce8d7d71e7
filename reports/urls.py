from django.urls import URLPattern, path

from agents.seldom import Seldom
from reports import leaving_views

details_views = Seldom("reports.details_views")
forecast_views = Seldom("reports.forecast_views")
now_views = Seldom("reports.now_views")
presence_views = Seldom("reports.presence_views")
reports_views = Seldom("reports.reports_views")
saved_views = Seldom("reports.saved_views")

urlpatterns: list[URLPattern] = [
    path("now/", now_views.board, name="now"),
    path("now/tickets/<int:ticket_id>/assignee/", now_views.reassign, name="now-assignee"),
    path("now/agents/<int:agent_id>/capacity/", now_views.capacity, name="now-capacity"),
    path("reports/", reports_views.reports, name="reports"),
    path("reports/details/", details_views.details, name="reports-details"),
    path("reports/tags/<int:tag_id>/product/", details_views.product, name="tag-product"),
    path("reports/agents/", presence_views.timeline, name="reports-agents"),
    path("reports/tickets/", reports_views.tickets, name="reports-tickets"),
    path("reports/export/", reports_views.export, name="reports-export"),
    path("reports/saved/", saved_views.saved, name="saved-reports"),
    path("reports/saved/new/", saved_views.new, name="saved-report-new"),
    path("reports/saved/<int:report_id>/", saved_views.edit, name="saved-report"),
    path("reports/saved/<int:report_id>/removal/", saved_views.remove, name="saved-report-removal"),
    path(
        "reports/saved/<int:report_id>/unsubscription/",
        saved_views.unsubscribe,
        name="saved-report-unsubscription",
    ),
    path("reports/mailed/<str:token>/end/", leaving_views.leave, name="saved-report-leave"),
    path("reports/forecast/", forecast_views.forecast, name="forecast"),
    path("reports/forecast/staffing/", forecast_views.staffing, name="forecast-staffing"),
]
