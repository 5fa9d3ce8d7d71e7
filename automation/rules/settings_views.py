"""Rules in the settings: listed, written, tried, switched, taken back to an earlier version, brought in and out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, administrator
from automation import rows
from automation.actions import OF_RULES, People, described
from automation.blanks import BLANKS
from automation.models import Rule, RuleVersion
from automation.rules import editor
from automation.rules.bodies import Unready, checked
from automation.rules.files import MOST_BYTES, Unreadable, exported, imported
from automation.rules.happenings import ANCHORS, EVENT, HAPPENINGS
from automation.rules.trying import tried

MOST_SHOWN = 50


@require_safe
@administrator
def rules(request: AgentRequest) -> HttpResponse:
    """All, in the order in which they act."""
    people = People.now()
    listed = [
        {"rule": rule, "when": _when(rule), "does": [described(one, people) for one in rule.actions]}
        for rule in Rule.objects.all()
    ]
    return render(request, "automation/rules.html", {"rules": listed})


def _when(rule: Rule) -> str:
    if rule.kind == EVENT:
        return " · ".join(str(HAPPENINGS[one][0]) for one in rule.happenings)
    return _("Hours since %(what)s: %(hours)s") % {"hours": rule.hours, "what": ANCHORS[rule.anchor][0]}


@require_http_methods(["GET", "POST"])
@administrator
def new(request: AgentRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@administrator
def rule(request: AgentRequest, rule_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Rule, pk=rule_id))


def _edit(request: AgentRequest, rule: Rule | None) -> HttpResponse:
    """The editor: its own steps only draw it anew; saving checks, stores, and shows what the rule would do."""
    people, step = People.now(), request.POST.get("edit", "")
    body = _posted(request) if request.method == "POST" else _beginning(rule)
    focus, path = None, ""
    errors: dict[str, Any] = {}
    if step.startswith("c"):
        body["conditions"], path = editor.edited(body["conditions"], step)
    elif step:
        body["actions"], focus = rows.edited(body["actions"], step, OF_RULES)
    elif request.method == "POST":
        try:
            return _saved(request, rule, checked(body, people))
        except Unready as unready:
            errors = dict(unready.errors)
    wrong = errors.get("actions")
    context = {
        "rule": rule,
        "body": body,
        "errors": errors,
        "happenings": [(name, label) for name, (label, _kinds) in HAPPENINGS.items()],
        "anchors": [(name, label) for name, (label, _column) in ANCHORS.items()],
        "conditions": editor.shown(body["conditions"], people, errors.get("conditions"), path),
        "actions": rows.shown(body["actions"], OF_RULES, people, wrong, focus),
        "wrong": wrong if wrong is not None and getattr(wrong, "place", None) is None else "",
        "blanks": {name: label for name, label in BLANKS.items() if name != "agent.name"},
    }
    return render(request, "automation/rule.html", context, status=422 if errors else 200)


def _posted(request: AgentRequest) -> dict[str, Any]:
    data = request.POST
    return {
        "name": data.get("name", ""),
        "kind": data.get("kind", EVENT),
        "happenings": data.getlist("happenings"),
        "anchor": data.get("anchor", ""),
        "hours": data.get("hours", ""),
        "conditions": editor.posted(data),
        "actions": rows.posted(data),
        "stops": "stops" in data,
    }


def _beginning(rule: Rule | None) -> dict[str, Any]:
    if rule is not None:
        return rule.body | {"hours": rule.hours or 24}
    first = {"do": OF_RULES[0], "value": ""}
    return {"name": "", "kind": EVENT, "happenings": ["created"], "anchor": "waiting", "hours": 24} | {
        "conditions": {"all": []},
        "actions": [first],
        "stops": False,
    }


def _saved(request: AgentRequest, rule: Rule | None, body: dict[str, Any]) -> HttpResponse:
    if rule is None:
        rule = Rule.write(request.user, body)
    else:
        rule.change(request.user, body)
    messages.success(request, _("Saved. This is what it would do."))
    return redirect("rule-trial", rule.pk)


@require_safe
@administrator
def trial(request: AgentRequest, rule_id: int) -> HttpResponse:
    """What it would do to the newest tickets."""
    rule = get_object_or_404(Rule, pk=rule_id)
    found = tried(rule)
    context = {"rule": rule, "trial": found, "shown": found.changed[:MOST_SHOWN], "when": _when(rule)}
    return render(request, "automation/rule_trial.html", context)


@require_POST
@administrator
def switch(request: AgentRequest, rule_id: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=rule_id)
    rule.switch(request.user, on=request.POST.get("to") == "on")
    messages.success(request, _("The rule is on.") if rule.is_on else _("The rule is off."))
    return redirect("rules")


@require_POST
@administrator
def place(request: AgentRequest, rule_id: int) -> HttpResponse:
    """One earlier or later."""
    get_object_or_404(Rule, pk=rule_id).move(request.user, up=request.POST.get("to") == "up")
    return redirect("rules")


@require_POST
@administrator
def removal(request: AgentRequest, rule_id: int) -> HttpResponse:
    get_object_or_404(Rule, pk=rule_id).remove(request.user)
    messages.success(request, _("Deleted."))
    return redirect("rules")


@require_safe
@administrator
def versions(request: AgentRequest, rule_id: int) -> HttpResponse:
    """What it was, newest first."""
    rule, people = get_object_or_404(Rule, pk=rule_id), People.now()
    listed = [
        {"version": one, "does": [described(action, people) for action in one.body["actions"]]}
        for one in rule.versions.select_related("agent")[:MOST_SHOWN]
    ]
    return render(request, "automation/rule_versions.html", {"rule": rule, "versions": listed})


@require_POST
@administrator
def restoration(request: AgentRequest, rule_id: int, number: int) -> HttpResponse:
    """As it was in that version; whom it named and who is gone by now is told at the next saving."""
    version = get_object_or_404(RuleVersion.objects.select_related("rule"), rule=rule_id, number=number)
    version.restore(request.user)
    messages.success(request, _("It is as in version %(number)s again.") % {"number": number})
    return redirect("rule-trial", rule_id)


@require_safe
@administrator
def export(request: AgentRequest) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="rules.json"'}
    return HttpResponse(exported(Rule.objects.all()), content_type="application/json", headers=headers)


@require_POST
@administrator
def bring(request: AgentRequest) -> HttpResponse:
    """The rules of a file, switched off; none where one of them is not right."""
    file = request.FILES.get("file")
    try:
        found = imported(file.read(MOST_BYTES + 1) if file else b"", request.user)
    except Unreadable as unreadable:
        for said in unreadable.said:
            messages.error(request, said)
    else:
        names = ", ".join(rule.name for rule in found)
        messages.success(request, _("Brought in, and switched off: %(names)s") % {"names": names})
    return redirect("rules")
