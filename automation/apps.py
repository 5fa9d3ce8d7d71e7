from importlib import import_module

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "automation"

    def ready(self) -> None:
        import_module("automation.subscribers")
