"""What the description of every operation has in common."""

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
    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [IDEMPOTENCY_KEY]
        if getattr(self.view, "action", "") != "list":
            return []
        filters = getattr(self.view, "filters", None)
        return [filters] if filters and filters().fields else []
