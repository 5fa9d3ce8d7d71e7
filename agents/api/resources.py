"""What all resources of the API share: a door, filters from a list, pages, and changes that are done once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from agents.api.idempotency import once
from agents.api.kept import kept
from agents.api.paging import KeysetPagination
from agents.api.strict import Strict, body_of, filters_of
from agents.models import Agent


class OneForm(BaseContentNegotiation):
    """Resources come as JSON and files as they are, whatever a caller's library says it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


class Resource(GenericViewSet):
    """`door` gives what the caller may see, with everything that its serializer shows."""

    content_negotiation_class = OneForm
    filters: ClassVar[type[Strict]] = Strict
    keyset: ClassVar[tuple[str, ...]] = ("-id",)

    @property
    def agent(self) -> Agent:
        return cast(Agent, self.request.user)

    @property
    def pages(self) -> KeysetPagination:
        return cast(KeysetPagination, self.paginator)

    def door(self) -> QuerySet:
        raise NotImplementedError

    def branches(self, **filters: Any) -> list[QuerySet]:
        """The list's rows, as one queryset or as several that are united; `filters` have been checked."""
        return [self.door().filter(**filters)]

    def get_queryset(self) -> QuerySet:
        return self.door()

    # What is asked ------------------------------------------------------------------------------------

    def list(self, request: Request, **place: Any) -> Response:
        branches = self.branches(**filters_of(request, self.filters))
        return self.page(self.pages.paginate_branches(branches, request, self))

    def retrieve(self, request: Request, **place: Any) -> HttpResponseBase:
        filters_of(request, Strict)
        return self.shown(self.get_object())

    # What is changed ----------------------------------------------------------------------------------

    def body(self, shape: type[Strict]) -> dict[str, Any]:
        return body_of(self.request, shape, agent=self.agent)

    def page(self, rows: Iterable[Model]) -> Response:
        form = kept(self.get_serializer_class())
        return self.get_paginated_response([form.to_representation(row) for row in rows])

    def shown(self, thing: Model, code: int = status.HTTP_200_OK) -> Response:
        return Response(kept(self.get_serializer_class()).to_representation(thing), status=code)

    def once(self, make: Callable[[], Any], find: Callable[[int], Any] | None = None) -> Any:
        """Do `make` in one transaction, a POST only once for its Idempotency-Key. What a verb refuses with a
        ValueError becomes a problem that says so."""
        filters_of(self.request, Strict)
        try:
            return once(self.request, make, find or self.found)
        except ValueError as error:
            raise exceptions.ValidationError({"": [str(error)]}) from error

    def found(self, pk: int) -> Any:
        """The thing of that id, through the door."""
        found = self.door().filter(pk=pk).first()
        if found is None:
            raise exceptions.NotFound(_("There is nothing here, or nothing that you may see."))
        return found
