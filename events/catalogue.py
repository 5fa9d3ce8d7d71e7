"""Every kind of event, and the payload keys that it carries: read this first.

An event is a fact in the past tense. Its payload holds ids and plain facts, never a customer's words or
addresses. `emit` refuses a kind that is not listed here, and a payload with other keys than these.
"""

KINDS: dict[str, frozenset[str]] = {
    kind: frozenset(keys.split())
    for kind, keys in {
        # agents
        "agent.invited": "role",
        "agent.changed": "fields",
        "agent.deactivated": "handed_to tickets",
        "agent.reactivated": "",
        "agent.presence_changed": "presence by_hand",
        "agent.mail_failed": "envelope",
        "team.changed": "fields",
        "calendar.changed": "",
        "workspace.changed": "fields",
        "token.created": "name scopes",
        "token.revoked": "name",
        # customers
        "customer.created": "source",
        "customer.changed": "fields",
        "customer.merged": "gone merge",
        "customer.unmerged": "back merge",
        "customer.erased": "",
        # tickets: each carries the ticket's own number for the event as well
        "ticket.created": "source status team",
        "ticket.assigned": "was now",
        "ticket.team_changed": "was now",
        "ticket.status_changed": "was now",
        "ticket.priority_changed": "was now",
        "ticket.subject_changed": "",
        "ticket.tagged": "tag",
        "ticket.untagged": "tag",
        "ticket.snoozed": "until",
        "ticket.woken": "because",
        "ticket.solved": "agent team because",
        "ticket.reopened": "because",
        "ticket.closed": "because",
        "ticket.marked_spam": "",
        "ticket.unmarked_spam": "",
        "ticket.followed": "agent",
        "ticket.unfollowed": "agent",
        "ticket.follow_up_opened": "ticket",
        "ticket.participant_added": "message customer",
        "ticket.answer_refused": "agent reason",
        "ticket.address_silenced": "silence",
        "ticket.rated": "score commented",
        "message.received": "message kind automatic",
        "message.amended": "message",
        "message.redacted": "message",
        "file.redacted": "message",
        "reply.held": "message until",
        "reply.written": "message along",
        "reply.withdrawn": "message",
        "reply.delivered": "message",
        "reply.failed": "message reason",
        "note.written": "message mentions",
        "notice.written": "message purpose",
        "choice.made": "message value",
        # promises
        "policy.changed": "",
        "sla.warned": "clock promise began due",
        "sla.breached": "clock promise began due",
        "sla.escalated": "clock promise began step to",
        # border
        "channel.changed": "fields",
        "registration.changed": "fields",
        "mail.reported": "report",
        "address.silenced": "",
        "address.unsilenced": "",
        "parcel.quarantined": "reason",
        "parcel.released": "",
        "parcel.discarded": "",
        "sender.judged": "verdict",
        "sender.forgotten": "",
        "visitor.blocked": "",
        "visitor.unblocked": "",
        # what is done without being asked
        "macro.changed": "fields",
        "rule.changed": "fields",
        # the question at the end
        "survey.asked": "survey",
        "survey.answered": "survey score changed",
        "survey.declined": "survey",
        "survey.refused": "survey",
        "survey.allowed": "survey",
        "asking.changed": "fields",
        "staffing.changed": "fields",
    }.items()
}
