from importlib import import_module

from django.apps import AppConfig


class WidgetConfig(AppConfig):
    name = "channels_inbox.adapters.widget"

    def ready(self) -> None:
        import_module("channels_inbox.adapters.widget.subscribers")
