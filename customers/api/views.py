from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.description import described
from agents.api.resources import Resource
from customers.api.serializers import (
    CustomerChange,
    CustomerFilters,
    CustomerSerializer,
    NewCustomer,
    NewIdentity,
)
from customers.models import Customer, IdentityKind
from customers.models.customer import CustomerQuerySet


class CustomerResource(Resource):
    """Who writes to us. Every agent sees them; their tickets have a door of their own."""

    serializer_class = CustomerSerializer
    filters = CustomerFilters

    def door(self) -> CustomerQuerySet:
        return (
            Customer.objects.visible_to(self.agent).select_related("company").prefetch_related("identities")
        )

    def branches(self, q: str = "", email: str = "", **filters: Any) -> list[QuerySet]:
        customers = self.door().filter(**filters)
        if email:
            customers = customers.filter(identities__kind=IdentityKind.EMAIL, identities__key=email)
        return [customers.matching(q) if q else customers]

    @described(request=NewCustomer, responses={200: CustomerSerializer, 201: CustomerSerializer})
    def create(self, request: Request) -> Response:
        """The customer of that address: made (201) when nobody had it, else the one who has it (200), unchanged
        but for a name where there was none."""
        new = self.body(NewCustomer)
        known = Customer.objects.of_identity(new["kind"], new["value"])
        customer = self.once(lambda: Customer.identify(**new, source="api"))
        return self.shown(self.found(customer.pk), status.HTTP_200_OK if known else status.HTTP_201_CREATED)

    @described(request=CustomerChange)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change plain facts."""
        customer, change = self.get_object(), self.body(CustomerChange)
        self.once(lambda: customer.change(self.agent, **change))
        return self.shown(customer)

    @described(request=NewIdentity, responses={201: CustomerSerializer})
    def add_identity(self, request: Request, pk: str) -> Response:
        """Give the customer another address; refused when it is another customer's."""
        customer, new = self.get_object(), self.body(NewIdentity)
        self.once(
            lambda: customer.add_identity(new["kind"], new["value"], by=self.agent), lambda pk: customer
        )
        return self.shown(self.found(customer.pk), status.HTTP_201_CREATED)
