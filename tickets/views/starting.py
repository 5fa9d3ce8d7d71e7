"""Tickets that agents begin: a mail to a customer, or a call written down."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from agents.access import AgentRequest, signed_in
from customers.models import Customer
from tickets.forms import NewTicketForm
from tickets.models import Ticket
from tickets.starting import start
from tickets.uploads import attach


@method_decorator(signed_in, name="dispatch")
class NewTicket(View):
    request: AgentRequest

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except ValueError as error:
            form = NewTicketForm(request.POST, agent=self.request.user)
            form.add_error(None, str(error))
            return self._page(self.request, form, status=422)

    def get(self, request: AgentRequest) -> HttpResponse:
        initial = {"customer": request.GET.get("customer"), "kind": request.GET.get("kind", "mail")}
        return self._page(request, NewTicketForm(agent=request.user, initial=initial))

    def post(self, request: AgentRequest) -> HttpResponse:
        form = NewTicketForm(request.POST, agent=request.user)
        if not form.is_valid():
            return self._page(request, form, status=422)
        with transaction.atomic():
            files = [attach(file, request.user) for file in request.FILES.getlist("files")]
            ticket: Ticket = start(request.user, form.who(), files, form.cleaned_data)
        return redirect("ticket", ticket.pk)

    def _page(self, request: AgentRequest, form: NewTicketForm, status: int = 200) -> HttpResponse:
        chosen = form["customer"].value()
        customer = (
            Customer.objects.living().filter(pk=chosen).first() if str(chosen or "").isdecimal() else None
        )
        return render(
            request, "tickets/new.html", {"form": form, "customer": customer, "room": "inbox"}, status=status
        )
