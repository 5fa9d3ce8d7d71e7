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
