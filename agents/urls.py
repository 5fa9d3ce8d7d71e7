from django.urls import URLPattern, URLResolver, path

from agents.views import presence, shell

urlpatterns: list[URLPattern | URLResolver] = [
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("presence/", presence.change, name="presence"),
]
