from collections.abc import Iterable
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for every file, those that our style sheets and JavaScript modules import included."""

    # Only our own modules are rewritten: bundles of other packages mention paths that are none.
    patterns = (
        *HashedFilesMixin.patterns,
        ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1]),  # type: ignore[attr-defined]
    )
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one for a file that was never collected, as in tests without a browser."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name


class PackagesFinder(AppDirectoriesFinder):
    """Leaves aside what packages bring along and no page asks for: a server looks at each file when it starts."""

    unused = (
        "rest_framework",
        "drf_spectacular_sidecar/redoc/*",
        "django_htmx/ext/*",
        "django_htmx/htm*-4*",
        "django_htmx/htmx-2.js",
    )

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *self.unused])
