from django.urls import URLPattern, URLResolver, path

from csat import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("rate/<slug:token>/", views.rate, name="rate"),
    path("questions/<slug:token>/end/", views.end, name="questions-end"),
]
