"""What a visitor's browser loads: the bubble at an address that never changes, and the rest as one file.

`static/widget/` holds plain modules. `widget.js`, the bubble, stands alone; the others are handed out behind each
other, without their comments and indentation, so that a page on a slow line asks once and for little.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from channels_inbox.adapters.widget.lean import lean

FOLDER = Path(settings.BASE_DIR) / "static" / "widget"
# Each needs only those before it.
MODULES = ("style", "dom", "thread", "wire", "letters", "composer", "panel", "app")
SHORT, LONG = "public, max-age=300", "public, max-age=31536000, immutable"

IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?!function start\b)", re.MULTILINE)


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """The script that a page embeds. It names the rest by its content, which may then be kept for ever."""
    return _script(request, _bubble(reverse("widget-app", args=[_digest()])), SHORT)


@require_safe
def app(request: HttpRequest, digest: str) -> HttpResponse:
    """All but the bubble. A page that was loaded before the last change gets what there is now, and keeps it not."""
    return _script(request, _app(), LONG if digest == _digest() else SHORT)


@cache
def _bubble(app_address: str) -> bytes:
    return lean((FOLDER / "widget.js").read_text()).replace("./app.js", app_address).encode()


@cache
def _app() -> bytes:
    parts = (lean(EXPORT.sub("", IMPORT.sub("", (FOLDER / f"{name}.js").read_text()))) for name in MODULES)
    return "".join(parts).encode()


@cache
def _digest() -> str:
    return hashlib.sha256(_app()).hexdigest()[:12]


@cache
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _script(request: HttpRequest, content: bytes, keep: str) -> HttpResponse:
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        _packed(content) if packs else content, content_type="text/javascript; charset=utf-8"
    )
    if packs:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = keep
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
