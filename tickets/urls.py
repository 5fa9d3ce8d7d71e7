from django.urls import URLPattern, URLResolver, path

from tickets.views import actions, composing, files, handover, inbox, redacting, starting, tagging, thread

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", inbox.inbox_page, name="inbox"),
    path("inbox/rows/", inbox.inbox_rows, name="inbox-rows"),
    path("inbox/counts/", inbox.inbox_counts, name="inbox-counts"),
    path("search/", inbox.search_page, name="search"),
    path("tickets/new/", starting.NewTicket.as_view(), name="new-ticket"),
    path("tickets/<int:ticket_id>/", thread.ticket_page, name="ticket"),
    path("tickets/<int:ticket_id>/head/", thread.ticket_head, name="ticket-head"),
    path("tickets/<int:ticket_id>/since/<int:number>/", thread.ticket_since, name="ticket-since"),
    path("tickets/<int:ticket_id>/earlier/<int:number>/", thread.ticket_earlier, name="ticket-earlier"),
    path("tickets/<int:ticket_id>/items/", thread.ticket_items, name="ticket-items"),
    path("tickets/<int:ticket_id>/customer/", thread.ticket_customer, name="ticket-customer"),
    path("tickets/<int:ticket_id>/people/", thread.ticket_people, name="ticket-people"),
    path("tickets/<int:ticket_id>/solution/", actions.Solution.as_view(), name="ticket-solution"),
    path("tickets/<int:ticket_id>/status/", actions.StatusChange.as_view(), name="ticket-status"),
    path("tickets/<int:ticket_id>/assignee/", actions.Assignee.as_view(), name="ticket-assignee"),
    path("tickets/<int:ticket_id>/team/", actions.TeamChange.as_view(), name="ticket-team"),
    path("tickets/<int:ticket_id>/priority/", actions.PriorityChange.as_view(), name="ticket-priority"),
    path("tickets/<int:ticket_id>/subject/", actions.Subject.as_view(), name="ticket-subject"),
    path("tickets/<int:ticket_id>/snooze/", actions.Snooze.as_view(), name="ticket-snooze"),
    path("tickets/<int:ticket_id>/spam/", actions.Spam.as_view(), name="ticket-spam"),
    path("tickets/<int:ticket_id>/following/", actions.FollowingOf.as_view(), name="ticket-following"),
    path("tickets/<int:ticket_id>/tags/", tagging.Tags.as_view(), name="ticket-tags"),
    path("tickets/<int:ticket_id>/tags/<int:tag_id>/", tagging.TagOf.as_view(), name="ticket-tag"),
    path("tickets/<int:ticket_id>/replies/", composing.Replies.as_view(), name="ticket-replies"),
    path("tickets/<int:ticket_id>/replies/<int:message_id>/", composing.Reply.as_view(), name="reply"),
    path("tickets/<int:ticket_id>/notes/", composing.Notes.as_view(), name="ticket-notes"),
    path("tickets/<int:ticket_id>/drafts/<slug:kind>/", composing.Drafts.as_view(), name="ticket-draft"),
    path("tickets/<int:ticket_id>/attachments/", files.Uploads.as_view(), name="ticket-attachments"),
    path(
        "tickets/<int:ticket_id>/attachments/<str:token>/", files.Upload.as_view(), name="ticket-attachment"
    ),
    path("customers/<int:customer_id>/tickets/", thread.customer_tickets, name="customer-tickets"),
    path(
        "tickets/<int:ticket_id>/messages/<int:message_id>/redaction/",
        redacting.Redaction.as_view(),
        name="message-redaction",
    ),
    path(
        "tickets/<int:ticket_id>/files/<str:token>/redaction/",
        redacting.FileRedaction.as_view(),
        name="file-redaction",
    ),
    path("messages/<int:message_id>/body/", files.message_body, name="message-body"),
    path("settings/agents/<int:agent_id>/deactivation/", handover.deactivation, name="agent-deactivation"),
    path("files/<str:token>/<path:name>", files.file, name="file"),
]
