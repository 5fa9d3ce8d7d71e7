from importlib import import_module

from django.apps import AppConfig


class CsatConfig(AppConfig):
    name = "csat"

    def ready(self) -> None:
        import_module("csat.subscribers")
