"""Pages by keyset, both ways: rows that come or go meanwhile neither repeat nor hide others."""

import base64
import json
from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

SIZE = 50
MOST = 200


class KeysetPagination(BasePagination):
    """Orders by the view's `keyset`: never-null fields, "-" for descending, the last one unique.

    A cursor is opaque to callers: which way it leads, and the keyset's values of the row it starts from.
    """

    keyset: tuple[str, ...] = ()

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        return self.paginate_branches([queryset], request, view)

    def paginate_branches(self, branches: Sequence[QuerySet], request: Request, view: Any) -> list[Any]:
        """One page of what is in any of the branches, each limited by itself; the first says what is fetched."""
        self.begin(request)
        self.keyset = view.keyset
        size = page_size(request)
        backwards, place = self._place(branches[0].model)
        found = self._rows(branches, backwards, place, size + 1)
        more, rows = len(found) > size, found[:size]
        if backwards:
            rows.reverse()
        self.next = self._cursor("next", rows[-1]) if rows and (more or backwards) else None
        self.previous = self._cursor("previous", rows[0]) if rows and (more if backwards else place) else None
        return rows

    def begin(self, request: Request, *, next: str | None = None) -> None:
        """A page of a list that has cursors of its own, and leads one way only."""
        self.request, self.next, self.previous = request, next, None

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"results": data, "next": self._link(self.next), "previous": self._link(self.previous)}
        )

    def _rows(
        self, branches: Sequence[QuerySet], backwards: bool, place: list[Any] | None, size: int
    ) -> list[Any]:
        order = [_reversed(key) if backwards else key for key in self.keyset]
        limited = [branch.filter(_beyond(order, place)).order_by(*order)[:size] for branch in branches]
        if len(limited) == 1:
            return list(limited[0])
        names = [key.lstrip("-") for key in order]
        ids, *others = [
            branch.select_related(None).prefetch_related(None).values_list("pk", *names) for branch in limited
        ]
        found = [row[0] for row in ids.union(*others).order_by(*order)[:size]]
        return list(
            branches[0].model._default_manager.none() if not found else self._shown(branches[0], found, order)
        )

    @staticmethod
    def _shown(branch: QuerySet, ids: list[int], order: list[str]) -> QuerySet:
        shown = branch.model._default_manager.filter(pk__in=ids).order_by(*order)
        shown.query.select_related = branch.query.select_related
        shown.query.deferred_loading = branch.query.deferred_loading
        return shown.prefetch_related(*branch._prefetch_related_lookups)  # type: ignore[attr-defined]

    def _place(self, model: type[Model]) -> tuple[bool, list[Any] | None]:
        cursor = self.request.query_params.get("cursor")
        if cursor is None:
            return False, None
        try:
            way, *values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
            if way not in ("next", "previous") or len(values) != len(self.keyset):
                raise ValueError
            fields = [model._meta.get_field(key.lstrip("-")) for key in self.keyset]
            place = [cast(Field, field).to_python(value) for field, value in zip(fields, values, strict=True)]
            if any(value is None or (isinstance(value, str) and "\0" in value) for value in place):
                raise ValueError
        except (ValueError, TypeError, RecursionError, ValidationError, FieldDoesNotExist) as error:
            raise exceptions.ValidationError({"cursor": [_("This is not a cursor of this list.")]}) from error
        return way == "previous", place

    def _cursor(self, way: str, row: Any) -> str:
        values = [getattr(row, key.lstrip("-")) for key in self.keyset]
        written = json.dumps([way, *values], default=lambda at: at.isoformat(), separators=(",", ":"))
        return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    # The description in the schema ---------------------------------------------------------------------

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE}
        return [
            _parameter("cursor", {"type": "string"}, "From a page's `next` or `previous`."),
            _parameter("limit", limit, "Rows in a page."),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def page_size(request: Request) -> int:
    """Rows in a page, as asked for. ValidationError (400) for what is no number from 1 to 200."""
    written = request.query_params.get("limit", str(SIZE))
    if not (written.isascii() and written.isdigit() and len(written) < 5 and 1 <= int(written) <= MOST):
        raise exceptions.ValidationError({"limit": [_("A number from 1 to %(most)d.") % {"most": MOST}]})
    return int(written)


def _beyond(order: list[str], place: list[Any] | None) -> Q:
    """Rows after `place` in `order`: (a, b) > (x, y) written so that an index on (a, b) begins at x."""
    if place is None:
        return Q()
    after, equal = Q(), Q()
    for key, value in zip(order, place, strict=True):
        name, compare = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        after |= equal & Q(**{f"{name}__{compare}": value})
        equal &= Q(**{name: value})
    first, compare = order[0].lstrip("-"), "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{first}__{compare}": place[0]}) & after


def _reversed(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
