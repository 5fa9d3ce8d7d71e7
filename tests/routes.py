"""The addresses that there are."""

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver


def routes(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Each address as the URLconf writes it, and what answers there."""
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, path)
        else:
            yield path, one
