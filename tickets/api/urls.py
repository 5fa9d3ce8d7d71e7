from typing import Any

from django.urls import path

from tickets.api.messages import MessageResource, NoteResource, ReplyResource
from tickets.api.uploads import AttachmentResource, ContentResource
from tickets.api.views import (
    FollowingResource,
    SnoozeResource,
    SolutionResource,
    SpamResource,
    TagResource,
    TicketResource,
    TicketTagResource,
)

Actions = dict[str, Any]

MADE_AND_UNMADE: Actions = {"post": "create", "delete": "destroy"}
LISTED_AND_MADE: Actions = {"get": "list", "post": "create"}
MADE: Actions = {"post": "create"}
SHOWN: Actions = {"get": "retrieve"}

urlpatterns = [
    path("tags/", TagResource.as_view({"get": "list"}), name="api-tags"),
    path("tickets/", TicketResource.as_view(LISTED_AND_MADE), name="api-tickets"),
    path("tickets/<int:pk>/", TicketResource.as_view(SHOWN | {"patch": "partial_update"}), name="api-ticket"),
    path("tickets/<int:pk>/solution/", SolutionResource.as_view(MADE_AND_UNMADE), name="api-solution"),
    path("tickets/<int:pk>/snooze/", SnoozeResource.as_view(MADE_AND_UNMADE), name="api-snooze"),
    path("tickets/<int:pk>/spam/", SpamResource.as_view(MADE_AND_UNMADE), name="api-spam"),
    path("tickets/<int:pk>/following/", FollowingResource.as_view(MADE_AND_UNMADE), name="api-following"),
    path("tickets/<int:pk>/tags/", TicketTagResource.as_view(MADE), name="api-ticket-tags"),
    path(
        "tickets/<int:pk>/tags/<int:tag>/",
        TicketTagResource.as_view({"delete": "destroy"}),
        name="api-ticket-tag",
    ),
    path("tickets/<int:ticket>/messages/", MessageResource.as_view(LISTED_AND_MADE), name="api-messages"),
    path("tickets/<int:ticket>/replies/", ReplyResource.as_view(MADE), name="api-replies"),
    path("tickets/<int:ticket>/notes/", NoteResource.as_view(MADE), name="api-notes"),
    path("messages/<int:pk>/", MessageResource.as_view(SHOWN), name="api-message"),
    path("attachments/", AttachmentResource.as_view(MADE), name="api-attachments"),
    path("attachments/<str:token>/", AttachmentResource.as_view(SHOWN), name="api-attachment"),
    path("attachments/<str:token>/content/", ContentResource.as_view(SHOWN), name="api-attachment-content"),
]
