"""The API described by itself: OpenAPI, and a page to read it that needs nothing from elsewhere."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    throttle_classes = ()


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI in our frame of rules: its script and styles come from files, nothing is inline."""

    template_name = "api/docs.html"
    url_name = "api-schema"


schema, docs = SchemaView.as_view(), DocsView.as_view()
