"""Every error of the API in one shape: `application/problem+json`, RFC 9457."""

import traceback
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from psycopg2.errors import LockNotAvailable
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from tickets.models import Conflict

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger(__name__)


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to whatever a view raised. What nobody expected is logged, and answered without detail."""
    set_rollback()
    known = _known(error)
    if known is None:
        got_request_exception.send(sender=type(context["view"]), request=context["request"]._request)
        log.error("api_failed", error_type=type(error).__name__, at=_place(error))
        known = exceptions.APIException(_("Something went wrong on our side. It has been noted."))
    return Response(_body(known), status=known.status_code, headers=_headers(known), content_type=MEDIA_TYPE)


@csrf_exempt
def not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """Where no resource is. Outside of REST framework's views, so that it asks for no token."""
    detail = _("There is nothing at this address.")
    if not request.path.endswith("/"):
        detail = _("There is nothing at this address. All addresses end in a slash.")
    body = _body(exceptions.NotFound(detail))
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


def _place(error: Exception) -> str:
    """Where it was raised. The message itself may hold what somebody wrote, which belongs in no log."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound(_("There is nothing here, or nothing that you may see."))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooBig()
    if isinstance(error, Conflict):
        return Changed(error)
    if isinstance(error, OperationalError) and isinstance(error.__cause__, LockNotAvailable):
        return Busy()
    return None


class TooBig(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("This is more than one request may hold.")


class Changed(exceptions.APIException):
    """A field is no longer what the caller saw."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(_("Somebody changed this field since you saw it."))
        self.members = {"field": conflict.field.removesuffix("_id"), "now": conflict.now}


class Busy(exceptions.APIException):
    """The same thing is being done by another request for too long."""

    status_code = HTTPStatus.CONFLICT
    wait = 1

    def __init__(self) -> None:
        super().__init__(_("Another request is still changing this. Try again in a moment."))


def _body(error: exceptions.APIException) -> dict[str, Any]:
    status = HTTPStatus(error.status_code)
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    if isinstance(error, exceptions.ValidationError):
        body["detail"] = _("Some of what you sent cannot be used; see errors.")
        body["errors"] = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    else:
        body["detail"] = str(error.detail)
    return body | getattr(error, "members", {})


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
