"""Customers: the list, each one's page, and the pane beside a conversation, edited in place."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from customers.forms import CustomerForm
from customers.models import Customer, Merge
from customers.panel import about

PAGE = 50


@signed_in
@require_safe
def customers(request: AgentRequest) -> HttpResponse:
    """Those whose name or address holds `?q=`, newest first; `?before=` pages by id."""
    words, before = request.GET.get("q", "").strip()[:200], request.GET.get("before", "")
    found = Customer.objects.visible_to(request.user).matching(words).select_related("company")
    if before.isdecimal() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    page = list(found.prefetch_related("identities").order_by("-pk")[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    context = {"room": "customers", "customers": page[:PAGE], "more": more, "q": words}
    return render(request, "customers/list.html", context)


@signed_in
@require_safe
def suggestions(request: AgentRequest) -> HttpResponse:
    """A few customers of that name or address, to choose from."""
    words = (request.GET.get("q") or request.GET.get("address", "")).strip()[:200]
    found = Customer.objects.visible_to(request.user).matching(words) if words else Customer.objects.none()
    page = found.select_related("company").prefetch_related("identities").order_by("-pk")[:8]
    return render(
        request,
        "customers/suggestions.html",
        {
            "customers": page,
            "q": words,
            "field": {"merge": "gone"}.get(request.GET.get("pick", ""), "customer"),
        },
    )


@method_decorator(signed_in, name="dispatch")
class CustomerResource(View):
    """Something of a customer; a form without scripts says DELETE by `_method`."""

    request: AgentRequest

    def dispatch(self, request: HttpRequest, customer_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
            request.method = "DELETE"
        if not hasattr(self, (request.method or "").lower()):
            return self.http_method_not_allowed(request)
        visible = Customer.objects.visible_to(self.request.user).select_related("company")
        customer = get_object_or_404(visible.prefetch_related("identities"), pk=customer_id)
        try:
            return super().dispatch(request, customer, *args, **kwargs)
        except ValueError as error:
            return self.shown(customer, error=str(error))

    def shown(self, customer: Customer, *, said: str = "", **more: Any) -> HttpResponse:
        """The customer's facts as they are now: a fragment for htmx, else the page."""
        if not self.request.htmx and not more:
            return redirect("customer", customer.pk)
        fresh = Customer.objects.select_related("company").prefetch_related("identities").get(pk=customer.pk)
        context = {"about": about(fresh), "said": said, "room": "customers", **more}
        template = "customers/changed.html" if self.request.htmx else "customers/page.html"
        return render(self.request, template, context, status=422 if more else 200)


class CustomerPage(CustomerResource):
    def get(self, request: AgentRequest, customer: Customer) -> HttpResponse:
        return render(request, "customers/page.html", {"about": about(customer), "room": "customers"})

    def post(self, request: AgentRequest, customer: Customer) -> HttpResponse:
        form = CustomerForm(request.POST, instance=customer)
        was = Customer.objects.get(pk=customer.pk)
        if not form.is_valid():
            return self.shown(
                was, form=form, error=" ".join(str(e) for errors in form.errors.values() for e in errors)
            )
        with transaction.atomic():
            was.change(request.user, **form.facts())
        return self.shown(was, said=_("Saved."))


class Notes(CustomerResource):
    def post(self, request: AgentRequest, customer: Customer) -> HttpResponse:
        customer.change(request.user, notes=request.POST.get("notes", "").strip()[:20_000])
        return HttpResponse(status=204) if request.htmx else self.shown(customer)


class Identities(CustomerResource):
    def post(self, request: AgentRequest, customer: Customer) -> HttpResponse:
        value = request.POST.get("value", "").strip()
        customer.add_identity("email" if "@" in value else "phone", value, by=request.user)
        return self.shown(customer, said=_("Address added."))


class Erasure(CustomerResource):
    """POST forgets the customer for good; for supervisors and administrators, since it reaches into every team."""

    def post(self, request: AgentRequest, customer: Customer) -> HttpResponse:
        if not request.user.sees_everything:
            raise PermissionDenied
        customer.erase(by=request.user)
        return self.shown(customer, said=_("Forgotten for good."))


class Merges(CustomerResource):
    """POST takes over another customer, `gone`, with everything of his; that can be undone."""

    def post(self, request: AgentRequest, customer: Customer) -> HttpResponse:
        gone = request.POST.get("gone", "")
        other = get_object_or_404(
            Customer.objects.visible_to(request.user), pk=int(gone) if gone.isdecimal() else 0
        )
        name = other.display_name
        customer.absorb(other, by=request.user)
        return self.shown(customer, said=_("Merged with %(name)s.") % {"name": name})


class MergeOf(CustomerResource):
    def delete(self, request: AgentRequest, customer: Customer, merge_id: int) -> HttpResponse:
        get_object_or_404(Merge, pk=merge_id, kept=customer).undo(by=request.user)
        return self.shown(customer, said=_("They are two again."))
