"""Every route × everyone: whoever is let in finds the door open, whoever is not finds it shut and learns nothing."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils.timezone import now

from agents.models import Agent, Calendar, Notice, Picture, Team, Token
from automation.models import ComplaintLevel, Macro, Policy, Rule
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.adapters.widget.models import Visitor, Widget
from channels_inbox.adapters.widget.saying import Said, say
from channels_inbox.models import Channel, Consent, Mailbox, Outlet, Parcel, ParcelState, Sender, Silence
from csat.models import Survey
from customers.models import Customer
from events.models import Event, Receipt, ReceiptState
from helpdesk.sockets import websocket_urlpatterns
from reports import leaving
from reports.models import SavedReport
from tests.access.matrix import AGENTS, MATRIX, SOCKETS, Row
from tests.routes import paths
from tickets.models import Attachment, Blob, Draft, Ticket

SECRET = "obsidianteapot"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
SIGN_IN = "agents.backends.AgentBackend"


def test_every_route_is_in_the_matrix():
    found = paths()
    assert sorted(found - MATRIX.keys()) == [], "list them in tests/access/matrix.py"
    assert sorted(MATRIX.keys() - found) == [], "these are gone: take them out of tests/access/matrix.py"


def test_every_socket_is_in_the_matrix():
    assert {str(route.pattern) for route in websocket_urlpatterns} == SOCKETS.keys()


# The world -------------------------------------------------------------------------------------------------


@pytest.fixture
def world(ann, bea, carl, admin, dora, eve, orders) -> dict[str, Any]:
    """What fills the angle brackets. All of it belongs to Dora's ticket with the orders team, or to Ann."""
    ticket = Ticket.open(dora, orders, subject=f"Cracked {SECRET}", source="email")
    with transaction.atomic():
        attachment = Attachment(blob=Blob.of(b"a picture"), name=f"{SECRET}.txt")
        message = ticket.receive(
            dora, text=f"My {SECRET}", html=f"<p>My {SECRET}</p>", attachments=[attachment]
        )
    failed = ticket.reply(ann, text=f"A new {SECRET}")
    failed.mark_failed("No such mailbox.")
    reply = ticket.reply(ann, text=f"Another {SECRET}", hold=timedelta(minutes=1))
    with transaction.atomic():
        upload = Attachment(blob=Blob.of(b"not sent yet"), name=f"{SECRET}.png", uploaded_by=ann)
        upload.draft = Draft.keep(ticket, ann, "reply", f"About the {SECRET}")
        upload.save()
    token, _secret = Token.issue(ann, "Ann's", ["read"], ann)
    event = Event.objects.create(kind="ticket.solved", subject_kind="ticket", subject_id=ticket.pk)
    channel = Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    Mailbox.objects.create(channel=channel, host="127.0.0.1", port=9, user="care")
    Consent.objects.create(channel=channel, provider="google", user="care")
    telegram = Channel.objects.create(kind="telegram", name="Shop", team=orders)
    bot = Bot(channel=telegram)
    bot.change(None, token="1:nobody", api_url="http://127.0.0.1:9", remote_id=1, receives="webhook")
    raw = f"Subject: {SECRET}".encode()
    tag = ticket.tag("fragile", ann)
    tagged = Event.objects.get(ticket_id=ticket.pk, kind="ticket.tagged")
    return {
        "ticket_id": ticket.pk,
        "number": 1,
        "tag_id": tag.pk,
        "message_id": message.pk,
        "reply_id": reply.pk,
        "failed_id": failed.pk,
        "kind": "reply",
        "token": attachment.token,
        "name": "x",
        "upload_token": upload.token,
        "survey_token": Survey.objects.create(ticket=ticket, agent=ann, team=orders, asked_at=now()).token,
        "customer_id": dora.pk,
        "merge_id": dora.absorb(Customer.identify("email", "d@home.example"), by=ann).pk,
        "eve_id": eve.pk,
        "file": SimpleUploadedFile("lid.txt", b"a lid"),
        "agent_id": bea.pk,
        "report_id": (report := _saved(bea)).pk,
        "report_token": leaving.address(report, bea).split("/")[-3],
        "team_id": orders.pk,
        "calendar_id": Calendar.company().pk,
        "notice_id": Notice.objects.create(agent=ann, ticket=ticket.pk, event=tagged.pk, at=now()).pk,
        "level_id": ComplaintLevel.objects.create(owner="leads").pk,
        "policy_id": Policy.objects.create(name="Another").pk,
        "token_id": token.pk,
        "receipt_id": Receipt.objects.create(event=event, subscriber="x", state=ReceiptState.DEAD).pk,
        "channel_id": channel.pk,
        "hook_token": Outlet.objects.create(channel=channel, way="postmark").hook_token,
        "sender_id": Sender.judge("evil.example", "block", None).pk,
        "silence_id": Silence.objects.create(address="gone@customer.example", reason="No mailbox").pk,
        "parcel_id": Parcel.objects.create(kind="email", raw=raw, state=ParcelState.QUARANTINED).pk,
        "picture_name": Picture.objects.keep(ann, b"a face").name,
        "telegram_id": telegram.pk,
        "telegram_hook": bot.hook_token,
        "place": 0,
        "provider": "google",
        "purpose": "survey",
        "language": "en",
        "path": "nothing",
        **_automatic(ticket, ann, orders),
        **_chat(dora, orders),
    }


def _saved(bea: Agent) -> SavedReport:
    """What Bea has mailed to herself."""
    report = SavedReport(owner=bea, name=f"About the {SECRET}", cadence="daily")
    report.keep(bea, [bea])
    return report


def _automatic(ticket: Ticket, ann: Agent, orders: Team) -> dict[str, Any]:
    """What is done without being asked."""
    urgent = [{"do": "priority", "value": 4}]
    macro = Macro.write(ann, "Urgent", urgent, team=orders)
    own = Macro.write(ann, f"About the {SECRET}", urgent, agent=ann)
    body = {
        "name": f"About the {SECRET}",
        "happenings": ["rated"],
        "conditions": {"all": []},
        "actions": urgent,
    }
    rule = Rule.write(None, body)
    ids = {"macro_id": macro.pk, "own_macro_id": own.pk, "use_id": macro.use(ticket, ann).pk}
    return ids | {"rule_id": rule.pk}


def _chat(dora: Customer, orders: Any) -> dict[str, Any]:
    """Dora on a website: what she wrote there, and the file that she sent along."""
    widget = Widget.connect(None, name="Shop", team=orders, origins=["https://shop.example"])
    visitor, _token = Visitor.welcome(widget.channel)
    line = say(visitor, Said("first", f"My {SECRET}"))
    file = Attachment.objects.create(message=line.message, blob=Blob.of(b"a photo"), name="x")
    return {
        "widget_key": widget.key,
        "conversation_id": line.conversation_id,
        "chat_file_token": file.token,
        "chat_ticket_id": line.message.ticket_id,
        "widget_channel_id": widget.channel_id,
    }


@pytest.fixture
def people(ann, bea, carl, admin, dora, settings) -> dict[str, Client]:
    """Dora has what a customer has: no session. Eve forges what she can think of."""
    settings.API_RATE = "100000/min"
    clients: dict[str, Client] = {"dora": Client(), "nobody": Client()}
    for name, agent in {"ann": ann, "bea": bea, "carl": carl, "adam": admin}.items():
        clients[name] = Client()
        clients[name].force_login(agent, backend=SIGN_IN)
    clients["eve"] = Client(
        enforce_csrf_checks=True,
        headers={
            "Authorization": "Bearer fns_" + "A" * 43,
            "Remote-User": admin.email,
            "X-Forwarded-User": admin.email,
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Host": "testserver",
            "X-Original-URL": "/healthz",
            "X-HTTP-Method-Override": "GET",
            "Origin": "https://evil.example",
        },
    )
    clients["eve"].cookies["sessionid"] = "e" * 32
    clients["eve"].cookies["csrftoken"] = "e" * 32
    clients["eve"].cookies["messages"] = "forged"
    return clients


def address(route: str, row: Row, world: dict[str, Any]) -> str:
    if route.startswith("^password/"):
        return "/password/1-forged/"
    filled = re.sub(r"<\w+:(\w+)>", lambda found: str(world[row.fill.get(found[1], found[1])]), route)
    return f"/{filled}"


def knock(client: Client, method: str, url: str, says: dict[str, Any]) -> tuple[Any, str]:
    """The answer and its text; what it changes is taken back, so that everyone finds the same."""
    if "/api/" in url:
        form = {"data": json.dumps(says), "content_type": "application/json"}
    else:
        form = {"data": encode_multipart(BOUNDARY, says), "content_type": MULTIPART_CONTENT}
    with transaction.atomic():
        answer = client.generic(method, url, **form)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer, said.decode(errors="replace")


def words(row: Row, world: dict[str, Any]) -> dict[str, Any]:
    return {name: world[value[1:-1]] if value.startswith("<") else value for name, value in row.says.items()}


def is_shut(answer: Any) -> bool:
    """Not for someone who is not signed in."""
    return answer.status_code in {401, 403} or answer.get("Location", "").startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("route", MATRIX, ids=lambda route: route or "/")
def test_who_comes_through(route, world, people, ann, admin, settings):
    settings.API_REFUSALS_PER_MINUTE = 1_000_000  # all of them call from one address
    row = MATRIX[route]
    url = address(route, row, world)
    for name, client in people.items():
        answers = [(method, *knock(client, method, url, words(row, world))) for method in METHODS]
        told = {f"{method} {answer.status_code}" for method, answer, _said in answers}
        supported = [answer for _method, answer, _said in answers if answer.status_code != 405]
        assert supported, f"{url} takes no method at all"
        if name in row.door.lets_in:
            opens = [a for a in supported if not is_shut(a) and (a.status_code != 404 or "outbox" in route)]
            assert opens or name == "eve", f"{name} should come through {url}: {told}"
        elif name in AGENTS:
            assert {answer.status_code for answer in supported} <= {row.door.refusal, 403}, (
                f"{name} should be refused at {url}: {told}"
            )
        elif row.door.refusal != 404 or row.door.lets_in:
            assert all(map(is_shut, supported)), f"{name} should find {url} shut: {told}"
        if not row.holds_a_key and name not in {"ann", "bea", "adam"}:
            assert not any(SECRET in said for _method, _answer, said in answers), (
                f"{name} reads Dora's words at {url}"
            )
    if "ann" in row.door.lets_in <= AGENTS:
        ann.deactivate(admin, handed_to=None, tickets=0)
        answers = [knock(people["ann"], method, url, {})[0] for method in METHODS]
        assert all(is_shut(answer) for answer in answers if answer.status_code != 405), "she was deactivated"
