from django.urls import URLPattern, path

from channels_inbox.adapters.widget import desk_views, loading, settings_views, views

urlpatterns: list[URLPattern] = [
    path("settings/channels/new/widget/", settings_views.new, name="channel-widget-new"),
    path("settings/channels/<int:channel_id>/widget/", settings_views.widget, name="channel-widget"),
    path(
        "settings/channels/<int:channel_id>/widget/secret/",
        settings_views.secret,
        name="channel-widget-secret",
    ),
    path("tickets/<int:ticket_id>/visitor/", desk_views.visitor, name="ticket-visitor"),
    path("tickets/<int:ticket_id>/visitor/end/", desk_views.End.as_view(), name="visitor-end"),
    path("tickets/<int:ticket_id>/visitor/blocking/", desk_views.Blocking.as_view(), name="visitor-blocking"),
    path(
        "widget/conversations/<uuid:conversation_id>/transcript/", views.transcript, name="widget-transcript"
    ),
    path("widget.js", loading.loader, name="widget-loader"),
    path("widget/app.<slug:digest>.js", loading.app, name="widget-app"),
    path("widget/<slug:key>/settings/", views.settings, name="widget-settings"),
    path("widget/<slug:key>/visitors/", views.visitors, name="widget-visitors"),
    path("widget/conversations/", views.conversations, name="widget-conversations"),
    path("widget/conversations/<uuid:conversation_id>/messages/", views.messages, name="widget-messages"),
    path("widget/files/", views.upload, name="widget-files"),
    path("widget/files/<str:token>/<path:name>", views.file, name="widget-file"),
]
