"""The bell: what an agent should know of, read and not read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, signed_in
from agents.models import Notice
from tickets import bell


@signed_in
@require_safe
def bell_page(request: AgentRequest) -> HttpResponse:
    """The newest first; to htmx, the list alone or what follows `?after=`."""
    after = request.GET.get("after", "")
    place = int(after) if after.isdecimal() and len(after) < 18 else None
    context = {"room": "bell", "page": bell.page(request.user, place), "first": place is None}
    return render(request, "tickets/bell_list.html" if request.htmx else "tickets/bell.html", context)


@require_POST
@signed_in
def read_all(request: AgentRequest) -> HttpResponse:
    Notice.read(request.user, Notice.objects.all())
    return redirect("bell")


@signed_in
@require_safe
def follow(request: AgentRequest, notice_id: int) -> HttpResponse:
    """To what it tells of; it is read with that."""
    notice = get_object_or_404(request.user.notices, pk=notice_id)
    Notice.read(request.user, Notice.objects.filter(pk=notice.pk))
    return redirect(bell.place_of(notice))


@method_decorator(signed_in, name="dispatch")
class Reading(View):
    """One stroke: POST says that it is read, DELETE that it is not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
            request.method = "DELETE"
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: AgentRequest, notice_id: int) -> HttpResponse:
        notice = get_object_or_404(request.user.notices, pk=notice_id)
        Notice.read(request.user, Notice.objects.filter(pk=notice.pk))
        return redirect("bell")

    def delete(self, request: AgentRequest, notice_id: int) -> HttpResponse:
        get_object_or_404(request.user.notices, pk=notice_id).unread()
        return redirect("bell")
