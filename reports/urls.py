from django.urls import URLPattern, path

from reports import forecast_views, now_views, reports_views

urlpatterns: list[URLPattern] = [
    path("now/", now_views.board, name="now"),
    path("now/tickets/<int:ticket_id>/assignee/", now_views.reassign, name="now-assignee"),
    path("reports/", reports_views.reports, name="reports"),
    path("reports/tickets/", reports_views.tickets, name="reports-tickets"),
    path("reports/export/", reports_views.export, name="reports-export"),
    path("reports/forecast/", forecast_views.forecast, name="forecast"),
    path("reports/forecast/staffing/", forecast_views.staffing, name="forecast-staffing"),
]
