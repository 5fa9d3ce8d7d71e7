from django.urls import URLPattern, URLResolver, include, path

from agents.seldom import Seldom
from channels_inbox import (
    blocking_views,
    first_hour,
    hook_views,
    retry_views,
    sender_views,
    settings_views,
    silence_views,
)
from channels_inbox.adapters import parts

consent_views = Seldom("channels_inbox.consent_views")
mailbox_views = Seldom("channels_inbox.mailbox_views")
quarantine_views = Seldom("channels_inbox.quarantine_views")
sending_views = Seldom("channels_inbox.sending_views")

urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(channel)) for channel in parts("urls")),
    path("hooks/mail/<slug:token>/", hook_views.mail, name="mail-hook"),
    path("tickets/<int:ticket_id>/sender/", blocking_views.SenderOf.as_view(), name="ticket-sender"),
    path("messages/<int:message_id>/retry/", retry_views.retry_delivery, name="retry-delivery"),
    path("settings/first-steps/", first_hour.first_hour, name="first-steps"),
    path("settings/first-steps/closing/", first_hour.close, name="first-steps-closing"),
    path("settings/channels/", settings_views.channels, name="channels"),
    path("settings/silences/", silence_views.silences, name="silences"),
    path("settings/silences/<int:silence_id>/lifting/", silence_views.lift, name="silence-lifted"),
    path("settings/channels/new/", settings_views.new, name="channel-new"),
    path("settings/channels/<int:channel_id>/", settings_views.channel, name="channel"),
    path("settings/channels/<int:channel_id>/test/", settings_views.test, name="channel-test"),
    path("settings/channels/<int:channel_id>/sending/", sending_views.sending, name="channel-sending"),
    path(
        "settings/channels/<int:channel_id>/texts/<slug:purpose>/", sending_views.texts, name="channel-texts"
    ),
    path(
        "settings/channels/<int:channel_id>/preview/<slug:language>/",
        sending_views.preview,
        name="channel-text-preview",
    ),
    path("settings/channels/<int:channel_id>/mailbox/", mailbox_views.mailbox, name="mailbox"),
    path("settings/channels/<int:channel_id>/mailbox/state/", mailbox_views.state, name="mailbox-state"),
    path(
        "settings/channels/<int:channel_id>/mailbox/archive/", mailbox_views.archive, name="mailbox-archive"
    ),
    path("settings/channels/<int:channel_id>/mailbox/removal/", mailbox_views.remove, name="mailbox-removal"),
    path(
        "settings/channels/<int:channel_id>/consent/<slug:provider>/", consent_views.consent, name="consent"
    ),
    path(
        "settings/channels/<int:channel_id>/consent/<slug:provider>/registration/",
        consent_views.registration,
        name="consent-registration",
    ),
    path(
        "settings/channels/<int:channel_id>/consent/<slug:provider>/removal/",
        consent_views.withdraw,
        name="consent-removal",
    ),
    path("settings/consents/<slug:provider>/", consent_views.returned, name="consent-returned"),
    path("settings/quarantine/", quarantine_views.quarantine, name="quarantine"),
    path("settings/quarantine/<int:parcel_id>/", quarantine_views.parcel, name="parcel"),
    path("settings/quarantine/<int:parcel_id>/raw/", quarantine_views.raw, name="parcel-raw"),
    path("settings/quarantine/<int:parcel_id>/retry/", quarantine_views.retry, name="parcel-retry"),
    path("settings/quarantine/<int:parcel_id>/release/", quarantine_views.release, name="parcel-release"),
    path("settings/senders/", sender_views.senders, name="senders"),
    path("settings/senders/<int:sender_id>/removal/", sender_views.forget, name="sender-removal"),
    path("settings/quarantine/<int:parcel_id>/discard/", quarantine_views.discard, name="parcel-discard"),
]
