"""Writing macros: everybody his own, leads those of their teams, administrators those of all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, signed_in
from agents.forms import sent
from agents.models import Agent, Team
from automation import rows
from automation.actions import OF_MACROS, People, Unfit, checked, described
from automation.blanks import BLANKS
from automation.models import Macro


class MacroForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    whose = forms.ChoiceField(label=gettext_lazy("Who may use it"))

    def __init__(self, data: Any, agent: Agent, macro: Macro | None) -> None:
        self.agent = agent
        self.teams = {team.pk: team for team in Team.objects.visible_to(agent)} if agent.is_lead else {}
        initial = {"name": macro.name, "whose": _whose(macro)} if macro else {"whose": "own"}
        super().__init__(data, initial=initial)
        everybody = [("all", _("Everybody"))] if agent.is_administrator else []
        teams = [(str(team.pk), _("Team %(team)s") % {"team": team}) for team in self.teams.values()]
        self.fields["whose"].choices = [("own", _("Only me")), *teams, *everybody]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """name, agent and team."""
        whose = self.cleaned_data["whose"]
        return {
            "name": self.cleaned_data["name"],
            "agent": self.agent if whose == "own" else None,
            "team": self.teams[int(whose)] if whose.isdecimal() else None,
        }


def _whose(macro: Macro) -> str:
    if macro.agent_id:
        return "own"
    return str(macro.team_id) if macro.team_id else "all"


@signed_in
@require_safe
def macros(request: AgentRequest) -> HttpResponse:
    """All that the agent may use or change."""
    people = People.now()
    changeable = set(Macro.objects.changeable_by(request.user).values_list("pk", flat=True))
    found = Macro.objects.usable_by(request.user) | Macro.objects.changeable_by(request.user)
    listed = [
        {
            "macro": macro,
            "mine": macro.pk in changeable,
            "does": [described(one, people) for one in macro.actions],
        }
        for macro in found.select_related("team").distinct()
    ]
    return render(request, "automation/macros.html", {"macros": listed})


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    return _edit(request, None)


@signed_in
@require_http_methods(["GET", "POST"])
def macro(request: AgentRequest, macro_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Macro.objects.changeable_by(request.user), pk=macro_id))


def _edit(request: AgentRequest, macro: Macro | None) -> HttpResponse:
    """The editor: its own steps only draw it anew; saving checks and stores."""
    people, step = People.now(), request.POST.get("edit", "")
    form = MacroForm(None if step else sent(request), request.user, macro)
    actions = rows.posted(request.POST) if request.method == "POST" else _beginning(macro)
    wrong, focus = None, None
    if step:
        form.initial = {**form.initial, **request.POST.dict()}
        actions, focus = rows.edited(actions, step, OF_MACROS)
    elif form.is_bound:
        try:
            facts = checked(actions, OF_MACROS, people)
            if form.is_valid():
                return _saved(request, macro, form.facts() | {"actions": facts})
        except Unfit as unfit:
            wrong = unfit
    context = {
        "form": form,
        "macro": macro,
        "actions": rows.shown(actions, OF_MACROS, people, wrong, focus),
        "wrong": wrong if wrong is not None and wrong.place is None else "",
        "blanks": BLANKS,
    }
    return render(request, "automation/macro.html", context, status=422 if form.is_bound else 200)


def _beginning(macro: Macro | None) -> list[dict[str, Any]]:
    return macro.actions if macro else [{"do": "reply", "value": ""}]


def _saved(request: AgentRequest, macro: Macro | None, facts: dict[str, Any]) -> HttpResponse:
    if macro is None:
        Macro.write(request.user, facts.pop("name"), facts.pop("actions"), **facts)
    else:
        macro.change(request.user, **facts)
    messages.success(request, _("Saved."))
    return redirect("macros")


@signed_in
@require_POST
def removal(request: AgentRequest, macro_id: int) -> HttpResponse:
    get_object_or_404(Macro.objects.changeable_by(request.user), pk=macro_id).remove(request.user)
    messages.success(request, _("Deleted."))
    return redirect("macros")


@signed_in
@require_POST
def place(request: AgentRequest, macro_id: int) -> HttpResponse:
    """One up or down in the list."""
    found = get_object_or_404(Macro.objects.changeable_by(request.user), pk=macro_id)
    found.move(request.user, up=request.POST.get("to") == "up")
    return redirect("macros")
