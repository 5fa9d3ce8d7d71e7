"""What the description of every operation has in common."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="1 to 200 characters of your own. The same request with the same key is done once in 24 hours.",
)


class Schema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [IDEMPOTENCY_KEY]
        if getattr(self.view, "action", "") != "list":
            return []
        filters = getattr(self.view, "filters", None)
        return [filters] if filters and filters().fields else []
