from django.urls import URLPattern, URLResolver, path

from agents.seldom import Seldom
from csat import settings_views, views

ratings_views = Seldom("csat.ratings_views")

urlpatterns: list[URLPattern | URLResolver] = [
    path("rate/<slug:token>/", views.rate, name="rate"),
    path("questions/<slug:token>/end/", views.end, name="questions-end"),
    path("ratings/", ratings_views.ratings, name="ratings"),
    path("ratings/comments/", ratings_views.more_comments, name="ratings-comments"),
    path("ratings/export/", ratings_views.export, name="ratings-export"),
    path("settings/questions/", settings_views.questions, name="questions"),
]
