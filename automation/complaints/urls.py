from django.urls import URLPattern, path

from automation.complaints import settings_views, views

COMPLAINT = "tickets/<int:ticket_id>/complaint/"
LEVEL = "settings/complaints/<int:level_id>/"

urlpatterns: list[URLPattern] = [
    path(COMPLAINT, views.ComplaintOf.as_view(), name="ticket-complaint"),
    path(f"{COMPLAINT}answer/", views.Answer.as_view(), name="ticket-complaint-answer"),
    path(f"{COMPLAINT}level/", views.NextLevel.as_view(), name="ticket-complaint-level"),
    path(f"{COMPLAINT}settlement/", views.Settlement.as_view(), name="ticket-complaint-settlement"),
    path("settings/complaints/", settings_views.levels, name="complaints"),
    path("settings/complaints/new/", settings_views.new_level, name="complaint-new"),
    path(LEVEL, settings_views.level, name="complaint"),
    path(f"{LEVEL}place/", settings_views.place, name="complaint-place"),
    path(f"{LEVEL}removal/", settings_views.removal, name="complaint-removal"),
]
