"""What the description of every operation has in common."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="1 to 200 characters of your own. The same request with the same key is done once in 24 hours.",
)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "agents.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class Schema(AutoSchema):
    def get_request_serializer(self) -> Any:
        return self._described("request", super().get_request_serializer)

    def get_response_serializers(self) -> Any:
        return self._described("responses", super().get_response_serializers)

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [IDEMPOTENCY_KEY]
        if getattr(self.view, "action", "") != "list":
            return []
        filters = getattr(self.view, "filters", None)
        return [filters] if filters and filters().fields else []

    def _described(self, what: str, found: Callable[[], Any]) -> Any:
        """What the operation says of itself (`agents.api.description`); what can be told by its class otherwise."""
        view: Any = self.view
        said = getattr(getattr(view, view.action), "described", {})
        return said[what] if what in said else found()
