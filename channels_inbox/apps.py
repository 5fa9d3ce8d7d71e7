from importlib import import_module

from django.apps import AppConfig

from channels_inbox.adapters import adapters
from tickets.icons import introduce


class ChannelsInboxConfig(AppConfig):
    name = "channels_inbox"

    def ready(self) -> None:
        import_module("channels_inbox.subscribers")
        import_module("channels_inbox.hints")
        for one in adapters():
            introduce(one.source, one.icon, one.label, is_chat=one.is_chat)
