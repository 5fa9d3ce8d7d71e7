from django.urls import URLPattern, URLResolver, path

from automation.macros import settings_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets/<int:ticket_id>/macros/", views.menu, name="ticket-macros"),
    path("tickets/<int:ticket_id>/macros/<int:macro_id>/", views.Use.as_view(), name="ticket-macro"),
    path("tickets/<int:ticket_id>/macro-uses/<int:use_id>/", views.take_back, name="macro-use"),
    path("settings/macros/", settings_views.macros, name="macros"),
    path("settings/macros/new/", settings_views.new, name="macro-new"),
    path("settings/macros/<int:macro_id>/", settings_views.macro, name="macro"),
    path("settings/macros/<int:macro_id>/removal/", settings_views.removal, name="macro-removal"),
    path("settings/macros/<int:macro_id>/place/", settings_views.place, name="macro-place"),
]
