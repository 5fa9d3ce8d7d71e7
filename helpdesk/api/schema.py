"""The API described by itself: OpenAPI, and a page to read it that needs nothing from elsewhere."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "agents.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    throttle_classes = ()


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI in our frame of rules: its script and styles come from files, nothing is inline."""

    template_name = "api/docs.html"
    url_name = "api-schema"
