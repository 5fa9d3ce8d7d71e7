from django.urls import URLPattern, URLResolver, path

from automation.rules import settings_views, views

RULE = "settings/rules/<int:rule_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets/<int:ticket_id>/rules/", views.trace, name="ticket-rules"),
    path("settings/rules/", settings_views.rules, name="rules"),
    path("settings/rules/new/", settings_views.new, name="rule-new"),
    path("settings/rules/export/", settings_views.export, name="rules-export"),
    path("settings/rules/import/", settings_views.bring, name="rules-import"),
    path(RULE, settings_views.rule, name="rule"),
    path(f"{RULE}trial/", settings_views.trial, name="rule-trial"),
    path(f"{RULE}switch/", settings_views.switch, name="rule-switch"),
    path(f"{RULE}place/", settings_views.place, name="rule-place"),
    path(f"{RULE}removal/", settings_views.removal, name="rule-removal"),
    path(f"{RULE}versions/", settings_views.versions, name="rule-versions"),
    path(f"{RULE}versions/<int:number>/", settings_views.restoration, name="rule-restoration"),
]
