"""Every address of the product, in one place; each room lists its own below."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
