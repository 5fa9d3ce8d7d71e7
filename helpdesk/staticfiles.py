from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for every file, relative imports inside JavaScript modules included."""

    support_js_module_import_aggregation = True
    manifest_strict = False
