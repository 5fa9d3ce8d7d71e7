"""The API's rules, and how it describes itself."""

import environ

env = environ.Env()

API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=1200)
API_REFUSALS_PER_MINUTE = env.int("API_REFUSALS_PER_MINUTE", default=60)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "agents.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["agents.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["agents.api.strict.Json"],
    "DEFAULT_SCHEMA_CLASS": "helpdesk.api.openapi.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["agents.api.throttling.PerToken"],
    "DEFAULT_PAGINATION_CLASS": "agents.api.paging.KeysetPagination",
    "EXCEPTION_HANDLER": "helpdesk.api.problems.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fanoos API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "persistAuthorization": False},
    "SERVE_PERMISSIONS": ["agents.api.authentication.HasScope"],
    "ENUM_NAME_OVERRIDES": {
        "AuthorKind": "tickets.api.serializers.AUTHORS",
        "FirstMessageKind": "tickets.api.requests.FIRST_KINDS",
        "IdentityKind": "customers.models.IdentityKind",
        "MessageKind": "tickets.models.MessageKind",
        "Priority": "tickets.api.serializers.PRIORITIES",
        "SettableStatus": "tickets.api.requests.SETTABLE",
        "Status": "tickets.models.Status",
    },
}
