"""Loading the demo shop into an empty desk, and emptying the desk again.

Everything that happened is replayed in the order of time by the product's own verbs, within `events.history`:
the histories, counts and search words are those of the product, no mail leaves, and no task is queued.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.db import connection, transaction

from agents.models import Agent, Team, Workspace
from channels_inbox.adapters.widget.models import Widget
from channels_inbox.models import Channel
from csat.models import AskingRules, Survey
from csat.models.rules import USUAL_PAUSE
from customers.models import Company, Customer, Identity, IdentityKind
from helpdesk.demo import attendance, automation, reports, strokes
from helpdesk.demo.chronicle import Chronicle
from helpdesk.demo.envelopes import seal
from helpdesk.demo.replay import Replay, World
from helpdesk.demo.story import Conversation, conversations, people
from tickets.models import Attachment, Blob, Message, Ticket
from tickets.models.ticket import FIRST_NUMBER

ROOMS = (
    "reports",
    "automation",
    "csat",
    "channels_inbox",
    "tickets",
    "customers",
    "agents",
    "events",
    "account",
    "sessions",
)
MAILBOXES = {
    "orders": ("care", "Customer care"),
    "machines": ("repairs", "Repairs"),
    "wholesale": ("wholesale", "Cafés and offices"),
}


@transaction.atomic
def load() -> int:
    """Fill the desk; gives back the number of tickets."""
    shop = people()
    chronicle = Chronicle()
    stories = list(conversations())
    world = _world(shop, stories, chronicle)
    replays = [Replay(story, world) for story in stories]
    steps = sorted((step for replay in replays for step in replay.steps()), key=itemgetter(0))
    with _without_savepoints():
        for at, act in steps:
            with chronicle.time(at):
                act()
    for replay in replays:
        replay.save()
    AskingRules.current().change(None, pause_days=USUAL_PAUSE)
    chronicle.backdate(Ticket, Message, Attachment, Survey, Customer, Identity, Company)
    seal()
    strokes.ring(chronicle.now)
    attendance.attend(chronicle.now)
    _write_accounts(shop)
    return len(replays)


@transaction.atomic
def empty() -> None:
    """Delete everything from the desk, not the demo's alone: tickets, customers, channels and accounts."""
    files = [blob.path for blob in Blob.objects.all()]
    tables = [
        model._meta.db_table
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))} CASCADE")
        cursor.execute(f"ALTER TABLE {Ticket._meta.db_table} ALTER COLUMN id RESTART WITH {FIRST_NUMBER}")
    transaction.on_commit(lambda: _delete(files))


def _delete(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """A verb that fails ends the whole load: the savepoints of them all would be half the work, for nothing."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        del connection.features.uses_savepoints


def _world(shop: dict[str, Any], stories: list[Conversation], chronicle: Chronicle) -> World:
    zone = ZoneInfo(shop["shop"]["time_zone"])
    with chronicle.time(chronicle.now - timedelta(days=36)):
        teams = {key: Team.objects.create(name=team["name"]) for key, team in shop["teams"].items()}
        agents = _hire(shop, teams)
        Company.objects.bulk_create(Company(**entry) for entry in shop["companies"].values())
        _furnish(shop, teams)
        automation.furnish(teams, agents)
        automation.rules(agents)
        reports.furnish(agents)
        automation.routing(teams, agents)
    customers = {}
    beginnings = sorted((story.beginning(chronicle.now, zone), story.customer) for story in stories)
    for at, key in beginnings:
        if key not in customers:
            with chronicle.time(at):
                customers[key] = _meet(shop["customers"][key])
    return World(chronicle.now, zone, teams, agents, customers)


def _furnish(shop: dict[str, Any], teams: dict[str, Team]) -> None:
    """The company, its mailboxes and the chat on its website: the shop runs, so that its first steps are behind it."""
    company = shop["shop"]["name"]
    workspace = Workspace.current()
    workspace.change(None, name=company, sender=company, country=shop["shop"]["country"])
    workspace.close_guide()
    for key, (mailbox, name) in MAILBOXES.items():
        address = f"{mailbox}@{shop['shop']['domain']}"
        Channel.objects.create(kind="email", name=name, address=address, team=teams[key], from_name=company)
    website = f"https://{shop['shop']['domain']}"
    Widget.connect(
        None, name=shop["shop"]["domain"], team=teams["orders"], origins=[website], accent="#7a4a21"
    )
    # All of it is lived through within seconds: nobody would be asked twice.
    AskingRules.current().change(None, pause_days=0)


def _hire(shop: dict[str, Any], teams: dict[str, Team]) -> dict[str, Agent]:
    password = make_password(shop["shop"]["password"])
    agents = {}
    for key, entry in shop["agents"].items():
        agents[key] = Agent.objects.create(
            email=f"{key}@{shop['shop']['domain']}",
            password=password,
            **{field: entry[field] for field in ("name", "role", "language", "time_zone")},
            signature=f"{entry['signs'][entry['language']]}\n{shop['shop']['name']}",
        )
        agents[key].teams.set([teams[team] for team in entry["teams"]])
    return agents


def _meet(entry: dict[str, Any]) -> Customer:
    customer = Customer.identify(
        IdentityKind.EMAIL, entry["email"], name=entry["name"], language=entry["language"], source="email"
    )
    if phone := entry.get("phone"):
        customer.add_identity(IdentityKind.PHONE, phone)
    facts = {"time_zone": entry["time_zone"], "notes": entry.get("note", ""), "tier": entry.get("tier", "")}
    customer.change(None, **{name: value for name, value in facts.items() if value})
    return customer


def _write_accounts(shop: dict[str, Any]) -> None:
    """Names and passwords for the launcher to print."""
    accounts = [
        {
            "name": agent["name"],
            "email": f"{key}@{shop['shop']['domain']}",
            "password": shop["shop"]["password"],
            "role": agent["role"],
        }
        for key, agent in shop["agents"].items()
    ]
    path = Path(settings.LOCAL_DIR) / "demo-accounts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(accounts, indent=2) + "\n")
