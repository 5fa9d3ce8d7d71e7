"""Who may come through which door. A route that is not listed here fails `test_matrix.py`.

Routes are written as the URLconf writes them, put together. What stands in angle brackets is filled from the
world of `test_matrix.py` by its name there, or by the name that the row gives.
"""

from dataclasses import dataclass, field

AGENTS = frozenset({"ann", "bea", "carl", "adam"})


@dataclass(frozen=True)
class Door:
    """Who is let in. An agent who is not gets `refusal`; whoever is not signed in gets 401, 403 or the sign-in page."""

    lets_in: frozenset[str]
    refusal: int = 403


EVERYONE = Door(AGENTS | {"dora", "eve", "nobody"})
ANY_AGENT = Door(AGENTS)
WHO_SEES_THE_TICKET = Door(frozenset({"ann", "bea", "adam"}), refusal=404)
ANN = Door(frozenset({"ann"}), refusal=404)
BEA = Door(frozenset({"bea"}), refusal=404)
ADMINISTRATORS = Door(frozenset({"adam"}))
SUPERVISORS = Door(frozenset({"adam"}))
LEADS = Door(frozenset({"bea", "adam"}))
WHO_LEADS_THE_TEAM = Door(frozenset({"bea", "adam"}), refusal=404)
VISITORS = Door(frozenset(), refusal=401)
"""Pages of an allowed website and whoever brings a visitor's token: see tests/channels_inbox/widget/test_doors.py."""
NOBODY = Door(frozenset(), refusal=404)
NOBODY_WITHOUT_A_SECRET = Door(frozenset())
NOBODY_ANY_MORE = Door(frozenset(), refusal=302)


@dataclass(frozen=True)
class Row:
    door: Door
    fill: dict[str, str] = field(default_factory=dict)
    holds_a_key: bool = False
    """The address itself is a secret that lets its holder see: a survey's link. Or all is open: a developer's outbox."""
    says: dict[str, str] = field(default_factory=dict)
    """What has to be said to be heard; values in angle brackets are filled from the world as well."""


def rows(
    door: Door, *routes: str, holds_a_key: bool = False, says: dict[str, str] | None = None, **fill: str
) -> dict[str, Row]:
    return {route: Row(door, fill, holds_a_key, says or {}) for route in routes}


TICKET = "tickets/<int:ticket_id>/"
API = "api/v1/"

MATRIX: dict[str, Row] = {
    # Everyone
    **rows(EVERYONE, "", "manifest.webmanifest", "language/", "healthz", "readyz"),
    **rows(
        EVERYONE, "rate/<slug:token>/", "questions/<slug:token>/end/", holds_a_key=True, token="survey_token"
    ),
    # Providers knock there; what is not signed by them is refused, whoever brings it.
    **rows(EVERYONE, "hooks/mail/<slug:token>/", token="hook_token"),
    **rows(NOBODY_WITHOUT_A_SECRET, "hooks/telegram/<slug:token>/", token="telegram_hook"),
    # What a visitor's browser loads.
    **rows(EVERYONE, "widget.js", "widget/app.<slug:digest>.js", digest="language"),
    # A website's visitors: each address asks for its own key, the visitor's token or a file's random address.
    **rows(EVERYONE, "widget/<slug:key>/settings/", key="widget_key"),
    **rows(VISITORS, "widget/<slug:key>/visitors/", key="widget_key"),
    **rows(VISITORS, "widget/conversations/", "widget/files/"),
    **rows(
        VISITORS,
        "widget/conversations/<uuid:conversation_id>/messages/",
        "widget/conversations/<uuid:conversation_id>/transcript/",
    ),
    **rows(
        WHO_SEES_THE_TICKET,
        *(TICKET + part for part in ["visitor/", "visitor/end/", "visitor/blocking/"]),
        ticket_id="chat_ticket_id",
    ),
    **rows(EVERYONE, "widget/files/<str:token>/<path:name>", holds_a_key=True, token="chat_file_token"),
    # In development only; in production they ask for METRICS_TOKEN, or are not there at all.
    **rows(EVERYONE, "metrics"),
    **rows(
        EVERYONE,
        "outbox/",
        "outbox/new/",
        "outbox/<slug:name>/",
        "outbox/<slug:name>/body/",
        "outbox/<slug:name>/source/",
        "outbox/<slug:name>/files/<int:place>/",
        "outbox/<slug:name>/answer/",
        "demo/shop/",
        holds_a_key=True,
    ),
    # Signing in
    **rows(
        EVERYONE,
        "sign-in/",
        "sign-in/inactive/",
        "password/forgotten/",
        "password/forgotten/sent/",
        "password/chosen/",
        "^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    ),
    **rows(ANY_AGENT, "sign-out/"),
    **rows(NOBODY_ANY_MORE, "welcome/"),
    # The desk
    **rows(
        ANY_AGENT,
        "inbox/",
        "inbox/rows/",
        "inbox/counts/",
        "search/",
        "tickets/new/",
        "bell/",
        "bell/reading/",
        "presence/",
        "customers/",
        "customers/suggestions/",
        "customers/<int:customer_id>/",
        "customers/<int:customer_id>/tickets/",
        "customers/<int:customer_id>/notes/",
        "customers/<int:customer_id>/identities/",
        "customers/<int:customer_id>/merges/<int:merge_id>/",
    ),
    **rows(
        WHO_SEES_THE_TICKET,
        TICKET,
        *(
            TICKET + part
            for part in [
                "head/",
                "since/<int:number>/",
                "earlier/<int:number>/",
                "items/",
                "customer/",
                "people/",
                "colleagues/",
                "solution/",
                "status/",
                "assignee/",
                "priority/",
                "subject/",
                "snooze/",
                "spam/",
                "sender/",
                "following/",
                "tags/",
                "tags/<int:tag_id>/",
                "replies/",
                "notes/",
                "drafts/<slug:kind>/",
                "messages/<int:message_id>/participant/",
            ]
        ),
        "messages/<int:message_id>/body/",
        "files/<str:token>/<path:name>",
    ),
    **rows(ANY_AGENT, "customers/<int:customer_id>/merges/", says={"gone": "<eve_id>"}),
    **rows(WHO_SEES_THE_TICKET, TICKET + "team/", says={"team": "<team_id>"}),
    **rows(WHO_SEES_THE_TICKET, TICKET + "attachments/", says={"file": "<file>"}),
    **rows(ANN, TICKET + "replies/<int:message_id>/", message_id="reply_id"),
    **rows(WHO_SEES_THE_TICKET, TICKET + "macros/", TICKET + "macros/<int:macro_id>/", TICKET + "rules/"),
    **rows(WHO_SEES_THE_TICKET, TICKET + "clocks/"),
    **rows(
        WHO_SEES_THE_TICKET,
        *(f"{TICKET}complaint/{part}" for part in ["answer/", "level/", "settlement/"]),
        TICKET + "complaint/",
    ),
    **rows(ANN, "bell/<int:notice_id>/", "bell/<int:notice_id>/reading/"),
    **rows(ANN, TICKET + "macro-uses/<int:use_id>/"),
    **rows(WHO_SEES_THE_TICKET, "messages/<int:message_id>/retry/", message_id="failed_id"),
    **rows(ANN, TICKET + "attachments/<str:token>/", token="upload_token"),
    **rows(WHO_LEADS_THE_TEAM, TICKET + "messages/<int:message_id>/redaction/"),
    **rows(WHO_LEADS_THE_TEAM, TICKET + "files/<str:token>/redaction/"),
    **rows(SUPERVISORS, "customers/<int:customer_id>/erasure/"),
    **rows(LEADS, "ratings/", "ratings/comments/", "ratings/export/"),
    **rows(LEADS, "reports/", "reports/details/", "reports/agents/", "reports/tickets/", "reports/export/"),
    **rows(LEADS, "reports/forecast/", "reports/saved/", "reports/saved/new/"),
    **rows(ADMINISTRATORS, "reports/tags/<int:tag_id>/product/"),
    **rows(BEA, "reports/saved/<int:report_id>/", "reports/saved/<int:report_id>/removal/"),
    **rows(BEA, "reports/saved/<int:report_id>/unsubscription/"),
    **rows(SUPERVISORS, "reports/forecast/staffing/"),
    **rows(LEADS, "now/", "now/tickets/<int:ticket_id>/assignee/"),
    **rows(LEADS, "now/agents/<int:agent_id>/capacity/"),
    # One's own settings
    **rows(ANY_AGENT, "settings/", "settings/profile/", "settings/password/", "settings/tokens/"),
    **rows(ANY_AGENT, "settings/profile/picture/", "settings/profile/picture/removal/"),
    **rows(EVERYONE, "reports/mailed/<str:token>/end/", holds_a_key=True, token="report_token"),
    **rows(EVERYONE, "people/<slug:name>.jpg", holds_a_key=True, name="picture_name"),
    **rows(ANN, "settings/tokens/<int:token_id>/revocation/"),
    **rows(ANY_AGENT, "settings/macros/", "settings/macros/new/"),
    **rows(
        ANN,
        *(f"settings/macros/<int:macro_id>/{part}" for part in ["", "removal/", "place/"]),
        macro_id="own_macro_id",
    ),
    # Everyone's settings
    **rows(
        ADMINISTRATORS,
        "settings/company/",
        "settings/questions/",
        "settings/rules/",
        "settings/rules/new/",
        "settings/rules/export/",
        "settings/rules/import/",
        *(
            f"settings/rules/<int:rule_id>/{part}"
            for part in ["", "trial/", "switch/", "place/", "removal/", "versions/"]
        ),
        "settings/agents/",
        "settings/agents/invitation/",
        "settings/agents/<int:agent_id>/",
        "settings/agents/<int:agent_id>/invitation/",
        "settings/agents/<int:agent_id>/reactivation/",
        "settings/agents/<int:agent_id>/deactivation/",
        "settings/agents/<int:agent_id>/ability/",
        "settings/teams/",
        "settings/teams/new/",
        "settings/teams/<int:team_id>/",
        "settings/teams/<int:team_id>/hours/",
        "settings/teams/<int:team_id>/hours/kept/",
        "settings/teams/<int:team_id>/routing/",
        "settings/promises/",
        "settings/promises/new/",
        "settings/promises/<int:policy_id>/",
        "settings/promises/<int:policy_id>/place/",
        "settings/promises/<int:policy_id>/removal/",
        "settings/complaints/",
        "settings/complaints/new/",
        *(f"settings/complaints/<int:level_id>/{part}" for part in ["", "place/", "removal/"]),
        "settings/calendars/",
        "settings/calendars/new/",
        "settings/calendars/<int:calendar_id>/",
        "settings/dead-letters/",
        "settings/dead-letters/retry/",
        "settings/dead-letters/<int:receipt_id>/retry/",
        "settings/first-steps/",
        "settings/first-steps/closing/",
        "settings/channels/",
        "settings/channels/new/",
        "settings/channels/<int:channel_id>/",
        "settings/channels/<int:channel_id>/test/",
        "settings/channels/<int:channel_id>/sending/",
        "settings/channels/<int:channel_id>/mailbox/",
        "settings/channels/<int:channel_id>/mailbox/state/",
        "settings/channels/<int:channel_id>/mailbox/archive/",
        "settings/channels/<int:channel_id>/mailbox/removal/",
        "settings/channels/<int:channel_id>/consent/<slug:provider>/",
        "settings/channels/<int:channel_id>/consent/<slug:provider>/registration/",
        "settings/channels/<int:channel_id>/consent/<slug:provider>/removal/",
        "settings/consents/<slug:provider>/",
        "settings/channels/telegram/new/",
        "settings/silences/",
        "settings/silences/<int:silence_id>/lifting/",
        "settings/quarantine/",
        "settings/quarantine/<int:parcel_id>/",
        "settings/quarantine/<int:parcel_id>/raw/",
        "settings/quarantine/<int:parcel_id>/retry/",
        "settings/quarantine/<int:parcel_id>/release/",
        "settings/quarantine/<int:parcel_id>/discard/",
        "settings/senders/",
        "settings/senders/<int:sender_id>/removal/",
    ),
    **rows(ADMINISTRATORS, "settings/rules/<int:rule_id>/versions/<int:number>/"),
    **rows(ADMINISTRATORS, "settings/channels/new/widget/"),
    **rows(
        ADMINISTRATORS,
        "settings/channels/<int:channel_id>/widget/",
        "settings/channels/<int:channel_id>/widget/secret/",
        channel_id="widget_channel_id",
    ),
    **rows(ADMINISTRATORS, "settings/channels/<int:channel_id>/texts/<slug:purpose>/"),
    **rows(
        ADMINISTRATORS,
        "settings/channels/<int:channel_id>/telegram/",
        "settings/channels/<int:channel_id>/telegram/state/",
        channel_id="telegram_id",
    ),
    **rows(ADMINISTRATORS, "settings/channels/<int:channel_id>/preview/<slug:language>/"),
    # The API
    **rows(ANY_AGENT, API + "schema/", API + "docs/"),
    **rows(NOBODY, API, API + "<path:path>"),
    **rows(ANY_AGENT, API + "me/", API + "agents/", API + "agents/<int:pk>/", pk="agent_id"),
    **rows(ANY_AGENT, API + "teams/"),
    **rows(WHO_SEES_THE_TICKET, API + "teams/<int:pk>/", pk="team_id"),
    **rows(ADMINISTRATORS, API + "teams/<int:pk>/members/", pk="team_id"),
    **rows(
        ANY_AGENT,
        API + "customers/",
        API + "customers/<int:pk>/",
        API + "customers/<int:pk>/identities/",
        pk="customer_id",
    ),
    **rows(ANY_AGENT, API + "tags/", API + "tickets/", API + "attachments/"),
    **rows(
        WHO_SEES_THE_TICKET,
        *(API + "tickets/<int:pk>/" + part for part in ["", "solution/", "spam/", "following/"]),
        API + "tickets/<int:pk>/tags/<int:tag>/",
        pk="ticket_id",
        tag="tag_id",
    ),
    **rows(
        WHO_SEES_THE_TICKET,
        API + "tickets/<int:pk>/snooze/",
        pk="ticket_id",
        says={"until": "2099-01-01T00:00:00Z"},
    ),
    **rows(WHO_SEES_THE_TICKET, API + "tickets/<int:pk>/tags/", pk="ticket_id", says={"name": "fragile"}),
    **rows(
        WHO_SEES_THE_TICKET,
        *(API + "tickets/<int:ticket>/" + part for part in ["replies/", "notes/"]),
        ticket="ticket_id",
        says={"text": "Hello"},
    ),
    **rows(
        WHO_SEES_THE_TICKET,
        API + "tickets/<int:ticket>/messages/",
        ticket="ticket_id",
        says={"text": "Hello"},
    ),
    **rows(WHO_SEES_THE_TICKET, API + "messages/<int:pk>/", pk="message_id"),
    **rows(WHO_SEES_THE_TICKET, API + "attachments/<str:token>/content/"),
    **rows(WHO_SEES_THE_TICKET, API + "attachments/<str:token>/"),
}

SOCKETS: dict[str, Door] = {"ws/desk/": ANY_AGENT, "ws/widget/<slug:key>/": EVERYONE}
