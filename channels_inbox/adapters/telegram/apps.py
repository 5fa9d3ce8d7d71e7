from importlib import import_module

from django.apps import AppConfig


class TelegramConfig(AppConfig):
    name = "channels_inbox.adapters.telegram"

    def ready(self) -> None:
        import_module("channels_inbox.adapters.telegram.subscribers")
