from django.urls import URLPattern, URLResolver, path

from channels_inbox.adapters.telegram import hook, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/telegram/<slug:token>/", hook.receive, name="telegram-hook"),
    path("settings/channels/telegram/new/", views.new, name="channel-telegram-new"),
    path("settings/channels/<int:channel_id>/telegram/", views.bot, name="channel-telegram"),
    path("settings/channels/<int:channel_id>/telegram/state/", views.state, name="channel-telegram-state"),
]
