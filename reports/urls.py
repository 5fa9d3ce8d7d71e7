from django.urls import URLPattern, path

from reports import now_views

urlpatterns: list[URLPattern] = [
    path("now/", now_views.board, name="now"),
    path("now/tickets/<int:ticket_id>/assignee/", now_views.reassign, name="now-assignee"),
]
