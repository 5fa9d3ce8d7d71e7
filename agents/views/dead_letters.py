"""Reactions to events that were given up: seen, and given another chance, by administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, administrator
from events.delivery import retry, retry_all
from events.models import Receipt, ReceiptState

PAGE = 50


@require_safe
@administrator
def dead_letters(request: AgentRequest) -> HttpResponse:
    """Newest first; `before` is the last one's id on the page before."""
    found = Receipt.objects.filter(state=ReceiptState.DEAD).select_related("event").order_by("-id")
    if (before := request.GET.get("before", "")).isdecimal():
        found = found.filter(pk__lt=int(before[:18]))
    page = list(found[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return render(request, "settings/dead_letters.html", {"receipts": page[:PAGE], "more": more})


@require_POST
@administrator
def retry_one(request: AgentRequest, receipt_id: int) -> HttpResponse:
    """Give one a fresh start."""
    retry(get_object_or_404(Receipt, pk=receipt_id))
    messages.success(request, _("It is tried again."))
    return redirect("dead-letters")


@require_POST
@administrator
def retry_every(request: AgentRequest) -> HttpResponse:
    """Give all of them a fresh start."""
    count = retry_all()
    said = ngettext("%(count)s is tried again.", "%(count)s are tried again.", count)
    messages.success(request, said % {"count": count})
    return redirect("dead-letters")
