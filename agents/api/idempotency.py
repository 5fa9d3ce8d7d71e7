"""`Idempotency-Key`: a POST that is repeated with the same key is done once."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request

from agents.models import Agent, IdempotencyKey, Token

Made = TypeVar("Made", bound=models.Model)


class KeyReused(exceptions.APIException):
    status_code = 422
    default_detail = _("This Idempotency-Key was used for another request.")


def once(request: Request, make: Callable[[], Made], find: Callable[[int], Made]) -> Made:
    """What `make` makes, all or nothing. Where the request carries a key that is known, `find` gives what was
    made then, by its id. KeyReused (422) when the key came with another request."""
    with transaction.atomic():
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST":
            return make()
        token = request.auth if isinstance(request.auth, Token) else None
        row, new = IdempotencyKey.claim(cast(Agent, request.user), token, _checked(key), fingerprint(request))
        if not new:
            if row.fingerprint != fingerprint(request):
                raise KeyReused
            return find(cast(int, row.made_id))
        made = make()
        row.keep(made)
        return made


def fingerprint(request: Request) -> str:
    """SHA-256 of what is asked for: method, address, and the body's meaning, not its spelling."""
    data = request.data
    plain = {name: _plain(data[name]) for name in data} if isinstance(data, dict) else data
    written = json.dumps([request.method, request.get_full_path(), plain], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, value.content_type, digest.hexdigest()]


def _checked(key: str) -> str:
    if not (key.isascii() and key.isprintable() and 1 <= len(key) <= 200):
        raise exceptions.ValidationError(
            {"Idempotency-Key": [_("From 1 to 200 printable ASCII characters.")]}
        )
    return key
