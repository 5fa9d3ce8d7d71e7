from django.urls import URLPattern, path

from automation.sla import policy_views, views

urlpatterns: list[URLPattern] = [
    path("tickets/<int:ticket_id>/clocks/", views.ticket_clocks, name="ticket-clocks"),
    path("settings/promises/", policy_views.policies, name="policies"),
    path("settings/promises/new/", policy_views.new_policy, name="policy-new"),
    path("settings/promises/<int:policy_id>/", policy_views.policy, name="policy"),
    path("settings/promises/<int:policy_id>/place/", policy_views.policy_place, name="policy-place"),
    path("settings/promises/<int:policy_id>/removal/", policy_views.policy_removal, name="policy-removal"),
]
