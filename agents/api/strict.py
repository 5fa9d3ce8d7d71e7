"""What callers may send: exactly the fields that are listed, in the body and in the address."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from agents.api.kept import kept

PAGING = frozenset({"cursor", "limit"})


class Json(JSONParser):
    """JSON whose depth is bearable."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This is nested too deeply.")) from error


class Strict(serializers.Serializer):
    """A body or a query: a field that is not listed is an error, never silently dropped or set."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            raise ValidationError({name: [_("This field is not known.")] for name in unknown})
        return super().to_internal_value(data)


def body_of(request: Request, shape: type[Strict], **context: Any) -> dict[str, Any]:
    """The request's body in that shape. ValidationError (400) says which fields are wrong."""
    return _read(shape, request.data, {"request": request, **context})


def filters_of(request: Request, shape: type[Strict]) -> dict[str, Any]:
    """The query's parameters in that shape, without those for paging. ValidationError (400) for any other."""
    given = {name: value for name, value in request.query_params.items() if name not in PAGING}
    if shape is Strict and not given:
        return {}
    return _read(shape, given, {"request": request})


def _read(shape: type[Strict], data: Any, context: dict[str, Any]) -> dict[str, Any]:
    reader = kept(shape)
    reader._context = context
    try:
        return reader.run_validation(data)
    finally:
        reader._context = {}
