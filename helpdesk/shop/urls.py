from django.urls import URLPattern, URLResolver, path

from helpdesk.shop import views

urlpatterns: list[URLPattern | URLResolver] = [path("", views.shop, name="demo-shop")]
