"""Rules as these tests write them, and what waits done as the worker would."""

from automation.models import Rule
from automation.rules.running import run
from events.bus import caused_by
from events.models import Receipt

RUNNER = "automation.rules.subscribers.run_rules"
BACKEND = "agents.backends.AgentBackend"


def step(kind, value=None):
    return {"do": kind, "value": value}


def leaf(fact, test, value=None):
    return {"fact": fact, "is": test, "value": value}


def rule(*actions, on=("customer_wrote",), when=None, **more):
    body = {
        "name": more.pop("name", "A rule"),
        "kind": "event",
        "happenings": list(on),
        "anchor": "",
        "hours": 0,
        "conditions": when or {"all": []},
        "actions": list(actions),
        "stops": False,
    }
    made = Rule.write(None, body | more)
    made.switch(None, on=True)
    return made


def timed(*actions, anchor="waiting", hours=24, **more):
    return rule(*actions, on=(), kind="time", anchor=anchor, hours=hours, **more)


def work(limit=30):
    """Act on what waits, as the worker would; gives back how often."""
    for count in range(limit):
        receipt = Receipt.objects.filter(subscriber=RUNNER, state="pending").order_by("pk").first()
        if receipt is None:
            return count
        with caused_by(receipt.event):
            run(receipt.event)
        Receipt.objects.filter(pk=receipt.pk).update(state="done")
    raise AssertionError("it goes on and on")
