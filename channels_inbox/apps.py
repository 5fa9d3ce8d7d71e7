from importlib import import_module

from django.apps import AppConfig


class ChannelsInboxConfig(AppConfig):
    name = "channels_inbox"

    def ready(self) -> None:
        import_module("channels_inbox.subscribers")
        import_module("channels_inbox.hints")
